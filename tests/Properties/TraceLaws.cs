namespace MiniRuntime.Properties;

public sealed class TraceLaws
{
    // Would catch: an event that copies the history, so that a journal grows quadratically.
    [Property(MaxTest = 60)]
    public void An_events_size_does_not_depend_on_the_length_of_the_run(Setup setup, Run run)
    {
        var look = new Tool("look", "", SideEffect.Read);
        var agent = new Agent([look], new Budget(200), Policy.Permissive, setup.Approvals, setup.Context);
        var result = agent.Start(run, new Stamp(Moment.Epoch));
        var sizes = new List<int>();
        var stamp = new Stamp(Moment.Epoch.AddHours(1));
        for (var step = 0; step < 110; step++)
        {
            var asked = agent.Step(result.State, new CallTool("look", Json.Object.Of(("q", "the same"))), stamp);
            result = agent.Step(asked.State, new ToolReport($"{run.Id}:{step}", new Ok("found")), stamp);
            sizes.Add(asked.Effects.Concat(result.Effects).Sum(effect => effect.Record is { } record ? $"{record.Event}".Length : 0));
        }
        // All that may grow are the digits of the numbers in them: five events a step, with at most four numbers each.
        Assert.InRange(sizes[105] - sizes[30], 0, 20);
    }
}
