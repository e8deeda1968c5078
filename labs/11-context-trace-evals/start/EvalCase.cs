namespace Lab11;

/// <summary>What is expected of a run's path. What is null, or empty, is not judged.</summary>
public sealed record EvalCase(string CaseId, string? StopReason, IReadOnlyList<string> ToolsCalled, IReadOnlyList<string> ToolsNotCalled)
{
    /// <summary>Why the path is not acceptable; nothing when it is.</summary>
    public IReadOnlyList<string> Judge(Trajectory path)
    {
        var reasons = new List<string>();
        // <exercise-4>
        // </exercise-4>
        return reasons;
    }
}
