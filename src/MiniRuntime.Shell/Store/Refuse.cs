using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>What every store refuses, whatever it keeps runs in.</summary>
internal static class Refuse
{
    /// <summary>Whether no run can have this id.</summary>
    public static bool IsImpossible(string runId)
    {
        ArgumentNullException.ThrowIfNull(runId);
        try
        {
            _ = new Run(runId, "");
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    /// <summary>A lease on a run that cannot be, that nobody holds, or that was over before it began.</summary>
    public static void Impossible(string runId, string owner, TimeSpan lasts)
    {
        ArgumentNullException.ThrowIfNull(owner);
        Negative(lasts);
        if (!IsImpossible(runId)) return;
        var shown = runId.Length <= 40 ? runId : $"{runId[..40]}…";
        throw new StoreException($"There can be no run '{Clean.Text(shown)}': a run's id is a letter or digit, then letters, digits, "
            + "'_', '.' and '-', 128 characters at most.");
    }

    /// <summary>A time that ends before it begins.</summary>
    public static void Negative(TimeSpan lasts) => ArgumentOutOfRangeException.ThrowIfLessThan(lasts, TimeSpan.Zero);

    /// <summary>Events that do not belong in the lease's run, or not in this order.</summary>
    public static void Others(Lease lease, IReadOnlyList<TraceEvent> events)
    {
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(events);
        if (events.Count == 0) throw new ArgumentException("There are no events.", nameof(events));
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i]?.RunId != lease.RunId || events[i].Sequence != events[0].Sequence + i)
                throw new ArgumentException($"The events are not those of run {lease.RunId}, one after the other.", nameof(events));
        }
    }

    /// <summary>Lines that are not whole journals, one after the other.</summary>
    /// <returns>The journals.</returns>
    public static List<List<JournalLine>> Broken(IReadOnlyList<JournalLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var journals = new List<List<JournalLine>>();
        foreach (var line in lines)
        {
            if (journals.Count == 0 || journals[^1][0].RunId != line.RunId) journals.Add([]);
            journals[^1].Add(line);
        }
        if (journals.Count == 0) throw new StoreException("This is no whole journal: it has no events. Nothing was kept.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var journal in journals)
        {
            var runId = Clean.Text(journal[0].RunId);
            if (JournalLine.Verify(journal).Fault is { } fault)
                throw new StoreException($"This is no whole journal of run {runId}: {fault} Nothing was kept.");
            if (!names.Add(runId)) throw new StoreException($"Run {runId} is there twice. Nothing was kept.");
        }
        return journals;
    }
}
