using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
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
        var entry = _runs.GetOrAdd(runId, static _ => new Entry());
        lock (entry)
        {
            if (entry.Deleted) throw JournalConflictException.Deleted(runId);
            if (entry.IsDriven(_clock.GetUtcNow())) throw new RunIsDrivenException(runId, entry.Lease!.Owner);
            entry.Lease = new Lease(runId, owner, ++entry.Epoch);
            entry.Until = Later(lasts);
            entry.CancelAsked = false;
            return Task.FromResult(entry.Lease);
        }
    }

    /// <inheritdoc/>
    public Task<LeaseState> RenewAsync(Lease lease, TimeSpan lasts, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        if (!_runs.TryGetValue(lease.RunId, out var entry)) return Task.FromResult(LeaseState.Lost);
        lock (entry)
        {
            if (entry.Lease != lease) return Task.FromResult(LeaseState.Lost);
            entry.Until = Later(lasts);
            return Task.FromResult(entry.CancelAsked ? LeaseState.CancelAsked : LeaseState.Held);
        }
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(Lease lease, CancellationToken cancel = default)
    {
        if (!_runs.TryGetValue(lease.RunId, out var entry)) return Task.CompletedTask;
        lock (entry)
        {
            if (entry.Lease == lease) entry.Lease = null;
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> AskToCancelAsync(string runId, CancellationToken cancel = default)
    {
        if (!_runs.TryGetValue(runId, out var entry)) return Task.FromResult(false);
        lock (entry) return Task.FromResult(entry.CancelAsked = entry.IsDriven(_clock.GetUtcNow()));
    }

    /// <inheritdoc/>
    public Task AppendAsync(Lease lease, IReadOnlyList<TraceEvent> events, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        RefuseOthers(lease, events);
        if (!_runs.TryGetValue(lease.RunId, out var entry)) throw new LeaseLostException(lease);
        lock (entry)
        {
            if (entry.Lease != lease) throw new LeaseLostException(lease);
            if (events[0].Sequence != entry.Events.Count)
                throw JournalConflictException.Elsewhere(lease.RunId, events[0].Sequence, entry.Events.Count);
            entry.Changed = _clock.GetUtcNow();
            if (entry.Events.Count == 0) entry.Created = entry.Changed;
            foreach (var traced in events) entry.Events = entry.Events.Add(traced);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalLine> LinesAsync(string runId, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var head = JournalLine.Origin;
        foreach (var traced in await ReadAsync(runId, cancel))
        {
            var line = JournalLine.Of(traced, head);
            yield return line;
            head = line.Hash;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TraceEvent>> ReadAsync(string runId, CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<TraceEvent>>(_runs.TryGetValue(runId, out var entry) ? entry.Events : Seq<TraceEvent>.Empty);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunEntry>> ListAsync(string idPattern = "*", DateTimeOffset? unchangedSince = null,
        CancellationToken cancel = default) => Task.FromResult<IReadOnlyList<RunEntry>>(
        [
            .. _runs.Where(run => Glob.Matches(idPattern, run.Key)).Select(run => Entered(run.Key, run.Value)).OfType<RunEntry>()
                .Where(run => unchangedSince is not { } since || run.Changed < since).OrderBy(static run => run.RunId, StringComparer.Ordinal),
        ]);

    /// <inheritdoc/>
    public Task<RunEntry?> FindAsync(string runId, CancellationToken cancel = default) =>
        Task.FromResult(_runs.TryGetValue(runId, out var entry) ? Entered(runId, entry) : null);

    /// <inheritdoc/>
    public async Task ImportAsync(IReadOnlyList<JournalLine> lines, CancellationToken cancel = default)
    {
        RefuseBroken(lines);
        var lease = await AcquireAsync(lines[0].RunId, "import", TimeSpan.FromMinutes(1), cancel);
        try
        {
            await AppendAsync(lease, [.. lines.Select(static line => line.Read())], cancel);
        }
        finally
        {
            await ReleaseAsync(lease, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public Task<RunEntry?> DeleteAsync(string runId, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        if (!_runs.TryGetValue(runId, out var entry)) return Task.FromResult<RunEntry?>(null);
        lock (entry)
        {
            if (Entered(runId, entry) is not { } gone) return Task.FromResult<RunEntry?>(null);
            if (entry.IsDriven(_clock.GetUtcNow())) throw new RunIsDrivenException(runId, entry.Lease!.Owner);
            (entry.Deleted, entry.Lease, entry.Events, entry.Scenario) = (true, null, [], null);
            // Together with giving, so that no scenario goes while another run gets it.
            lock (_scenarios)
            {
                if (gone.Scenario is { } hash && !_runs.Values.Any(other => other.Scenario == hash)) _scenarios.Remove(hash);
            }
            return Task.FromResult<RunEntry?>(gone);
        }
    }

    /// <inheritdoc/>
    public Task GiveScenarioAsync(Lease lease, ReadOnlyMemory<byte> scenario, CancellationToken cancel = default)
    {
        if (!_runs.TryGetValue(lease.RunId, out var entry)) throw new LeaseLostException(lease);
        lock (entry)
        {
            if (entry.Lease != lease) throw new LeaseLostException(lease);
            lock (_scenarios)
            {
                entry.Scenario = Convert.ToHexStringLower(SHA256.HashData(scenario.Span));
                _scenarios[entry.Scenario] = scenario.ToArray();
            }
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<byte[]?> ScenarioAsync(string hash, CancellationToken cancel = default)
    {
        lock (_scenarios) return Task.FromResult(_scenarios.GetValueOrDefault(hash));
    }

    /// <summary>What every store asks of the events that it is given.</summary>
    internal static void RefuseOthers(Lease lease, IReadOnlyList<TraceEvent> events)
    {
        if (events.Count == 0) throw new ArgumentException("There are no events.", nameof(events));
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].RunId != lease.RunId || events[i].Sequence != events[0].Sequence + i)
                throw new ArgumentException($"The events are not those of run {lease.RunId}, one after the other.", nameof(events));
        }
    }

    /// <summary>What every store asks of the lines that it is given.</summary>
    internal static void RefuseBroken(IReadOnlyList<JournalLine> lines)
    {
        var check = JournalLine.Verify(lines);
        if (check.Events == 0 || check.Fault is not null)
            throw new StoreException($"This is no whole journal: {check.Fault ?? "it has no events."} Nothing was kept.");
    }

    private DateTimeOffset Later(TimeSpan by) =>
        _clock.GetUtcNow() is var now && DateTimeOffset.MaxValue - now < by ? DateTimeOffset.MaxValue : now + by;

    // Hashes are made when somebody looks: a run in memory that nobody asks about does without.
    private RunEntry? Entered(string runId, Entry entry)
    {
        lock (entry)
        {
            if (entry.Events.Count == 0) return null;
            var head = entry.Events.Aggregate(JournalLine.Origin, static (before, traced) => JournalLine.Of(traced, before).Hash);
            return new RunEntry(runId, entry.Events.Count, head, entry.Scenario, entry.Created, entry.Changed,
                entry.IsDriven(_clock.GetUtcNow()) ? entry.Lease!.Owner : null);
        }
    }

    private sealed class Entry
    {
        public Seq<TraceEvent> Events = [];
        public DateTimeOffset Created;
        public DateTimeOffset Changed;
        public string? Scenario;
        public bool Deleted;
        public Lease? Lease;
        public long Epoch;
        public DateTimeOffset Until;
        public bool CancelAsked;

        public bool IsDriven(DateTimeOffset now) => Lease is not null && now < Until;
    }
}
