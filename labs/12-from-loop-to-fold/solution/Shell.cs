namespace Lab12;

/// <summary>The loop that is left: it performs what is owed, and decides nothing.</summary>
public static class Shell
{
    /// <summary>Runs to the end: the last state, and all facts.</summary>
    public static StepResult Run(Agent agent, IWorld world)
    {
        // <exercise-4>
        var (state, trace) = agent.Start();
        while (Agent.Pending(state) is { } work)
        {
            Input input = work is ExecuteTool execute ? new Returned(world.Execute(execute.Call)) : new Proposed(world.Propose(state));
            (state, var facts) = agent.Step(state, input);
            trace = [.. trace, .. facts];
        }
        return new StepResult(state, trace);
        // </exercise-4>
    }
}
