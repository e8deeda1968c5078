namespace MiniRuntime.Properties;

/// <summary>Single cases at the edge of a rule, which random stories meet too seldom. Each was a wrong core that the laws let pass.</summary>
public sealed class BoundaryTests
{
    private static readonly DateTimeOffset _noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Tool _pay = new("pay", "", SideEffect.Write, idempotent: true);
    private static readonly Tool _read = new("read", "", SideEffect.Read);
    private static readonly Run _run = new("run", "goal", "alice");

    // Would catch: an expiry that a tick sees one moment before an approval does.
    [Fact]
    public void At_the_very_moment_of_its_expiry_an_approval_still_holds_and_a_tick_ends_nothing()
    {
        var agent = Asking(new Budget(9, maxRefusals: 9));
        var (state, request) = Asked(agent);
        Assert.Equal("nothing_due", Ignored(agent.Step(state, new Tick(), new Stamp(request.Expires))));
        Assert.NotNull(agent.Step(state, Approve(request), new Stamp(request.Expires)).State.Phase.Executing);
        var late = agent.Step(state, new Tick(), new Stamp(request.Expires!.Value.AddTicks(1)));
        Assert.Equal(1, late.State.Spent.Refusals);
    }

    // Would catch: memory that is judged by the run's labels alone.
    [Fact]
    public void A_memory_item_is_judged_by_its_own_labels_too()
    {
        var policy = new Policy([new Rule(new Deny("secret"), PolicyAction.MemoryRead, labels: ["secret"])]);
        var agent = new Agent([], new Budget(3), policy);
        var run = new Run("run", "goal", memory:
            [new MemoryItem("open", MemoryScope.Task, "a"), new MemoryItem("closed", MemoryScope.Task, "b", labels: ["secret"])]);
        var packet = agent.Start(run).Effects[^1].AskModel!.Packet;
        Assert.Equal(["open"], packet.Memory.Select(item => item.Id));
        Assert.Equal([new Omission("closed", OmissionReason.Denied)], packet.Omitted);
    }

    // Would catch: an approved edit that opens a call although tokens, money or time are used up, with the approval itself or before it.
    [Theory]
    [InlineData(10, 0, 0)]
    [InlineData(0, 10, 0)]
    [InlineData(0, 0, 10)]
    public void An_approved_edit_opens_nothing_when_the_budget_is_used_up(int tokens, int cost, int minutes)
    {
        var agent = Asking(new Budget(9, maxTokens: 10, maxCost: 10, deadline: TimeSpan.FromMinutes(10)));
        var (state, request) = Asked(agent);
        var edit = (PersonSaid)new Approve(request.Id, request.Hash, "bob", Json.Object.Of(("amount", 1)));
        var result = agent.Step(state, edit, new Stamp(_noon.AddMinutes(minutes), tokens, cost));
        Assert.Equal((StopReason.BudgetExhausted, 1), (result.State.Stopped?.Reason, result.State.Spent.Steps));
        Assert.NotNull(agent.Step(state, edit, new Stamp(_noon.AddMinutes(1), 1, 1)).State.Phase.AwaitingApproval);
    }

    // Would catch: a deadline that ends the wait for an approval, and with it the doubt whether the call has happened already.
    [Fact]
    public void A_deadline_does_not_end_a_doubt()
    {
        var agent = Asking(new Budget(9, deadline: TimeSpan.FromDays(30)), TimeSpan.FromHours(1));
        var (state, request) = Asked(agent);
        state = agent.Step(state, Approve(request), new Stamp(_noon)).State;
        // Lost, and taken up when the approval has expired: whether it may be repeated must be asked anew.
        state = agent.Step(state, new Recovered(), new Stamp(_noon.AddDays(1))).State;
        Assert.True(state.Phase.AwaitingApproval!.Call.MayHaveHappened);
        var result = agent.Step(state, new Tick(), new Stamp(_noon.AddDays(31)));
        Assert.True(result.State.Phase.InDoubt?.NeedsPerson);
        Assert.NotNull(result.Effects[^1].AskResolution);
    }

