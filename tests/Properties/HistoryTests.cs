namespace MiniRuntime.Properties;

/// <summary>What a run keeps of what happened, word for word: models, people and programs read it.</summary>
public sealed class HistoryTests
{
    private static readonly DateTimeOffset _begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Agent _agent = new(
        [
            new Tool("look", "", SideEffect.Read), new Tool("pay", "", SideEffect.Write),
            new Tool("fax", "", SideEffect.Write, enabled: false),
        ],
        new Budget(30, null, 9, 9, 9, 9), Policy.Default, new Approvals(true, TimeSpan.FromHours(1)));

    [Fact]
    public void Every_kind_of_thing_that_happens_is_seen()
    {
        var state = _agent.Start(new Run("r", "goal", "ann"), new Stamp(_begin)).State;
        Sees(["decision answer"], new Answer(" "));
        Sees(["decision invalid_decision"], new InvalidDecision("no JSON", "um"));
        Sees(["decision invalid_decision"], new InvalidDecision("no text"));
        Sees(["system model_failure"], new ModelFailure("503"));
        Sees(["decision tool", "policy look:allow"], new CallTool("look", Json.Object.Empty));
        Sees(["tool look:ok"], new ToolReport("r:3", new Ok(1)));
        Sees(["decision tool", "tool unknown:paint"], new CallTool("paint", Json.Object.Empty));
        Sees(["decision tool", "tool refused:fax"], new CallTool("fax", Json.Object.Empty));
        Sees(["decision ask_human", "system human:Which?"], new AskHuman("Which?"));
        Sees(["system human:replied"], (PersonSaid)new Reply("r:6", "this", "bob"));
        Sees(["decision tool", "policy pay:approval_required"], new CallTool("pay", Json.Object.Empty));
        Sees(["system approval:rejected"], (PersonSaid)new Reject(Open().Id, "bob", "no"));
        Sees(["decision tool", "policy pay:approval_required"], new CallTool("pay", Json.Object.Empty));
        Sees(["system approval:expired"], new Tick(), hours: 2);
        Sees(["decision tool", "policy pay:approval_required"], new CallTool("pay", Json.Object.Empty), hours: 2);
        Sees(["system approval:edited", "policy pay:approval_required"],
            (PersonSaid)new Approve(Open().Id, Open().Hash, "bob", Json.Object.Of(("a", 1))), hours: 2);
        Sees(["system approval:granted"], (PersonSaid)new Approve(Open().Id, Open().Hash, "bob"), hours: 2);
        Sees(["tool pay:lost"], new ToolReport("r:10", new Lost("?")), hours: 2);
        Sees(["tool pay:ok"], (PersonSaid)new Resolve("r:10", Resolution.Happened, "bob", 5), hours: 2);
        Sees(["decision tool", "policy look:allow"], new CallTool("look", Json.Object.Empty), hours: 2);
        Sees(["tool look:refused"], new ToolReport("r:11", new Refused("closed")), hours: 2);
        Sees(["decision tool", "policy pay:approval_required"], new CallTool("pay", Json.Object.Empty), hours: 2);
        Sees(["system approval:granted"], (PersonSaid)new Approve(Open().Id, Open().Hash, "bob"), hours: 2);
        Sees(["system recovered"], new Recovered(), hours: 2);
        Sees(["tool pay:error"], (PersonSaid)new Resolve("r:12", Resolution.DidNotHappen, "bob"), hours: 2);
        Sees(["decision stop"], new Stop(StopReason.Blocked), hours: 2);

        string[] turns =
        [
            "r:0 answer: error empty_answer", "r:1 raw um.: error no JSON", "r:2 raw .: error no text", "r:3 tool look: ok 1",
            "r:4 tool paint: refused unknown_tool", "r:5 tool fax: refused tool_disabled", "r:6 ask Which?: ok \"this\"",
            "r:7 tool pay: refused no", "r:8 tool pay: refused approval_expired", "r:9 tool pay: refused edited_by_reviewer",
            "r:10 tool pay: ok 5", "r:11 tool look: refused closed", "r:12 tool pay: error did_not_happen",
        ];
        Assert.Equal(turns, state.Turns.Select(Told));

        ApprovalRequest Open() => state.Phase.AwaitingApproval!.Request;

        void Sees(string[] expected, Input input, int hours = 0)
        {
            var before = state.Observations.Count;
            state = _agent.Step(state, input, new Stamp(_begin.AddHours(hours))).State;
            Assert.Equal(expected, state.Observations.Skip(before).Select(static seen => $"{seen.Kind.Name()} {seen.Summary}"));
        }
    }

