namespace MiniRuntime.Properties;

public sealed class BudgetLaws
{
    // Would catch: trouble that goes unnoticed when the same input also exhausts a limit.
    [Theory]
    [InlineData(StopReason.InvalidDecision)]
    [InlineData(StopReason.Refused)]
    public void Trouble_stops_a_run_before_exhaustion_does(StopReason expected)
    {
        var agent = new Agent([], new Budget(1, maxTokens: 1));
        var state = agent.Start(new Run("run", "")).State;
        Input input = expected == StopReason.Refused ? new CallTool("nothing", Json.Object.Empty) : new Answer(" ");
        Assert.Equal(expected, agent.Step(state, input, new Stamp(null, tokens: 9)).State.Stopped?.Reason);
    }
}