    // Would catch: an approval that buys executions for ever, as long as each of them gets lost.
    [Fact]
    public void An_approval_covers_a_repetition_until_it_expires()
    {
        var agent = Asking(new Budget(9), TimeSpan.FromHours(1));
        var (state, request) = Asked(agent);
        state = agent.Step(state, Approve(request), new Stamp(_noon)).State;
        var inTime = agent.Step(state, new Recovered(), new Stamp(request.Expires));
        Assert.Equal(2, inTime.Effects[^1].ExecuteTool?.Permit.Call.Attempts);
        var late = agent.Step(state, new Recovered(), new Stamp(request.Expires!.Value.AddTicks(1)));
        Assert.NotEqual(request.Id, late.Effects[^1].AskApproval?.Request.Id);
        Assert.NotNull(late.Effects[^1].AskApproval);
    }

    // Would catch: a refusal that is one too many, and is forgotten because the call that it was about is in doubt.
    [Theory]
    [InlineData(Resolution.Happened)]
    [InlineData(Resolution.DidNotHappen)]
    public void A_refusal_too_many_ends_the_run_once_the_doubt_is_settled(Resolution resolution)
    {
        var agent = Asking(new Budget(9, maxInvalidDecisions: 9, maxToolFailures: 9), TimeSpan.FromHours(1));
        var (state, request) = Asked(agent);
        state = agent.Step(state, Approve(request), new Stamp(_noon)).State;
        state = agent.Step(state, new Recovered(), new Stamp(_noon.AddDays(1))).State;
        var again = state.Phase.AwaitingApproval!.Request;
        state = agent.Step(state, (PersonSaid)new Reject(again.Id, "bob", "no"), new Stamp(_noon.AddDays(1))).State;
        Assert.NotNull(state.Phase.InDoubt);
        state = agent.Step(state, (PersonSaid)new Resolve("run:0", resolution, "bob"), new Stamp(_noon.AddDays(1))).State;
        Assert.Equal((StopReason.Refused, "refused_in_doubt", "pay"), (state.Stopped?.Reason, state.Stopped?.Detail, state.Stopped?.Tool));
    }

    // Would catch: work, or an input, that gets into the middle of a step that a crash has cut.
    [Fact]
    public void In_the_middle_of_a_step_nothing_is_owed_and_nothing_comes_in()
    {
        var agent = new Agent([_read], new Budget(3));
        var started = agent.Start(_run);
        var asked = agent.Step(started.State, new AskHuman("May I?"));
        Assert.Equal("human_required", asked.State.Stopped?.Detail);
        var cut = Agent.Fold(Events(started).Concat(Events(asked).Take(1))).State!;
        Assert.NotNull(cut.Phase.AwaitingReply);
        Assert.Null(agent.Pending(cut));
        Assert.Equal("step_not_finished", Ignored(agent.Step(cut, (PersonSaid)new Reply("run:0", "yes", "bob"))));
        Assert.Equal(asked.State, agent.Resume(cut).State);
    }

    // Would catch: an approved run, left where it is, that nobody can stop before its call is executed.
    [Fact]
    public void Between_a_permission_and_its_permit_a_run_can_be_cancelled_and_nothing_else_comes_in()
    {
        var agent = new Agent([_read], new Budget(3));
        var started = agent.Start(_run);
        var called = agent.Step(started.State, new CallTool("read", Json.Object.Empty));
        var cut = Agent.Fold(Events(started).Concat(Events(called).TakeWhile(static traced => traced.Fact.CallAuthorized is null))).State!;
        Assert.NotNull(cut.Phase.Permitted);
        Assert.Equal("nothing_due", Ignored(agent.Step(cut, new Tick())));
        Assert.Equal("nothing_was_executing", Ignored(agent.Step(cut, new Recovered())));
        var cancelled = agent.Step(cut, new Cancel()).State;
        Assert.Equal((StopReason.Cancelled, 0), (cancelled.Stopped?.Reason, cancelled.ToolsCalled.Count));
    }