    // Would catch: an end that does not say why.
    [Fact]
    public void The_first_trouble_too_many_is_the_reason_for_the_end()
    {
        Ends(new Stopped(StopReason.InvalidDecision, Detail: "empty_answer"), new Answer(""));
        Ends(new Stopped(StopReason.InvalidDecision, Detail: "no JSON"), new InvalidDecision("no JSON"));
        Ends(new Stopped(StopReason.InvalidDecision, Detail: "model_failure: 503"), new ModelFailure("503"));
        Ends(new Stopped(StopReason.Refused, Detail: "unknown_tool", Tool: "paint"), new CallTool("paint", Json.Object.Empty));
        Ends(new Stopped(StopReason.Refused, Detail: "tool_disabled", Tool: "fax"), new CallTool("fax", Json.Object.Empty));
        Ends(new Stopped(StopReason.Blocked, Detail: "write_tool_requires_approval", Tool: "pay"), new CallTool("pay", Json.Object.Empty));
        Ends(new Stopped(StopReason.Blocked, Detail: "human_required"), new AskHuman("Which?"));
        Ends(new Stopped(StopReason.Success, StoppedBy.Model), new Stop(StopReason.Success));
        Ends(new Stopped(StopReason.Success), new Answer("yes"));
        Ends(new Stopped(StopReason.ToolFailure, Detail: "broken", Tool: "look"),
            new CallTool("look", Json.Object.Empty), new ToolReport("r:0", new Error("broken")));
        Ends(new Stopped(StopReason.Refused, Detail: "closed", Tool: "look"),
            new CallTool("look", Json.Object.Empty), new ToolReport("r:0", new Refused("closed")));
        Ends(new Stopped(StopReason.Cancelled), new CallTool("look", Json.Object.Empty), new Cancel());

        static void Ends(Stopped expected, params Input[] inputs)
        {
            var agent = new Agent(_agent.Tools, new Budget(9));
            var ended = inputs.Aggregate(agent.Start(new Run("r", "goal")), (step, input) => agent.Step(step.State, input)).State;
            Assert.Equal(expected, ended.Stopped);
            Assert.Equal(inputs is [{ Decision.Answer.Text: "yes" }] ? "yes" : null, ended.Answer);
        }
    }

    // Would catch: a call that may have happened, and is forgotten since nobody can be asked, or the time is up, or its tool is gone.
    [Fact]
    public void A_call_that_may_have_happened_stays_open_until_a_person_says()
    {
        var fax = new Tool("fax", "", SideEffect.Write, idempotent: true);
        var free = new Agent([fax], new Budget(9, maxRefusals: 9), Policy.Permissive);
        var executing = free.Step(free.Start(new Run("r", "g", "ann")).State, new CallTool("fax", Json.Object.Empty)).State;
        var alone = new Agent([fax], new Budget(9, maxRefusals: 9), Policy.Default);
        var step = alone.Step(executing, new Recovered());
        Assert.Equal(new Stopped(StopReason.Blocked, Detail: "in_doubt", Tool: "fax"), step.State.Stopped);
        Assert.Contains("approval_required", step.State.Observations.Select(static seen => seen.Detail));

        // A deadline that comes while approval is asked for a repetition.
        var budget = new Budget(9, deadline: TimeSpan.FromDays(2));
        var asks = new Agent([fax], budget, Policy.Default, new Approvals(true, TimeSpan.FromDays(9)));
        var state = asks.Start(new Run("r", "g", "ann"), new Stamp(_begin)).State;
        state = asks.Step(state, new CallTool("fax", Json.Object.Empty), new Stamp(_begin)).State;
        var request = state.Phase.AwaitingApproval!.Request;
        state = asks.Step(state, (PersonSaid)new Approve(request.Id, request.Hash, "bob"), new Stamp(_begin)).State;
        var others = new Agent([fax], budget, Policy.Default, new Approvals(true, TimeSpan.FromDays(8)));
        state = others.Step(state, new Recovered(), new Stamp(_begin)).State;
        Assert.True(state.Phase.AwaitingApproval!.Call.MayHaveHappened);
        Assert.Equal("nothing_due", others.Step(state, new Tick(), new Stamp(_begin.AddDays(1))).Events[0].Fact.Ignored?.Reason);
        state = others.Step(state, new Tick(), new Stamp(_begin.AddDays(2))).State;
        Assert.True(state.Phase.InDoubt!.NeedsPerson);
        state = others.Step(state, (PersonSaid)new Resolve("r:0", Resolution.Abandon, "bob"), new Stamp(_begin.AddDays(2))).State;
        Assert.Equal(new Stopped(StopReason.Cancelled, Detail: "in_doubt", Tool: "fax"), state.Stopped);
    }

    // Would catch: a step's events that are kept in pieces and read back as others. (As one piece they have room for 256.)
    [Theory]
    [InlineData(100)]
    [InlineData(250)]
    [InlineData(600)]
    public void All_events_of_a_long_step_are_there(int proposals)
    {
        var agent = new Agent([], new Budget(proposals + 1, maxInvalidDecisions: proposals));
        var many = Enumerable.Range(1, proposals - 1).Aggregate(new Decisions(new InvalidDecision("0")),
            static (said, i) => said.Then(new InvalidDecision($"{i}")));
        var start = agent.Start(new Run("r", "g"));
        var step = agent.Step(start.State, many);
        Assert.Equal(Enumerable.Range(0, proposals).Select(static i => $"{i}"), step.Events.Select(static traced =>
            traced.Fact.Accepted is { Queued: true, Input.InvalidDecision: { } invalid } ? invalid.Reason : null).OfType<string>());
        Assert.Equal(step.State, Agent.Fold([.. start.Events, .. step.Events]).State);
        Assert.Equal(proposals + 2, step.Events.Count);
    }

    private static string Told(Turn turn)
    {
        var said = turn.Proposal switch
        {
            { CallTool: { } call } => $"tool {call.Name}",
            { AskHuman: { } ask } => $"ask {ask.Question}",
            { Answer: not null } => "answer",
            _ => $"raw {turn.Raw}.",
        };
        return $"{turn.Id} {said}: " + turn.Result.Match(0,
            static (_, ok) => $"ok {ok.Data}", static (_, refused) => $"refused {refused.Reason}", static (_, error) => $"error {error.Reason}",
            static (_, lost) => $"lost {lost.Reason}");
    }
}
