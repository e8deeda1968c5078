namespace MiniRuntime.Properties;

public sealed class TotalityLaws
{
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
