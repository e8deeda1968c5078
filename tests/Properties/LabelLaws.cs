namespace MiniRuntime.Properties;

public sealed class LabelLaws
{
    // Would catch: a policy that sees labels one call too late.
    [Property]
    public void A_run_that_has_read_something_untrusted_can_be_refused_writes_from_then_on(Json data, ToolResult result)
    {
        if (result.Lost is not null) result = new Error("failed");
        var agent = new Agent(
            [new Tool("search", "", SideEffect.Read, labels: ["untrusted"]), new Tool("pay", "", SideEffect.Write)],
            new Budget(9, maxRefusals: 9, maxToolFailures: 9),
            new Policy([new Rule(new Allow()), new Rule(new Deny("tainted"), sideEffect: SideEffect.Write, labels: ["untrusted"])]));
        var state = agent.Start(new Run("run", "")).State;
        state = agent.Step(state, new CallTool("pay", Json.Object.Empty)).State;
        state = agent.Step(state, new ToolReport("run:0", new Ok(data))).State;
        Assert.Equal(["pay"], state.ToolsCalled);
        state = agent.Step(state, new CallTool("search", Json.Object.Empty)).State;
        state = agent.Step(state, new ToolReport("run:1", result)).State;
        state = agent.Step(state, new CallTool("pay", Json.Object.Empty)).State;
        Assert.Equal(["pay", "search"], state.ToolsCalled);
        Assert.Equal(new Refused("tainted"), state.Turns[^1].Result);
    }
}
