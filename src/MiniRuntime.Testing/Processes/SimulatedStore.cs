using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// The store that all processes have: a real one, in memory, with a clock of its own. It also keeps account of who was granted what, and so
/// sees an append that the store should have refused.
/// </summary>
internal sealed class SimulatedStore
{
    private readonly ProcessSimulator _simulator;
    private Lease? _latest;
    private State? _state;

    public SimulatedStore(ProcessSimulator simulator)
    {
        (_simulator, Clock) = (simulator, new ProcessClock(simulator.Agenda, null));
        Inner = new InMemoryStore(Clock);
    }

    /// <summary>The store's clock, which leases go by.</summary>
    public ProcessClock Clock { get; }

    /// <summary>The real store.</summary>
    public InMemoryStore Inner { get; }

    /// <summary>The run's journal as it is kept.</summary>
    public Seq<TraceEvent> Trace => (Seq<TraceEvent>)Inner.ReadAsync(_simulator.Run.Id).Result;

    /// <summary>The run's state; null when there is no run yet, or when its journal cannot be.</summary>
    public State? State
    {
        get
        {
            var trace = Trace;
            if (trace.Count > 0 && _state?.Events != trace.Count) _state = Agent.Fold(trace) is { Fault: { } fault } ? Torn(fault) : Agent.Fold(trace).State;
            return _state;
        }
    }

    private State? Torn(TraceFault fault)
    {
        _simulator.Break($"the journal cannot be. {fault}");
        return null;
    }

    /// <summary>The run has ended.</summary>
    public bool HasEnded { get; private set; }

    public Lease Acquire(string runId, string owner, TimeSpan lasts) =>
        _latest = Inner.AcquireAsync(runId, owner, lasts).GetAwaiter().GetResult();

    public LeaseState Append(Lease lease, IReadOnlyList<TraceEvent> events)
    {
        LeaseState heard;
        try
        {
            heard = Inner.AppendAsync(_simulator.World.ForgetsEpochs ? _latest! : lease, events).GetAwaiter().GetResult();
        }
        catch (StoreException e)
        {
            _simulator.Count(e is LeaseLostException ? Recovery.LateAppendRefused : Recovery.ConflictLost, null,
                $"refuses events {events[0].Sequence}… of {lease.Owner}: {(e is LeaseLostException ? "it is replaced" : "they are not next")}");
            throw;
        }
        _simulator.Story.Add("the store", $"keeps of {lease.Owner}", events);
        HasEnded |= events.Any(static traced => traced.Fact.Stopped is not null);
        if (lease != _latest)
            _simulator.Break($"an append of {lease.Owner} was kept after {_latest!.Owner} had been granted the run");
        return heard;
    }
}
