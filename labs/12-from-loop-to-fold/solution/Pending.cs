namespace Lab12;

// Pending: what the world owes a run, if anything.
public sealed partial record Agent
{
    /// <summary>The work that is owed; null when the run is over.</summary>
    public static Work? Pending(State state)
    {
        // <exercise-4>
        return state.Phase switch
        {
            Thinking => new AskModel(),
            Executing { Call: var call } => new ExecuteTool(call),
            _ => null,
        };
        // </exercise-4>
    }
}
