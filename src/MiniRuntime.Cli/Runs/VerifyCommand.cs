using System.Collections.Concurrent;
using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime verify [ID]</c>: whether journals are what they were: numbered, chained, readable, possible.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("ID") { Description = "A run's id; by default all runs.", Arity = ArgumentArity.ZeroOrOne };
        var (store, json) = (Stores.Option(), new Option<bool>("--json") { Description = "Print one JSON document instead." });
        var head = new Option<string?>("--head")
        {
            Description = "A hash of the run that you kept elsewhere ('verify' and 'show --json' tell it): where the journal no longer holds "
                + "it, a tail was lost. Goes with one run.",
        };
        var command = new Command("verify", """
            Verifies journals: that no event was changed, left out, added or moved, and that the whole is a run that can have been.
            Exit codes: 0 all are whole; 1 one is not; 2 bad input; 74 the store cannot be looked at now.
            """) { id, store, head, json };
        command.SetAction(Faults, parsed => Stores.LookAsync(parsed.GetRequiredValue(store), kept => VerifyAsync(
            kept, parsed.GetValue(id), parsed.GetValue(head), parsed.GetValue(json))));
        return command;

        IEnumerable<string> Faults(ParseResult parsed)
        {
            if (parsed.GetValue(head) is not { } kept) yield break;
            if (parsed.GetValue(id) is null) yield return "--head goes with one run; name it.";
            if (kept.Length != 64 || !kept.All(char.IsAsciiHexDigit)) yield return "--head takes a hash: 64 hexadecimal digits.";
        }
    }

    private static async Task<int> VerifyAsync(OpenStore store, string? id, string? head, bool json)
    {
        var named = id is null ? null : await store.Runs.FindAsync(id) ?? throw StoredRun.Absent(store, id);
        var (page, checks) = (new Page(Output.Terminal()), new List<(string RunId, JournalCheck Check)>());
        var (file, entries) = named is null ? await FileAsync(store) : ([], [named]);
        foreach (var fault in json ? [] : file) page.Line("BROKEN", $"the file: {fault}", Page.Bad, indent: "");
        var scenarios = new ConcurrentDictionary<string, Task<bool>>(StringComparer.Ordinal);
        await foreach (var (entry, check) in entries.EachAsync(entry => CheckAsync(store, entry, head, scenarios)))
        {
            if (check is null) continue;
            checks.Add((entry.RunId, check));
            if (json) continue;
            if (check.Fault is { } fault) page.Line("BROKEN", $"{entry.RunId}: {fault} (Whole from the first on: {check.Events} events.)", Page.Bad, indent: "");
            else page.Line("whole", $"{entry.RunId}: {check.Events} events, head {check.Head}", Page.Good, indent: "");
        }
        if (json)
        {
            Output.Document(
            [
                ("file", JsonText.Array(file.Select(static JsonText (fault) => fault))),
                ("runs", JsonText.Array(checks.Select(static one => Output.Fields(
                [
                    ("runId", one.RunId), ("whole", one.Check.Fault is null), ("events", one.Check.Events), ("head", one.Check.Head),
                    ("fault", one.Check.Fault),
                ])))),
            ]);
        }
        return file.Count > 0 || checks.Any(static one => one.Check.Fault is not null) ? ExitCode.Failed : ExitCode.Ok;
    }

    // What is wrong with the file itself, and the runs in it, as far as it can be gone through.
    private static async Task<(IReadOnlyList<string> Faults, IReadOnlyList<RunEntry> Runs)> FileAsync(OpenStore store)
    {
        var (faults, runs) = (new List<string>(), new List<RunEntry>());
        try
        {
            runs.AddRange(await store.Runs.ListAsync());
            faults.AddRange(await store.Runs.CheckAsync());
        }
        catch (StoreException e) when (e is not StoreWriteException)
        {
            faults.Add(Said(e));
        }
        return (faults, runs);
    }

    // Null: it was deleted meanwhile.
    internal static async Task<JournalCheck?> CheckAsync(OpenStore store, RunEntry entry, string? head,
        ConcurrentDictionary<string, Task<bool>> scenarios)
    {
        var (lines, unread) = (new List<JournalLine>(), (string?)null);
        try
        {
            await foreach (var line in store.Runs.LinesAsync(entry.RunId)) lines.Add(line);
        }
        catch (StoreException e) when (e is not StoreWriteException)
        {
            unread = entry.Fault ?? Said(e);
        }
        var check = JournalLine.Verify(lines);
        if ((unread is not null || lines.Count == 0) && await store.FaultAsync(entry, "") is null) return null;
        return check.Fault is not null ? check
            : unread is not null ? check with { Fault = unread }
            // Whoever drives it may have added to it since the record was read, and has taken nothing away.
            : check.Events < entry.Events || (entry.Events > 0 && lines[(int)entry.Events - 1].Hash != entry.Head)
                ? check with { Fault = $"the store has {entry.Events} events on record with the head {entry.Head}; a tail is lost." }
            : head is not null && lines.All(line => !line.Hash.Equals(head, StringComparison.OrdinalIgnoreCase))
                ? check with { Fault = "no event of it has the hash that was kept; a tail is lost, or it is another journal." }
            : check with { Fault = await LostAsync(store, entry, scenarios) };
    }

    // Many runs have one scenario, which is looked at once.
    private static async Task<string?> LostAsync(OpenStore store, RunEntry entry, ConcurrentDictionary<string, Task<bool>> scenarios)
    {
        try
        {
            foreach (var given in await store.Runs.ScenariosAsync(entry.RunId))
                if (!await scenarios.GetOrAdd(given.Hash, IsThereAsync)) return $"its scenario {given.Hash} is lost.";
            return null;
        }
        catch (StoreException e) when (e is not StoreWriteException)
        {
            return Said(e);
        }

        async Task<bool> IsThereAsync(string hash) => await store.Runs.ScenarioAsync(hash) is not null;
    }

    // What to do about it is being done.
    private static string Said(StoreException e) => e is StoreDamagedException damaged ? damaged.Fault : e.Message;
}
