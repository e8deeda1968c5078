using System.Collections.Concurrent;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>A journal that lasts as long as the process. Safe for use by many runs at once.</summary>
public sealed class InMemoryJournal : IJournal
{
    private readonly ConcurrentDictionary<string, Seq<TraceEvent>> _runs = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task AppendAsync(IReadOnlyList<TraceEvent> events, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        if (events.Count == 0) return Task.CompletedTask;
        var runId = events[0].RunId;
        var before = _runs.GetOrAdd(runId, Seq<TraceEvent>.Empty);
        var after = before;
        for (var i = 0; i < events.Count; i++)
        {
            var traced = events[i];
            if (traced.RunId != runId) throw new ArgumentException("The events are of more than one run.", nameof(events));
            if (traced.Sequence != after.Count) throw new JournalConflictException(runId, traced.Sequence, after.Count);
            after = after.Add(traced);
        }
        // If another writer came between, the journal is no longer what was read, and this writer has lost.
        return _runs.TryUpdate(runId, after, before)
            ? Task.CompletedTask
            : throw new JournalConflictException(runId, events[0].Sequence, _runs[runId].Count);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TraceEvent>> ReadAsync(string runId, CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<TraceEvent>>(_runs.GetValueOrDefault(runId) ?? Seq<TraceEvent>.Empty);
}
