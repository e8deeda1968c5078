namespace MiniRuntime.Core;

/// <summary>The path that a run took, as evals judge it: what was executed and how it ended, whatever the final text says.</summary>
/// <param name="ToolsCalled">The tools whose calls were handed out, in order.</param>
/// <param name="Stopped">How the run ended; null when it has not.</param>
public sealed record Trajectory(Seq<string> ToolsCalled, Stopped? Stopped)
{
    /// <summary>The path in a trace. It reads the permits, not the proposals.</summary>
    public static Trajectory Of(IEnumerable<TraceEvent> trace)
    {
        var (called, stopped) = (Seq<string>.Empty, (Stopped?)null);
        var tools = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var traced in trace)
        {
            if (traced.Fact.CallJudged is { } judged) tools[judged.CallId] = judged.Tool.Name;
            if (traced.Fact.CallAuthorized is { Attempt: 1 } permit && tools.TryGetValue(permit.CallId, out var tool))
                called = called.Add(tool);
            stopped = traced.Fact.Stopped ?? stopped;
        }
        return new Trajectory(called, stopped);
    }
}
