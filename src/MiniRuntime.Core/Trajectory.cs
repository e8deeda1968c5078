namespace MiniRuntime.Core;

/// <summary>
/// The path that a run took, as evals and laws judge it: what was executed and how it ended, whatever the final text says.
/// </summary>
/// <param name="Calls">The calls that were handed out, in order. A call that is repeated stands once.</param>
/// <param name="Stopped">How the run ended; null when it has not.</param>
public sealed record Trajectory(Seq<ExecutedCall> Calls, Stopped? Stopped)
{
    /// <summary>The tools of these calls, in order.</summary>
    public Seq<string> ToolsCalled => Calls.Select(static call => call.Tool.Name).ToSeq();

    /// <summary>The path in a trace. It reads the permits, not the proposals.</summary>
    /// <param name="trace">A run's events from the first on. What cannot be folded is not read.</param>
    public static Trajectory Of(IEnumerable<TraceEvent> trace)
    {
        var (calls, latest, stopped) = (Seq<ExecutedCall>.Empty, (ExecutedCall?)null, (Stopped?)null);
        foreach (var (traced, state) in Agent.States(trace))
        {
            var next = ExecutedCall.Latest(latest, traced, state);
            if (latest is not null && next!.Id != latest.Id) calls = calls.Add(latest);
            (latest, stopped) = (next, state.Stopped);
        }
        return new Trajectory(latest is null ? calls : calls.Add(latest), stopped);
    }
}
