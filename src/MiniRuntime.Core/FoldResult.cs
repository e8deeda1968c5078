namespace MiniRuntime.Core;

/// <summary>What folding a trace gives: the state, or the fault. One of the two is there, and not the other.</summary>
public sealed record FoldResult
{
    internal FoldResult(State state) => State = state;

    internal FoldResult(TraceFault fault) => Fault = fault;

    /// <summary>The state after the whole trace; null when it cannot be folded.</summary>
    public State? State { get; }

    /// <summary>Why the trace cannot be folded; null when it can.</summary>
    public TraceFault? Fault { get; }
}

/// <summary>Why a trace could not be folded.</summary>
/// <param name="Sequence">The number that the next event had to have.</param>
/// <param name="Event">The event that cannot stand there; null where there is none.</param>
public sealed record TraceFault(long Sequence, TraceEvent? Event)
{
    /// <summary>The fault in a sentence.</summary>
    public override string ToString() => Event is null
        ? $"There is no event at position {Sequence}{(Sequence == 0 ? ": a run begins with run_started." : ".")}"
        : $"Event {Event.Sequence} ({Event.Fact}) of run {Event.RunId}, step {Event.Step}, cannot stand at position {Sequence}.";
}
