namespace MiniRuntime.Properties;

/// <summary>Traces in which one event says something that cannot be. A fold stops there, and says where.</summary>
public sealed class FoldTests
{
    private static readonly Tool _pay = new("pay", "", SideEffect.Write, idempotent: true);
    private static readonly Stamp _begin = new(DateTimeOffset.UnixEpoch);

    // Would catch: a verdict, a permit or a refusal that is believed although it is about another call or tool, or nothing is asked.
    [Fact]
    public void What_is_about_another_call_cannot_stand()
    {
        var trace = Called(Policy.Permissive);
        Assert.Equal(["RunStarted", "ContextBuilt", "Accepted", "CallJudged", "CallAuthorized"],
            trace.Select(static traced => traced.Fact.Value.GetType().Name));
        var (judged, permit) = (trace[3].Fact.CallJudged!, trace[4].Fact.CallAuthorized!);
        Refuses(trace, 3, judged with { CallId = "run:1" });
        Refuses(trace, 3, judged with { Tool = new Tool("look", "", SideEffect.Read).Ref });
        Refuses(trace, 4, permit with { CallId = "run:1" });
        Refuses(trace, 4, new CallAuthorized("run:0", 2));
        Refuses(trace, 3, new CallRefused("run:1", "pay", "unknown_tool"));
        Refuses(trace, 3, new CallRefused("run:0", "look", "unknown_tool"));
        // Where no call is looked at, and where one runs already.
        Refuses(trace, 2, judged);
        Refuses(trace, 2, permit);
        Refuses(trace, 2, new CallRefused("run:0", "pay", "unknown_tool"));
        Refuses(trace, 4, judged with { CallId = "run:1" });
        Refuses([.. trace, trace[4]], 5, judged);
        Refuses([.. trace, trace[4]], 5, permit);
        Refuses([.. trace, trace[4]], 5, new CallRefused("run:0", "pay", "not_repeatable"));
    }

    [Fact]
    public void What_is_about_another_call_cannot_stand_while_a_person_is_asked_either()
    {
        var trace = Called(Policy.Default);
        var judged = trace[3].Fact.CallJudged!;
        Assert.NotNull(judged.Request);
        // Another agent may judge it again, and refuse it; but it, and not another one.
        Assert.Null(Agent.Fold(With([.. trace, trace[3]], 4, judged with { AgentHash = "other" })).Fault);
        Assert.Null(Agent.Fold(With([.. trace, trace[3]], 4, new CallRefused("run:0", "pay", "unknown_tool"))).Fault);
        Refuses([.. trace, trace[3]], 4, judged with { CallId = "run:1" });
        Refuses([.. trace, trace[3]], 4, judged with { Tool = new Tool("look", "", SideEffect.Read).Ref });
        Refuses([.. trace, trace[3]], 4, new CallRefused("run:1", "pay", "unknown_tool"));
        Refuses([.. trace, trace[3]], 4, new CallRefused("run:0", "look", "unknown_tool"));
        Refuses([.. trace, trace[3]], 4, new CallAuthorized("run:0", 1));
    }

    // Would catch: an end that nothing has announced.
    [Theory]
    [InlineData(StopReason.Success)]
    [InlineData(StopReason.Blocked)]
    [InlineData(StopReason.BudgetExhausted)]
    [InlineData(StopReason.Cancelled)]
    public void A_run_does_not_end_while_a_call_runs_or_the_model_is_asked(StopReason reason)
    {
        var trace = Called(Policy.Permissive);
        Refuses([.. trace, trace[4]], 5, new Stopped(reason));
        Refuses(trace, 2, new Stopped(reason));
    }

    // Would catch: an event of another run, another place or another step.
    [Fact]
    public void Every_event_is_of_this_run_this_place_and_this_step()
    {
        var trace = Called(Policy.Permissive);
        Assert.Null(Agent.Fold(trace).Fault);
        for (var i = 0; i < trace.Count; i++)
        {
            Fails(trace[i] with { RunId = "other" }, i);
            Fails(trace[i] with { Sequence = i + 1 }, i);
            Fails(trace[i] with { Step = trace[i].Step + 1 }, i);
            Fails(trace[i] with { Step = trace[i].Step - 1 }, i);
        }
        Assert.Equal($"Event 9 ({trace[1].Fact}) of run run, step 0, cannot stand at position 1.",
            $"{Agent.Fold([trace[0], trace[1] with { Sequence = 9 }]).Fault}");
        Assert.Equal("There is no event at position 1.", $"{Agent.Fold([trace[0], null!]).Fault}");
        Assert.Equal(new TraceFault(0, null), Agent.Fold([]).Fault);
        Assert.Equal(0, Agent.Fold([trace[1]]).Fault!.Sequence);

        void Fails(TraceEvent wrong, int at) => Assert.Equal(new TraceFault(at, wrong), Agent.Fold([.. trace[..at], wrong]).Fault);
    }

    private static List<TraceEvent> Called(Policy policy)
    {
        var agent = new Agent([_pay], new Budget(9, maxRefusals: 9), policy, Approvals.On);
        var start = agent.Start(new Run("run", "goal", "alice"), _begin);
        return [.. start.Events, .. agent.Step(start.State, new CallTool("pay", Json.Object.Empty), _begin).Events];
    }

    private static void Refuses(List<TraceEvent> trace, int at, Fact fact)
    {
        var wrong = With(trace, at, fact);
        Assert.Equal(new TraceFault(at, wrong[at]), Agent.Fold(wrong).Fault);
    }

    // With another fact at this place, which is numbered as it should be.
    private static List<TraceEvent> With(List<TraceEvent> trace, int at, Fact fact) =>
        [.. trace[..at], new TraceEvent("run", at, fact.Stopped is null ? 0 : 1, fact)];
}
