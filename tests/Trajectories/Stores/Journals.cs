using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>Journals to keep, and stores to keep them in.</summary>
internal static class Journals
{
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly Agent _agent = new([new Tool("look", "Looks.", SideEffect.Read)], new Budget(100_000));

    /// <summary>A run's journal: three events to begin with, five for each step, three to end.</summary>
    public static List<TraceEvent> Of(string runId, int steps = 3, string text = "Within 30 days.")
    {
        var (events, step) = (new List<TraceEvent>(), _agent.Start(new Run(runId, text)));
        for (var i = 0; ; i++)
        {
            events.AddRange(step.Events);
            if (step.State.Stopped is not null) return events;
            step = step.State.Phase.Executing is { } executing
                ? _agent.Step(step.State, new ToolReport(executing.Call.Id, new Ok(text)))
                : _agent.Step(step.State, i < 2 * steps ? (Decision)new CallTool("look", Json.Object.Of(("at", i))) : new Answer(text));
        }
    }

    /// <summary>The lines of a journal.</summary>
    public static List<JournalLine> Lines(IEnumerable<TraceEvent> journal) => Chained(journal.Select(static traced =>
        (traced.RunId, JournalFormat.Write(traced))));

    /// <summary>Lines with these texts, numbered and chained.</summary>
    public static List<JournalLine> Chained(IEnumerable<(string RunId, string Text)> lines)
    {
        var head = JournalLine.Origin;
        return [.. lines.Select((line, i) => new JournalLine(line.RunId, i, line.Text, head = JournalLine.HashOf(line.Text, head)))];
    }

    /// <summary>Keeps a run that nobody drives.</summary>
    public static async Task<List<TraceEvent>> KeepAsync(this IRunStore store, string runId, int steps = 3, string text = "Within 30 days.")
    {
        var journal = Of(runId, steps, text);
        var lease = await store.AcquireAsync(runId, "somebody", Hour);
        await store.AppendAsync(lease, journal);
        await store.ReleaseAsync(lease);
        return journal;
    }

    /// <summary>A run's lines.</summary>
    public static async Task<List<JournalLine>> AllLinesAsync(this IRunStore store, string runId)
    {
        var lines = new List<JournalLine>();
        await foreach (var line in store.LinesAsync(runId)) lines.Add(line);
        return lines;
    }

    /// <summary>The run is whole, and is this journal.</summary>
    public static async Task HasAsync(this IRunStore store, string runId, IReadOnlyList<TraceEvent> journal)
    {
        Xunit.Assert.Equal(journal, await store.ReadAsync(runId));
        var check = JournalLine.Verify(await store.AllLinesAsync(runId));
        var entry = await store.FindAsync(runId);
        Xunit.Assert.Equal((journal.Count, entry!.Head, null), ((int)check.Events, check.Head, check.Fault));
    }
}