    // Would catch: an approval that is used long after it has expired, because the run was left in between.
    [Fact]
    public void A_permission_that_was_not_used_in_time_passes_the_gate_again()
    {
        var agent = Asking(new Budget(9), TimeSpan.FromHours(1));
        var started = agent.Start(_run, new Stamp(_noon));
        var called = agent.Step(started.State, new CallTool("pay", Json.Object.Empty), new Stamp(_noon));
        var request = called.State.Phase.AwaitingApproval!.Request;
        var approved = agent.Step(called.State, Approve(request), new Stamp(_noon));
        var cut = Agent.Fold([.. Events(started), .. Events(called),
            .. Events(approved).TakeWhile(static traced => traced.Fact.CallAuthorized is null)]).State!;
        Assert.NotNull(cut.Phase.Permitted);
        Assert.Equal("nothing_due", Ignored(agent.Step(cut, new Tick(), new Stamp(_noon.AddMinutes(59)))));
        var late = agent.Step(cut, new Tick(), new Stamp(_noon.AddHours(2))).State;
        Assert.NotEqual(request.Id, late.Phase.AwaitingApproval!.Request.Id);
        Assert.Empty(late.ToolsCalled);
    }

    // Would catch: a run whose process died while it read something, and that nobody can stop before it reads again.
    [Fact]
    public void Before_a_call_in_doubt_is_repeated_a_run_can_be_cancelled()
    {
        var agent = new Agent([_read], new Budget(3));
        var started = agent.Start(_run);
        var called = agent.Step(started.State, new CallTool("read", Json.Object.Empty));
        var recovered = agent.Step(called.State, new Recovered());
        var cut = Agent.Fold([.. Events(started), .. Events(called),
            .. Events(recovered).TakeWhile(static traced => traced.Fact.CallAuthorized is null)]).State!;
        Assert.NotNull(cut.Phase.InDoubt);
        Assert.Equal(new Stopped(StopReason.Cancelled), agent.Step(cut, new Cancel()).State.Stopped);
    }

    // Would catch: a cancel behind which nobody looks whether the payment was made.
    [Fact]
    public void A_cancel_says_what_may_have_happened()
    {
        var agent = Asking(new Budget(9), TimeSpan.FromHours(1));
        var (asked, request) = Asked(agent);
        var executing = agent.Step(asked, Approve(request), new Stamp(_noon)).State;
        var askedAgain = agent.Step(executing, new Recovered(), new Stamp(_noon.AddDays(1))).State;
        var inDoubt = agent.Step(askedAgain, (PersonSaid)new Reject(askedAgain.Phase.AwaitingApproval!.Request.Id, "bob", "no")).State;
        Assert.NotNull(inDoubt.Phase.InDoubt);
        foreach (var state in new[] { executing, askedAgain, inDoubt })
            Assert.Equal(new Stopped(StopReason.Cancelled, Detail: "in_doubt", Tool: "pay"), agent.Step(state, new Cancel()).State.Stopped);
        Assert.Equal(new Stopped(StopReason.Cancelled), agent.Step(asked, new Cancel()).State.Stopped);
    }

    // Would catch: an actor or a reviewer that is nobody, or the same name in other characters; and people who are taken for one.
    [Theory]
    [InlineData("", "bob", "run_has_no_actor")]
    [InlineData(" ", "bob", "run_has_no_actor")]
    [InlineData("alice", " Alice ", "reviewer_is_the_actor")]
    [InlineData("alice", "alice\u200B", "reviewer_is_the_actor")]
    [InlineData("alice", "\u202Eal\u0000ice\u202C", "reviewer_is_the_actor")]
    [InlineData("alice", "\uFF21\uFF2C\uFF29\uFF23\uFF25", "reviewer_is_the_actor")]
    [InlineData("jos\u00E9", "Jose\u0301", "reviewer_is_the_actor")]
    [InlineData("\u1EA4n", "A\u0302\u0301N", "reviewer_is_the_actor")]
    [InlineData("Zo\u00EB", "zoe", "reviewer_is_the_actor")]
    [InlineData("\u200B", "bob", "run_has_no_actor")]
    [InlineData("alice", " ", "reviewer_is_unknown")]
    [InlineData("alice", "\u200B\u2060\u3164\u0301", "reviewer_is_unknown")]
    [InlineData("\u5C71\u7530", "\u4F50\u85E4", null)]
    [InlineData("M\u00FCller", "M\u00F8ller", null)]
    public void Names_that_look_alike_are_one_persons_and_a_blank_is_nobodys(string actor, string reviewer, string? reason)
    {
        var agent = Asking(new Budget(9));
        var (state, request) = Asked(agent, new Run("run", "goal", actor));
        var approve = (PersonSaid)new Approve(request.Id, request.Hash, reviewer);
        Assert.Equal(reason, agent.Step(state, approve, new Stamp(_noon)).Events[0].Fact.Ignored?.Reason);
    }

