namespace Lab11;

/// <summary>The path that a run took: what was executed, in order, and why it stopped.</summary>
public sealed record Trajectory(IReadOnlyList<string> ToolsCalled, string? StopReason)
{
    /// <summary>The path in a trace. It is read from what happened, and not from what was said.</summary>
    public static Trajectory Of(IReadOnlyList<TraceEvent> trace)
    {
        // <exercise-3>
        var executed = trace.Where(static traced => traced.Type == "tool_result").Select(static traced => (string)traced.Data["tool"]!);
        // </exercise-3>
        var stop = trace.LastOrDefault(static traced => traced.Type == "stop");
        return new Trajectory([.. executed], (string?)stop?.Data["stopReason"]);
    }
}
