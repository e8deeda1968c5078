namespace MiniRuntime.Properties;

public sealed class TotalityLaws
{
    // What no sensible world says, thrown at every state. (The journeys have hostile texts, numbers and JSON of their own.)
    private static readonly Input[] Hostile =
    [
        new CallTool("", Json.Object.Empty),
        new CallTool("look", Values.Nested(Json.MaxDepth)),
        new CallTool(new string('x', 100_000), Json.Object.Of(("amount", decimal.MinValue))),
        new CallTool("pay\0", Json.Object.Empty),
        new Answer("\u202E\uFFFF\U0010FFFF"),
        new AskHuman(""),
        new Stop(StopReason.BudgetExhausted),
        new InvalidDecision("", new string('\uFFFF', 10_000)),
        new ModelFailure(""),
        new ToolReport("", new Lost("")),
        (PersonSaid)new Approve("", "", ""),
        (PersonSaid)new Approve("\0", "\0", "\0", Values.Nested(Json.MaxDepth)),
        (PersonSaid)new Reject("", "", ""),
        (PersonSaid)new Reply("", "", "", [""]),
        (PersonSaid)new Resolve("", Resolution.Abandon, ""),
        new Recovered(),
        new Tick(),
        new Cancel(),
    ];

    private static readonly Stamp[] Stamps =
    [
        Stamp.None,
        new(DateTimeOffset.MinValue),
        new(DateTimeOffset.MaxValue, long.MaxValue, decimal.MaxValue),
        new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.FromHours(14)), 1, 0.0000000000000000000000000001m),
    ];

    // Would catch: an exception, a null or an overflow anywhere in the core, in any state that a run can reach.
    [Property(MaxTest = 150)]
    public void No_input_makes_step_throw_in_any_state_where_a_run_rests(Saga saga)
    {
        foreach (var leg in saga.Walk().Legs)
        {
            foreach (var input in Hostile)
            {
                var result = leg.Setup.Agent.Step(leg.After, input, Stamps[input.ToString().Length % Stamps.Length]);
                Assert.True(result.State.Events > leg.After.Events);
                Assert.NotEmpty(result.State.ToString());
            }
        }
    }

    // Would catch: a state in the middle of a step, as a cut journal gives it, that some input does not expect.
    [Property(MaxTest = 100)]
    public void No_input_makes_step_throw_in_the_middle_of_a_step(Saga saga)
    {
        var trace = saga.Walk().Trace;
        foreach (var (_, state) in Agent.States(trace))
        {
            foreach (var setup in saga.Setups)
            {
                foreach (var input in Hostile)
                    Assert.True(setup.Agent.Step(state, input, Stamps[(int)(state.Events % Stamps.Length)]).State.Events > state.Events);
            }
        }
    }

    // Would catch: a depth that only just exists, and is too deep inside a hash or a request.
    [Fact]
    public void The_deepest_input_can_be_called_asked_for_edited_and_ruled_about()
    {
        var deepest = Values.Nested(Json.MaxDepth);
        var rule = new Rule(new ApprovalRequired("look at it"), input: [new Condition("deep", equal: deepest["deep"])]);
        var agent = new Agent([new Tool("pay", "", SideEffect.Write)], new Budget(4), new Policy([rule]), Approvals.On);
        var stamp = new Stamp(Moment.Epoch);
        var state = agent.Step(agent.Start(new Run("run", "", actor: "alice"), stamp).State, new CallTool("pay", deepest), stamp).State;
        var request = state.Phase.AwaitingApproval!.Request;
        var edited = agent.Step(state, (PersonSaid)new Approve(request.Id, request.Hash, "carol", deepest), stamp);
        Assert.NotNull(edited.State.Phase.AwaitingApproval);
    }

    // Would catch: sums of amounts that exist each, but not together.
    [Property]
    public void Bills_saturate(decimal[] costs, long[] tokens)
    {
        var agent = new Agent([], new Budget(1));
        var state = agent.Start(new Run("run", "")).State;
        var (cost, token) = (0m, 0L);
        var bills = costs.Concat([decimal.MaxValue - 1, 1.5m, 0.5m]).Zip(tokens.Concat([long.MaxValue, 1, 1]));
        foreach (var (c, t) in bills)
        {
            var stamp = new Stamp(null, t == long.MinValue ? 0 : Math.Abs(t), Math.Abs(c));
            state = agent.Step(state, new Tick(), stamp).State;
            Assert.True(state.Spent.Cost >= cost && state.Spent.Cost >= stamp.Cost);
            Assert.True(state.Spent.Tokens >= token && state.Spent.Tokens >= stamp.Tokens);
            (cost, token) = (state.Spent.Cost, state.Spent.Tokens);
        }
    }
}
