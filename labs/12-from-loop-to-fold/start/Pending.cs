namespace Lab12;

// Pending: what the world owes a run, if anything.
public sealed partial record Agent
{
    /// <summary>The work that is owed; null when the run is over.</summary>
    public static Work? Pending(State state)
    {
        // <exercise-4>
        // For what did the loop wait?
        return null;
        // </exercise-4>
    }
}
