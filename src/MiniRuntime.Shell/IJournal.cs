using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>Where the events of runs are kept.</summary>
public interface IJournal
{
    /// <summary>
    /// Adds events at the end of a run's journal, all or none. When this returns they are kept, and the work that follows them may begin.
    /// </summary>
    /// <param name="events">Events of one run, in order.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="JournalConflictException">The journal does not end where the first event begins: somebody else writes this
    /// run.</exception>
    Task AppendAsync(IReadOnlyList<TraceEvent> events, CancellationToken cancel = default);

    /// <summary>A run's events from the first on; none when the run is unknown.</summary>
    Task<IReadOnlyList<TraceEvent>> ReadAsync(string runId, CancellationToken cancel = default);
}

/// <summary>Two writers wrote one run; this one lost. Nothing was written.</summary>
public sealed class JournalConflictException(string runId, long expected, long found) : Exception(
    $"Run {runId}: event {expected} cannot be added, the journal has {found} events. "
    + "Another process drives this run, or its name is taken.");
