using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// A run's journal, read as it grows: each time what has come since the last, and no more. Every line is held to the hash of the one
/// before, so what was read earlier and what comes later are one chain, and a journal that was replaced meanwhile is found out.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="runId">The run.</param>
public sealed class JournalReader(IRunStore store, string runId)
{
    private readonly Queue<TraceEvent> _next = new();
    private IEnumerator<(TraceEvent Event, State State)>? _states;
    private string _head = JournalLine.Origin;
    private long _events;

    /// <summary>Where the run stands after what has been read; null when nothing has been.</summary>
    public State? State { get; private set; }

    /// <summary>The events that have come since the last time.</summary>
    /// <exception cref="StoreException">
    /// There is no such run, or no more; its journal is damaged, or not the one that was read before.
    /// </exception>
    public async Task<IReadOnlyList<TraceEvent>> ReadAsync(CancellationToken cancel = default)
    {
        if (await store.FindAsync(runId, cancel) is not { } entry)
        {
            throw new StoreException(_events == 0 ? $"There is no run {runId}."
                : $"Run {runId}: it was deleted while its journal was read.");
        }
        // Found by what is on record, without reading a line.
        if (entry.Events < _events || (entry.Events == _events && entry.Head != _head))
            throw new JournalFormatException(runId, _events - 1, "it is not what it was when it was read.");
        var events = new List<TraceEvent>();
        if (entry.Events == _events) return events;
        await foreach (var line in store.LinesAsync(runId, _events, cancel))
        {
            var traced = line.Read(_events, _head);
            State = Follow(traced) ?? throw new JournalFormatException(runId, _events, "it cannot stand where it stands.");
            (_events, _head) = (_events + 1, line.Hash);
            events.Add(traced);
        }
        return events;
    }

    // The fold takes one event for each state that it is asked for.
    private State? Follow(TraceEvent traced)
    {
        _next.Enqueue(traced);
        _states ??= Agent.States(Taken()).GetEnumerator();
        return _states.MoveNext() ? _states.Current.State : null;

        IEnumerable<TraceEvent> Taken()
        {
            while (_next.TryDequeue(out var next)) yield return next;
        }
    }
}
