namespace Lab12;

/// <summary>What holds of every run, whatever comes in.</summary>
public static class Laws
{
    /// <summary>No run takes more steps than its budget has, and each that its trace shows is charged.</summary>
    public static bool StaysWithinItsBudget(Journey run)
    {
        // <exercise-6>
        return true;
        // </exercise-6>
    }

    /// <summary>Whatever was handed out to be executed exists, and policy, asked again, allows it.</summary>
    public static bool ExecutesOnlyWhatPolicyAllows(Journey run)
    {
        // <exercise-7>
        return true;
        // </exercise-7>
    }

    /// <summary>The trace is all that happened: folding it gives the state.</summary>
    public static bool FoldsToItsState(Journey run)
    {
        // <exercise-8>
        return true;
        // </exercise-8>
    }
}
