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
            Exit codes: 0 all are whole; 1 one is not; 2 bad input.
            """) { id, store, head, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(head) is not { } kept) return;
            if (result.GetValue(id) is null) result.AddError("--head goes with one run; name it.");
            if (kept.Length != 64 || !kept.All(char.IsAsciiHexDigit)) result.AddError("--head takes a hash: 64 hexadecimal digits.");
        });
        command.SetAction((parsed, _) => Stores.UseAsync(parsed.GetRequiredValue(store), kept => VerifyAsync(
            kept, parsed.GetValue(id), parsed.GetValue(head), parsed.GetValue(json))));
        return command;
    }

    private static async Task<int> VerifyAsync(OpenStore store, string? id, string? head, bool json)
    {
        if (id is not null && await store.Runs.FindAsync(id) is null) return Output.BadInput($"There is no run '{id}' in this store.");
        var (page, checks) = (new Page(Output.Terminal()), new List<(string RunId, JournalCheck Check)>());
        var file = id is null ? await store.Runs.CheckAsync() : [];
        foreach (var fault in json ? [] : file) page.Line("BROKEN", $"the file: {fault}", Page.Bad, indent: "");
        foreach (var entry in id is null ? await store.Runs.ListAsync() : [(await store.Runs.FindAsync(id))!])
        {
            var check = await CheckAsync(store, entry, head);
            checks.Add((entry.RunId, check));
            if (json) continue;
            if (check.Fault is { } fault) page.Line("BROKEN", $"{entry.RunId}: {fault} (Whole from the first on: {check.Events} events.)", Page.Bad, indent: "");
            else page.Line("whole", $"{entry.RunId}: {check.Events} events, head {check.Head}", Page.Good, indent: "");
        }
        if (json)
        {
            Output.Json(JsonText.Object([("file", JsonText.Array(file.Select(static JsonText (fault) => fault))), ("runs", JsonText.Array(checks.Select(static one => JsonText.Object(
            [
                ("runId", one.RunId), ("whole", one.Check.Fault is null), ("events", one.Check.Events), ("head", one.Check.Head),
                ("fault", one.Check.Fault),
            ]))))]));
        }
        return file.Count > 0 || checks.Any(static one => one.Check.Fault is not null) ? ExitCode.Failed : ExitCode.Ok;
    }

    private static async Task<JournalCheck> CheckAsync(OpenStore store, RunEntry entry, string? head)
    {
        var (lines, unread) = (new List<JournalLine>(), (string?)null);
        try
        {
            await foreach (var line in store.Runs.LinesAsync(entry.RunId)) lines.Add(line);
        }
        catch (StoreException e)
        {
            unread = e.Message;
        }
        var check = JournalLine.Verify(lines);
        return check.Fault is not null ? check
            : unread is not null ? check with { Fault = unread }
            : check.Events != entry.Events || check.Head != entry.Head
                ? check with { Fault = $"the store has {entry.Events} events on record with the head {entry.Head}; a tail is lost." }
            : head is not null && lines.All(line => !line.Hash.Equals(head, StringComparison.OrdinalIgnoreCase))
                ? check with { Fault = "no event of it has the hash that was kept; a tail is lost, or it is another journal." }
            : entry.Scenario is { } scenario && await store.Runs.ScenarioAsync(scenario) is null
                ? check with { Fault = $"its scenario {scenario} is lost." }
            : check;
    }
}
