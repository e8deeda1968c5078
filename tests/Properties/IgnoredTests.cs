namespace MiniRuntime.Properties;

/// <summary>Why an input does not count: words that people read and programs compare.</summary>
public sealed class IgnoredTests
{
    private static readonly DateTimeOffset _begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Agent _agent = new(
        [
            new Tool("read", "", SideEffect.Read), new Tool("write", "", SideEffect.Write),
            new Tool("pay", "", SideEffect.Write, idempotent: true),
        ],
        new Budget(9),
        new Policy([new Rule(new Allow()), new Rule(new ApprovalRequired("ask"), sideEffect: SideEffect.Write)]),
        new Approvals(true, TimeSpan.FromHours(1)));

    private readonly State _thinking = _agent.Start(new Run("r", "g", "ann"), At(0)).State;

    // Would catch: a word that is changed, or given for something else.
    [Fact]
    public void What_a_model_or_a_tool_says_out_of_turn_is_told_so()
    {
        var executing = After(_thinking, new CallTool("read", Json.Object.Empty));
        var id = executing.Phase.Executing!.Call.Id;
        Assert.Equal("no_decision_awaited", Why(executing, new Answer("yes")));
        Assert.Equal("no_decision_awaited", Why(executing, new InvalidDecision("no JSON")));
        Assert.Equal("no_decision_awaited", Why(executing, new ModelFailure("503")));
        Assert.Equal("no_decision_awaited", Why(executing, new Decisions(new Answer("yes"))));
        Assert.Equal("call_not_executing", Why(executing, new ToolReport("r:9", new Ok(Json.None))));
        Assert.Equal("call_not_executing", Why(_thinking, new ToolReport(id, new Ok(Json.None))));
        Assert.Equal("attempt_not_executing", Why(executing, new ToolReport(id, new Ok(Json.None), attempt: 2)));
        Assert.Null(Why(executing, new ToolReport(id, new Ok(Json.None))));
        Assert.Equal("nothing_was_executing", Why(_thinking, new Recovered()));
        Assert.Null(Why(executing, new Recovered()));
        Assert.Equal("run_stopped", Why(After(_thinking, new Cancel()), new Cancel()));
    }

    [Fact]
    public void What_a_person_says_that_was_not_asked_for_is_told_so()
    {
        var waiting = After(_thinking, new CallTool("write", Json.Object.Empty));
        var request = waiting.Phase.AwaitingApproval!.Request;
        Assert.Equal("request_not_open", Why(waiting, new Approve("r:9", request.Hash, "bob")));
        Assert.Equal("request_not_open", Why(waiting, new Reject("r:9", "bob", "no")));
        Assert.Equal("request_not_open", Why(_thinking, new Approve(request.Id, request.Hash, "bob")));
        Assert.Equal("reviewer_is_the_actor", Why(waiting, new Approve(request.Id, request.Hash, "Ann ")));
        Assert.Equal("reviewer_is_the_actor", Why(waiting, new Reject(request.Id, "ann", "no")));
        Assert.Equal("reviewer_is_unknown", Why(waiting, new Approve(request.Id, request.Hash, " ")));
        Assert.Equal("hash_does_not_match", Why(waiting, new Approve(request.Id, new string('0', 64), "bob")));
        Assert.Null(Why(waiting, new Approve(request.Id, request.Hash, "bob", Json.Object.Of(("a", 1)))));
        Assert.Equal("approval_void", Why(waiting, new Approve(request.Id, request.Hash, "bob"), new Agent(_agent.Tools, _agent.Budget,
            new Policy([new Rule(new Deny("no"))]), _agent.Approvals)));

        var asking = After(_thinking, new AskHuman("Which?"));
        var question = asking.Phase.AwaitingReply!.Id;
        Assert.Equal("question_not_open", Why(asking, new Reply("r:9", "this", "bob")));
        Assert.Equal("person_is_unknown", Why(asking, new Reply(question, "this", "")));
        Assert.Null(Why(asking, new Reply(question, "this", "bob")));
        Assert.Equal("question_not_open", Why(asking, new Reply("r:9", "this", "")));

        var doubt = After(After(waiting, new Approve(request.Id, request.Hash, "bob")), new Recovered());
        var call = doubt.Phase.InDoubt!.Call.Id;
        Assert.Equal("call_not_in_doubt", Why(doubt, new Resolve("r:9", Resolution.Abandon, "bob")));
        Assert.Equal("person_is_unknown", Why(doubt, new Resolve(call, Resolution.Abandon, " ")));
        Assert.Null(Why(doubt, new Resolve(call, Resolution.Abandon, "bob")));
        Assert.Equal("call_not_in_doubt", Why(doubt, new Resolve("r:9", Resolution.Abandon, "")));
    }

