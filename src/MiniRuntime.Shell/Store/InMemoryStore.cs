using System.Collections.Concurrent;
using System.Security.Cryptography;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>A store that lasts as long as the process.</summary>
/// <param name="clock">The clock that leases go by; by default the system's.</param>
public sealed class InMemoryStore(TimeProvider? clock = null) : IRunStore
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, Entry> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _scenarios = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        Refuse.Impossible(runId, owner, lasts);
        var entry = _runs.GetOrAdd(runId, static _ => new Entry());
        lock (entry)
        {
            if (entry.Deleted) throw JournalConflictException.Deleted(runId);
            entry.RefuseDriven(_clock.GetUtcNow());
            entry.Held = new Lease(runId, owner, ++entry.Epoch, entry.CancelAsked);
            entry.Grant(_clock.GetUtcNow(), lasts);
            return Task.FromResult(entry.Held);
        }
    }

    /// <inheritdoc/>
    public Task<LeaseState> RenewAsync(Lease lease, TimeSpan lasts, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(lease);
        Refuse.Negative(lasts);
        if (!_runs.TryGetValue(lease.RunId, out var entry)) return Task.FromResult(LeaseState.Lost);
        lock (entry)
        {
            if (entry.Held != lease) return Task.FromResult(LeaseState.Lost);
            entry.Grant(_clock.GetUtcNow(), lasts);
            return Task.FromResult(entry.CancelAsked ? LeaseState.CancelAsked : LeaseState.Held);
        }
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(Lease lease, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (!_runs.TryGetValue(lease.RunId, out var entry)) return Task.CompletedTask;
        lock (entry)
        {
            if (entry.Held == lease) entry.Held = null;
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> AskToCancelAsync(string runId, CancellationToken cancel = default)
    {
        if (!_runs.TryGetValue(runId, out var entry)) return Task.FromResult(false);
        lock (entry)
        {
            var driven = entry.IsDriven(_clock.GetUtcNow());
            entry.CancelAsked |= driven;
            return Task.FromResult(driven);
        }
    }

    /// <inheritdoc/>
    public Task<LeaseState> AppendAsync(Lease lease, IReadOnlyList<TraceEvent> events, ReadOnlyMemory<byte>? scenario = null,
        CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        Refuse.Others(lease, events);
        if (!_runs.TryGetValue(lease.RunId, out var entry)) throw new LeaseLostException(lease);
        lock (entry)
        {
            if (entry.Held != lease) throw new LeaseLostException(lease);
            if (events[0].Sequence != entry.Events.Count)
                throw JournalConflictException.Elsewhere(lease.RunId, events[0].Sequence, entry.Events.Count);
            entry.Changed = _clock.GetUtcNow();
            if (entry.Events.Count == 0) entry.Created = entry.Changed;
            if (scenario is { } text) GiveScenario(entry, text.ToArray());
            foreach (var traced in events) entry.Events = entry.Events.Add(traced);
            return Task.FromResult(entry.CancelAsked ? LeaseState.CancelAsked : LeaseState.Held);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<JournalLine> LinesAsync(string runId, long from = 0, CancellationToken cancel = default)
    {
        if (!_runs.TryGetValue(runId, out var entry)) return AsyncEnumerable.Empty<JournalLine>();
        lock (entry) return Lines(entry.Imported, entry.Events).SkipWhile(line => line.Sequence < from).ToAsyncEnumerable();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TraceEvent>> ReadAsync(string runId, CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<TraceEvent>>(_runs.TryGetValue(runId, out var entry) ? entry.Events : Seq<TraceEvent>.Empty);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunEntry>> ListAsync(string idPattern = "*", DateTimeOffset? unchangedSince = null,
        CancellationToken cancel = default) => Task.FromResult<IReadOnlyList<RunEntry>>(
        [
            .. _runs.Where(run => Glob.Matches(idPattern, run.Key)).Select(run => Entered(run.Key, run.Value)).OfType<RunEntry>()
                .Where(run => unchangedSince is not { } since || run.Changed < since)
                .OrderBy(static run => run.RunId, StringComparer.Ordinal),
        ]);

    /// <inheritdoc/>
    public Task<RunEntry?> FindAsync(string runId, CancellationToken cancel = default) =>
        Task.FromResult(_runs.TryGetValue(runId, out var entry) ? Entered(runId, entry) : null);

    /// <inheritdoc/>
    public Task ImportAsync(IReadOnlyList<JournalLine> lines, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        // All are held before any is changed, and everybody takes hold of them in one order.
        Import([.. Refuse.Broken(lines).OrderBy(static journal => journal[0].RunId, StringComparer.Ordinal)], []);
        return Task.CompletedTask;
    }

    private void Import(Seq<List<JournalLine>> journals, Seq<Entry> held)
    {
        if (held.Count == journals.Count)
        {
            for (var i = 0; i < journals.Count; i++) Import(held[i], journals[i]);
            return;
        }
        var runId = journals[held.Count][0].RunId;
        var entry = _runs.GetOrAdd(runId, static _ => new Entry());
        lock (entry)
        {
            if (entry.Deleted) throw JournalConflictException.Deleted(runId);
            if (entry.Events.Count > 0) throw JournalConflictException.Elsewhere(runId, 0, entry.Events.Count);
            entry.RefuseDriven(_clock.GetUtcNow());
            Import(journals, held.Add(entry));
        }
    }

    private void Import(Entry entry, List<JournalLine> lines)
    {
        (entry.Imported, entry.Events) = (lines.ToSeq(), lines.Select(static line => line.Read()).ToSeq());
        (entry.Created, entry.Held, entry.CancelAsked) = (_clock.GetUtcNow(), null, false);
        entry.Changed = entry.Created;
        Forget(entry);
    }

    /// <inheritdoc/>
    public Task<RunEntry?> DeleteAsync(string runId, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        if (!_runs.TryGetValue(runId, out var entry)) return Task.FromResult<RunEntry?>(null);
        lock (entry)
        {
            if (Entered(runId, entry) is not { } gone) return Task.FromResult<RunEntry?>(null);
            entry.RefuseDriven(_clock.GetUtcNow());
            (entry.Deleted, entry.Held, entry.Imported, entry.Events) = (true, null, [], []);
            Forget(entry);
            return Task.FromResult<RunEntry?>(gone);
        }
    }

    /// <inheritdoc/>
    public Task GiveScenarioAsync(Lease lease, ReadOnlyMemory<byte> scenario, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        if (!_runs.TryGetValue(lease.RunId, out var entry)) throw new LeaseLostException(lease);
        lock (entry)
        {
            if (entry.Held != lease) throw new LeaseLostException(lease);
            GiveScenario(entry, scenario.ToArray());
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<GivenScenario>> ScenariosAsync(string runId, CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<GivenScenario>>(
            _runs.TryGetValue(runId, out var entry) && Entered(runId, entry) is not null ? entry.Scenarios : []);

    /// <inheritdoc/>
    public Task<byte[]?> ScenarioAsync(string hash, CancellationToken cancel = default)
    {
        lock (_scenarios) return Task.FromResult(_scenarios.GetValueOrDefault(hash));
    }

    // Giving one and looking whether another is needed go together, so that no scenario goes while another run gets it.
    private void GiveScenario(Entry entry, byte[] scenario)
    {
        lock (_scenarios)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(scenario));
            var (last, from) = (entry.Scenarios.LastOrDefault(), entry.Events.Count);
            if (last?.Hash == hash) return;
            _scenarios[hash] = scenario;
            // One that governed no event gives way.
            var idle = last?.From == from;
            entry.Scenarios = [.. idle ? entry.Scenarios.SkipLast(1) : entry.Scenarios, new GivenScenario(from, hash)];
            if (idle) Drop(last!.Hash);
        }
    }

    private void Forget(Entry entry)
    {
        lock (_scenarios)
        {
            var given = entry.Scenarios;
            entry.Scenarios = [];
            foreach (var one in given) Drop(one.Hash);
        }
    }

    private void Drop(string hash)
    {
        if (!_runs.Values.Any(other => other.Scenarios.Any(given => given.Hash == hash))) _scenarios.Remove(hash);
    }

    // An imported line stays as it came. Others are written, and their hashes made, when somebody looks: a run in memory that nobody asks
    // about does without.
    private static IEnumerable<JournalLine> Lines(Seq<JournalLine> imported, Seq<TraceEvent> events)
    {
        var head = JournalLine.Origin;
        for (var i = 0; i < events.Count; i++)
        {
            var line = i < imported.Count ? imported[i] : JournalLine.Of(events[i], head);
            yield return line;
            head = line.Hash;
        }
    }

    private RunEntry? Entered(string runId, Entry entry)
    {
        lock (entry)
        {
            if (entry.Events.Count == 0) return null;
            var head = Lines(entry.Imported, entry.Events).Last().Hash;
            return new RunEntry(runId, entry.Events.Count, head, entry.Scenarios.LastOrDefault()?.Hash, entry.Created, entry.Changed,
                entry.IsDriven(_clock.GetUtcNow()) ? entry.Held!.Owner : null);
        }
    }

    private sealed class Entry
    {
        public Seq<JournalLine> Imported = [];
        public Seq<TraceEvent> Events = [];
        public DateTimeOffset Created;
        public DateTimeOffset Changed;
        public Seq<GivenScenario> Scenarios = [];
        public bool Deleted;
        public Lease? Held;
        public long Epoch;
        public bool CancelAsked;

        private DateTimeOffset _until;
        private TimeSpan _lasts;

        public void Grant(DateTimeOffset now, TimeSpan lasts) => (_until, _lasts) = (Lease.Until(now, lasts), lasts);

        public bool IsDriven(DateTimeOffset now) => Held is not null && now < _until;

        public void RefuseDriven(DateTimeOffset now)
        {
            if (!IsDriven(now)) return;
            // Of a clock that was set back since.
            if (Lease.Until(now, _lasts) is var until && until < _until) _until = until;
            throw new RunIsDrivenException(Held!.RunId, Held.Owner, _until);
        }
    }
}
