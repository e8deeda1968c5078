using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// The store as one simulated process has it: what is asked takes time to get there, and the answer to come back, and on either way
/// something can happen, to the message or to the process.
/// </summary>
internal sealed class StoreConnection(ProcessSimulator simulator, SimulatedProcess process) : IRunStore
{
    private static readonly ProcessTrouble[] _any =
    [
        ProcessTrouble.Crash, ProcessTrouble.Pause, ProcessTrouble.Sleep, ProcessTrouble.AcknowledgementLost, ProcessTrouble.StoreFails,
    ];

    private static readonly ProcessTrouble[] _appending =
    [
        .. _any, ProcessTrouble.Crash, ProcessTrouble.Pause, ProcessTrouble.AcknowledgementLost, ProcessTrouble.LateAppend,
        ProcessTrouble.LateAppend,
    ];

    private static readonly ProcessTrouble[] _appendingSome = [.. _appending, ProcessTrouble.TornTail, ProcessTrouble.TornTail];

    private bool _appended;

    private SimulatedStore Store => simulator.Store;

    public Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel = default) =>
        AskAsync(Rarely(), () => Store.Acquire(runId, owner, lasts));

    public async Task<LeaseState> RenewAsync(Lease lease, TimeSpan lasts, CancellationToken cancel = default)
    {
        var heard = await AskAsync(Rarely(), () => Store.Inner.RenewAsync(lease, lasts).Result);
        process.Renewals++;
        return heard;
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancel = default) => AskAsync(Rarely(), () =>
    {
        Store.Inner.ReleaseAsync(lease).GetAwaiter().GetResult();
        return true;
    });

    public async Task<LeaseState> AppendAsync(Lease lease, IReadOnlyList<TraceEvent> events, ReadOnlyMemory<byte>? scenario = null,
        CancellationToken cancel = default)
    {
        // A permit is left for whoever takes the run up; anything else is the rest of a step that was torn off.
        if (!_appended && events[0].Fact is { Accepted: null, Ignored: null, RunStarted: null, CallAuthorized: null })
            simulator.Count(Recovery.TailFinished, process, "finishes a step");
        _appended = true;
        var trouble = simulator.Chance.Strike(events.Count > 1 ? _appendingSome : _appending);
        // Not what is asked, but how much of it: the rest is torn off.
        var kept = trouble == ProcessTrouble.TornTail ? events.Take(simulator.Chance.Random.Next(1, events.Count)).ToSeq() : events;
        simulator.Story.Add(process.Name, "records", events);
        var heard = await AskAsync(trouble, () => Store.Append(lease, kept), events[0].Sequence);
        simulator.Acknowledged(events);
        return heard;
    }

    public Task<IReadOnlyList<TraceEvent>> ReadAsync(string runId, CancellationToken cancel = default) =>
        AskAsync(Rarely(), () => Store.Inner.ReadAsync(runId).Result);

    // What a runtime does not ask goes straight through.

    public Task<bool> AskToCancelAsync(string runId, CancellationToken cancel = default) => Store.Inner.AskToCancelAsync(runId, cancel);

    public IAsyncEnumerable<JournalLine> LinesAsync(string runId, long from = 0, CancellationToken cancel = default) =>
        Store.Inner.LinesAsync(runId, from, cancel);

    public Task<IReadOnlyList<RunEntry>> ListAsync(string idPattern = "*", DateTimeOffset? unchangedSince = null,
        CancellationToken cancel = default) => Store.Inner.ListAsync(idPattern, unchangedSince, cancel);

    public Task<RunEntry?> FindAsync(string runId, CancellationToken cancel = default) => Store.Inner.FindAsync(runId, cancel);

    public Task ImportAsync(IReadOnlyList<JournalLine> lines, CancellationToken cancel = default) => Store.Inner.ImportAsync(lines, cancel);

    public Task<RunEntry?> DeleteAsync(string runId, CancellationToken cancel = default) => Store.Inner.DeleteAsync(runId, cancel);

    public Task GiveScenarioAsync(Lease lease, ReadOnlyMemory<byte> scenario, CancellationToken cancel = default) =>
        Store.Inner.GiveScenarioAsync(lease, scenario, cancel);

    public Task<IReadOnlyList<GivenScenario>> ScenariosAsync(string runId, CancellationToken cancel = default) =>
        Store.Inner.ScenariosAsync(runId, cancel);

    public Task<byte[]?> ScenarioAsync(string hash, CancellationToken cancel = default) => Store.Inner.ScenarioAsync(hash, cancel);

    // Appends are what matters; the rest has its troubles too.
    private ProcessTrouble? Rarely() => simulator.Chance.OneIn(3) ? simulator.Chance.Strike(_any) : null;

    private async Task<T> AskAsync<T>(ProcessTrouble? trouble, Func<T> serve, long? appended = null)
    {
        var (agenda, chance) = (simulator.Agenda, simulator.Chance);
        // 0: before it is sent; 1: on its way; 2: when it has been served.
        var stops = trouble is ProcessTrouble.Crash or ProcessTrouble.Pause or ProcessTrouble.Sleep ? chance.Random.Next(3) : -1;
        if (stops == 0)
        {
            process.Stop(trouble!.Value);
            await agenda.Wait(TimeSpan.Zero, process);
        }
        // What is on its way is nobody's: it arrives, whatever becomes of its sender.
        var arrives = agenda.Wait(trouble == ProcessTrouble.LateAppend ? Late() : chance.Short());
        if (stops == 1) process.Stop(trouble!.Value);
        await arrives;
        var (answer, fault) = (default(T), (StoreException?)null);
        try
        {
            if (trouble == ProcessTrouble.StoreFails) throw new StoreException("The store cannot be reached.");
            answer = serve();
        }
        catch (StoreException e)
        {
            fault = e;
        }
        if (stops == 2) process.Stop(trouble!.Value);
        if (trouble == ProcessTrouble.TornTail) process.Die("dies; the rest of its events is torn off");
        await agenda.Wait(chance.Short(), process);
        if (trouble == ProcessTrouble.AcknowledgementLost) fault ??= await LostAsync();
        return fault is null ? answer! : throw fault;

        // The sender is dead by then, or paused, or waits; or all goes well, and the same request comes in once more.
        TimeSpan Late()
        {
            switch (chance.Random.Next(4))
            {
                case 0: process.Stop(ProcessTrouble.Crash); break;
                case 1: process.Stop(ProcessTrouble.Pause); break;
                case 2: agenda.Add(chance.Long(), Again); return chance.Short();
            }
            return chance.Long();
        }

        void Again()
        {
            try
            {
                serve();
            }
            catch (StoreException)
            {
                // One of the two, whichever comes second.
            }
        }

        // What its client library makes of it: it tells, it tries again and hears that others have written, or it waits for ever.
        async Task<StoreException> LostAsync()
        {
            simulator.Story.Add(process.Name, "does not hear the store's answer");
            if (chance.OneIn(3)) await Agenda.Never;
            return appended is not null && chance.OneIn(2)
                ? JournalConflictException.Elsewhere(simulator.Run.Id, appended.Value, Store.Trace.Count)
                : new StoreException("The connection was lost.");
        }
    }
}
