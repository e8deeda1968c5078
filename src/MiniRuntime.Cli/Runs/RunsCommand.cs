using System.CommandLine;
using System.Globalization;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime runs</c>: the runs in a store, a line each.</summary>
internal static class RunsCommand
{
    // What a run can be doing, as far as it can be read, and why it can have stopped.
    private static readonly string[] _phases =
    [
        "ready", "thinking", "judging", "awaiting_approval", "permitted", "executing", "in_doubt", "awaiting_reply", "stopped", Damaged,
        .. Enum.GetValues<StopReason>().Select(static reason => reason.Name()),
    ];

    private const string Damaged = "damaged";

    public static Command Create()
    {
        var (store, json) = (Stores.Option(), new Option<bool>("--json") { Description = "Print one JSON document instead of a table." });
        var pattern = new Option<string>("--id") { Description = "Only runs whose id matches: '*' and '?' stand for anything.", DefaultValueFactory = static _ => "*" };
        var phase = new Option<string?>("--phase") { Description = "Only runs in this phase, or stopped for this reason." };
        var command = new Command("runs", """
            Lists the runs in a store.
            Exit codes: 0 listed; 1 listed, and one is damaged; 2 bad input.
            """) { store, json, pattern, phase };
        command.SetAction(Faults, parsed => Stores.LookAsync(parsed.GetRequiredValue(store), kept => ListAsync(
            kept, parsed.GetRequiredValue(pattern), parsed.GetValue(phase), parsed.GetValue(json))));
        return command;

        IEnumerable<string> Faults(ParseResult parsed)
        {
            if (parsed.GetValue(phase) is { } asked && !_phases.Contains(asked))
                yield return $"--phase: No run is '{Escape.Id(asked)}'. It is one of: {string.Join(", ", _phases)}.";
        }
    }

    private static async Task<int> ListAsync(OpenStore store, string pattern, string? phase, bool json)
    {
        var (rows, now) = (new List<Row>(), TimeProvider.System.GetUtcNow());
        await foreach (var (_, row) in (await store.Runs.ListAsync(pattern)).EachAsync(entry => RowAsync(store, entry)))
        {
            if (row is not null && (phase is null || phase == row.Phase || phase == row.Reason)) rows.Add(row);
        }
        var damaged = rows.Where(static row => row.Fault is not null).ToList();
        if (json) Output.Document([("runs", JsonText.Array(rows.Select(Document)))]);
        else if (rows.Count == 0) Console.Out.WriteLine("There are no such runs.");
        else
        {
            new Page(Output.Terminal()).Table(["id", "phase", "steps", "calls", "tokens", "cost", "age", "goal"], rows.Select(row => new[]
            {
                row.Entry.RunId, row.Reason is null ? row.Phase : $"{row.Phase}: {row.Reason}", Text(row.State?.Spent.Steps),
                Text(row.State?.Spent.ToolCalls), Text(row.State?.Spent.Tokens), Text(row.State?.Spent.Cost),
                row.Entry.Fault is null ? Age(now - row.Entry.Created) : "", row.State?.Run.Goal ?? "",
            }));
        }
        foreach (var row in damaged) Output.Complain($"{row.Entry.RunId}: {row.Fault}");
        return damaged.Count > 0 ? ExitCode.Failed : ExitCode.Ok;
    }

    // What is listed is folded: there is no second record of where a run stands. Null: it was deleted meanwhile.
    internal static async Task<Row?> RowAsync(OpenStore store, RunEntry entry)
    {
        if (entry.Fault is { } record) return await UnreadableAsync(record);
        try
        {
            var folded = Agent.Fold(await store.Runs.ReadAsync(entry.RunId));
            return folded.State is { } state
                ? new Row(entry, state, state.Phase.Name, state.Stopped?.Reason.Name(), null)
                : await UnreadableAsync($"{folded.Fault}");
        }
        catch (StoreException e) when (e is not StoreWriteException)
        {
            return await UnreadableAsync(e.Message);
        }

        async Task<Row?> UnreadableAsync(string said) =>
            await store.FaultAsync(entry, said) is { } fault ? new Row(entry, null, Damaged, null, fault) : null;
    }

    private static JsonText Document(Row row) => Output.Fields(
    [
        ("runId", row.Entry.RunId), ("phase", row.Phase), ("stopReason", row.Reason), ("goal", row.State?.Run.Goal),
        ("events", row.Entry.Events), ("head", row.Entry.Head), ("scenario", row.Entry.Scenario), ("drivenBy", row.Entry.DrivenBy),
        ("created", row.Entry.Fault is null ? Time(row.Entry.Created) : null),
        ("changed", row.Entry.Fault is null ? Time(row.Entry.Changed) : null),
        ("spent", row.State is { } state ? Codec.Spent.Encode(state.Spent) : null), ("fault", row.Fault),
    ]);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static string Text<T>(T? number) where T : struct, IFormattable => number?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Age(TimeSpan age) => age.TotalDays >= 1 ? $"{(int)age.TotalDays} d" : age.TotalHours >= 1 ? $"{(int)age.TotalHours} h"
        : age.TotalMinutes >= 1 ? $"{(int)age.TotalMinutes} min" : $"{Math.Max(0, (int)age.TotalSeconds)} s";

    internal sealed record Row(RunEntry Entry, State? State, string Phase, string? Reason, string? Fault);
}
