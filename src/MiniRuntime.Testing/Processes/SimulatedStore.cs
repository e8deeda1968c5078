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
            if (trace.Count == 0 || _state?.Events == trace.Count) return _state;
            var folded = Agent.Fold(trace);
            if (folded.Fault is { } fault) _simulator.Break($"the journal cannot be. {fault}");
            return _state = folded.State;
        }
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
            var (how, why) = e is LeaseLostException
                ? (Recovery.LateAppendRefused, "it is replaced")
                : (Recovery.ConflictLost, "they are not next");
            _simulator.Count(how, null, $"refuses events {events[0].Sequence}… of {lease.Owner}: {why}");
            throw;
        }
        _simulator.Story.Add("the store", $"keeps of {lease.Owner}", events);
        HasEnded |= events.Any(static traced => traced.Fact.Stopped is not null);
        if (lease != _latest)
            _simulator.Break($"an append of {lease.Owner} was kept after {_latest!.Owner} had been granted the run");
        return heard;
    }
}