    [Fact]
    public void Without_an_actor_nobody_reviews_and_a_call_that_may_have_happened_is_not_edited()
    {
        var nobodys = After(_agent.Start(new Run("r", "g"), At(0)).State, new CallTool("write", Json.Object.Empty));
        var open = nobodys.Phase.AwaitingApproval!.Request;
        Assert.Equal("run_has_no_actor", Why(nobodys, new Approve(open.Id, open.Hash, "bob")));
        // Of several reasons the first.
        Assert.Equal("request_not_open", Why(nobodys, new Approve("r:9", open.Hash, "bob")));

        var waiting = After(_thinking, new CallTool("pay", Json.Object.Empty));
        var request = waiting.Phase.AwaitingApproval!.Request;
        // It may be repeated, but by now it needs a new approval.
        var again = _agent.Step(After(waiting, new Approve(request.Id, request.Hash, "bob")), new Recovered(), At(7200)).State;
        var next = again.Phase.AwaitingApproval!.Request;
        Assert.Equal("call_in_doubt", Why(again, new Approve(next.Id, next.Hash, "bob", Json.Object.Of(("a", 1)))));
        Assert.Equal("hash_does_not_match", Why(again, new Approve(next.Id, request.Hash[1..], "bob", Json.Object.Of(("a", 1)))));
        Assert.Null(Why(again, new Approve(next.Id, next.Hash, "bob")));
    }

    [Fact]
    public void A_time_that_has_not_come_and_a_step_that_is_not_finished_are_told_so()
    {
        Assert.Equal("nothing_due", Why(_thinking, new Tick()));
        var waiting = After(_thinking, new CallTool("write", Json.Object.Empty));
        Assert.Equal("nothing_due", Why(waiting, new Tick(), after: TimeSpan.FromHours(1)));
        Assert.Null(Why(waiting, new Tick(), after: TimeSpan.FromHours(1) + TimeSpan.FromTicks(1)));
        // A journal that was cut after its first event.
        var cut = Agent.Fold(_agent.Start(new Run("r", "g", "ann"), At(0)).Events.Take(1)).State!;
        Assert.Equal("step_not_finished", Why(cut, new Cancel()));
    }

    private static State After(State state, PersonSaid said) => After(state, (Input)said);

    private static string? Why(State state, PersonSaid said, Agent? agent = null) => Why(state, (Input)said, agent);

    private static State After(State state, Input input)
    {
        var step = _agent.Step(state, input, At(0));
        Assert.NotNull(step.Events[0].Fact.Accepted);
        return step.State;
    }

    // Null when it counts.
    private static string? Why(State state, Input input, Agent? agent = null, TimeSpan after = default)
    {
        var fact = (agent ?? _agent).Step(state, input, new Stamp(_begin + after)).Events[0].Fact;
        return fact.Ignored?.Reason ?? (fact.Accepted is not null ? null : throw new InvalidOperationException($"{fact}"));
    }

    private static Stamp At(int seconds) => new(_begin.AddSeconds(seconds));
}
