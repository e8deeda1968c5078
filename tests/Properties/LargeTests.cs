namespace MiniRuntime.Properties;

/// <summary>
/// Small files of many parts. None of these is timed: where one part costs as much as all of them, the test does not come back.
/// </summary>
public sealed class LargeTests
{
    // Would catch: labels of memory that are united item by item.
    [Fact]
    public void Much_memory_with_labels_of_its_own_is_shown()
    {
        var memory = Enumerable.Range(0, 100_000).Select(static i => new MemoryItem($"m{i}", MemoryScope.Task, "", labels: [$"label {i}"]));
        var agent = new Agent([], new Budget(9, maxModelFailures: 9));
        var state = agent.Start(new Run("run", "goal", memory: memory)).State;
        for (var i = 0; i < 5; i++) state = agent.Step(state, new ModelFailure("again")).State;
        Assert.Equal((100_000, 6), (state.Labels.Count, state.Packets));
    }

    // Would catch: turns that are measured again at each step.
    [Fact]
    public void A_wide_window_under_a_token_limit_is_filled_at_every_step()
    {
        const int Steps = 20_000;
        var rules = new ContextRules(window: 1_000_000, maxTokens: 1_000_000_000);
        var agent = new Agent([new Tool("look", "", SideEffect.Read)], new Budget(Steps), context: rules);
        var state = agent.Start(new Run("run", "goal")).State;
        for (var i = 0; i < Steps; i++)
        {
            state = agent.Step(state, new CallTool("look", Json.Object.Of(("page", i)))).State;
            state = agent.Step(state, new ToolReport($"run:{i}", new Ok("found"))).State;
        }
        Assert.Equal((StopReason.BudgetExhausted, Steps), (state.Stopped?.Reason, state.Turns.Count));
    }

    // Would catch: a field that is looked for among all fields.
    [Fact]
    public void Each_of_many_fields_is_found()
    {
        const int Fields = 200_000;
        var input = new Json.Object(Enumerable.Range(0, Fields).Select(static i => new Json.Field($"a field of some length {i}", i)));
        for (var i = 0; i < Fields; i++) Assert.Equal((Json)i, input[$"a field of some length {i}"]);
        Assert.Null(input["none"]);
    }
}