    // Would catch: a tolerance that no count can exceed, so that a model that never answers is asked for ever.
    [Fact]
    public void No_tolerance_is_endless()
    {
        var budget = new Budget(1, maxInvalidDecisions: int.MaxValue, maxModelFailures: int.MaxValue, maxToolFailures: int.MaxValue,
            maxRefusals: int.MaxValue);
        Assert.True(budget.Tolerates(new Spent(0, 0, 0, int.MaxValue - 1, 0, 0, 0, 0, null, null)));
        Assert.False(budget.Tolerates(new Spent(0, 0, 0, int.MaxValue, 0, 0, 0, 0, null, null)));
    }

    // Would catch: a verdict of code that is none and counts as an error, and so as a denial of everything.
    [Fact]
    public void Policy_as_code_may_have_no_opinion()
    {
        var code = new PolicyCode("no large sums", static request => request.Input["amount"] is Json.Number { Value: > 100 } ? new Deny("large") : null);
        var agent = new Agent([_read], new Budget(3), new Policy(Policy.Default.Rules, code));
        var state = agent.Start(_run).State;
        Assert.NotNull(agent.Step(state, new CallTool("read", Json.Object.Of(("amount", 100)))).State.Phase.Executing);
        Assert.Equal("large", agent.Step(state, new CallTool("read", Json.Object.Of(("amount", 101)))).State.Stopped?.Detail);
    }

    // Would catch: a null that is found late, by whoever stumbles over it.
    [Fact]
    public void A_null_among_the_items_is_refused_by_name()
    {
        Refused("tools", static () => new Agent([null!], new Budget(1)));
        Refused("memory", static () => new Run("run", "goal", memory: [null!]));
        Refused("Rules", static () => new Policy([Policy.Default.Rules[0], null!]));
        Refused("input", static () => new Rule(new Allow(), input: [null!]));
        Refused("input", static () => new CallPattern(input: [null!]));
        Refused("isIn", static () => new Condition("to", isIn: [null!]));
        Refused("Items", static () => new Json.Array([1, null!]));
        Refused("fields", static () => new Json.Object([null!]));

        static void Refused(string parameter, Func<object> make) =>
            Assert.Equal(parameter, Assert.Throws<ArgumentException>(make).ParamName);
    }

    // Would catch: a journal with a hole in it, at which a fold throws.
    [Fact]
    public void An_event_that_is_none_is_a_fault()
    {
        var events = Events(new Agent([_read], new Budget(3)).Start(_run)).ToList();
        Assert.Equal(new TraceFault(2, null), Agent.Fold([.. events, null!, .. events]).Fault!);
        Assert.Equal("There is no event at position 0: a run begins with run_started.", $"{Agent.Fold([null!]).Fault!}");
        Assert.Equal(2, Agent.States([.. events, null!]).Count());
    }

    private static Agent Asking(Budget budget, TimeSpan? validFor = null) =>
        new([_pay], budget, Policy.Default, new Approvals(true, validFor ?? TimeSpan.FromDays(7)));

    private static (State State, ApprovalRequest Request) Asked(Agent agent, Run? run = null)
    {
        var state = agent.Start(run ?? _run, new Stamp(_noon)).State;
        state = agent.Step(state, new CallTool("pay", Json.Object.Empty), new Stamp(_noon)).State;
        return (state, state.Phase.AwaitingApproval!.Request);
    }

    private static PersonSaid Approve(ApprovalRequest request) => new Approve(request.Id, request.Hash, "bob");

    private static string? Ignored(StepResult step) => Assert.Single(step.Effects).Record!.Event.Fact.Ignored?.Reason;

    private static IEnumerable<TraceEvent> Events(StepResult step) =>
        step.Effects.Select(static effect => effect.Record?.Event).OfType<TraceEvent>();
}
