namespace Lab10;

/// <summary>What is expected of a run's path: tools that must not have been called.</summary>
public sealed record EvalCase(string CaseId, IReadOnlyList<string> ToolsNotCalled)
{
    /// <summary>Why the run is not acceptable; nothing when it is.</summary>
    public IReadOnlyList<string> Judge(State state)
    {
        // <exercise-5>
        return state.StopReason == StopReason.Success ? [] : ["the run did not succeed"];
        // </exercise-5>
    }
}
