namespace MiniRuntime.Core;

/// <summary>One line of a run's trace: a fact, and where it stands. The trace is the journal, and folding it gives the state.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Sequence">The position in the trace, 0 first, without gaps.</param>
/// <param name="Step">
/// The number of the step that the event belongs to, 0 first; for <see cref="Stopped"/> the number of steps charged.
/// </param>
/// <param name="Fact">What happened.</param>
public sealed record TraceEvent(string RunId, long Sequence, int Step, Fact Fact);
