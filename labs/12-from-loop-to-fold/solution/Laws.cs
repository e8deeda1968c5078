namespace Lab12;

/// <summary>What holds of every run, whatever comes in.</summary>
public static class Laws
{
    /// <summary>No run takes more steps than its budget has, and each that its trace shows is charged.</summary>
    public static bool StaysWithinItsBudget(Journey run)
    {
        // <exercise-6>
        var proposals = run.Trace.Count(static fact => fact is Accepted { Input: Proposed });
        return run.State.Steps == proposals && proposals <= run.Agent.MaxSteps;
        // </exercise-6>
    }

    /// <summary>Whatever was handed out to be executed exists, and policy, asked again, allows it.</summary>
    public static bool ExecutesOnlyWhatPolicyAllows(Journey run)
    {
        // <exercise-7>
        return run.Trace.OfType<CallAuthorized>()
            .All(permit => run.Agent.Find(permit.Tool) is { } tool && run.Agent.Judge(tool).Status == Verdict.Allow);
        // </exercise-7>
    }

    /// <summary>The trace is all that happened: folding it gives the state.</summary>
    public static bool FoldsToItsState(Journey run)
    {
        // <exercise-8>
        return Agent.Fold(run.Trace) == run.State;
        // </exercise-8>
    }
}
