using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime show ID</c>: a run's trace, as an account or as JSON; with <c>--follow</c>, as it grows.</summary>
internal static class ShowCommand
{
    // How often a store is looked at for something new.
    private static readonly TimeSpan _often = TimeSpan.FromSeconds(0.25);

    public static Command Create()
    {
        var (id, store) = (new Argument<string>("ID") { Description = "A run's id." }, Stores.Option());
        var json = new Option<bool>("--json") { Description = "Print one JSON document; with --follow, one for each event." };
        var follow = new Option<bool>("--follow") { Description = "Go on showing what comes, until the run stops (or Ctrl-C)." };
        var command = new Command("show", """
            Shows the trace of a run, and what it waits for.
            Exit codes: 0 shown; 2 bad input, also where the run is damaged; 5 --follow was ended by a signal before the run stopped.
            """) { id, store, json, follow };
        command.SetAction((parsed, _) => Stores.LookAsync(parsed.GetRequiredValue(store), kept => parsed.GetValue(follow)
            ? FollowAsync(kept, parsed.GetRequiredValue(id), parsed.GetValue(json))
            : ShowAsync(kept, parsed.GetRequiredValue(id), parsed.GetValue(json))));
        return command;
    }

    private static async Task<int> ShowAsync(OpenStore store, string id, bool json)
    {
        var run = await StoredRun.OfAsync(store, id);
        var given = await store.Runs.ScenariosAsync(run.Entry.RunId);
        if (json)
        {
            Output.Document(
            [
                ("state", StateView.Of(run.State)), ("trace", JsonText.Array(TraceView.Of(run.Events))), ("head", run.Entry.Head),
                ("scenario", run.Entry.Scenario), ("scenarios", JsonText.Array(given.Select(static one =>
                    Output.Fields([("from", one.From), ("hash", one.Hash)])))),
                ("drivenBy", run.Entry.DrivenBy), ("waiting", (await run.WaitingAsync(store))?.Document),
            ]);
            return ExitCode.Ok;
        }
        var page = new Page(Output.Terminal());
        var account = new Account(page, run.State.Run);
        foreach (var traced in run.Events) account.Show(traced);
        foreach (var one in given.Count > 1 ? given : [])
            page.Line("scenario", $"{one.Hash} from event {one.From} on", Page.Quiet, indent: "");
        if (run.Entry.DrivenBy is { } driver) page.Line("driven", $"by {driver}", Page.Plain, indent: "");
        else if (run.State.Stopped is null) Account.Open(page, await run.WaitingAsync(store), run.Resume, store);
        return ExitCode.Ok;
    }

    private static async Task<int> FollowAsync(OpenStore store, string id, bool json)
    {
        using var signals = Signals.Listen();
        var cancel = signals.Token;
        var runId = StoredRun.RunIdOf(id);
        if (await store.Runs.FindAsync(runId, cancel) is not { } entry) throw StoredRun.Absent(store, runId);
        var (page, account, waiting) = (new Page(Output.Terminal()), (Account?)null, (string?)null);
        var journal = new JournalReader(store.Runs, runId);
        try
        {
            while (true)
            {
                foreach (var traced in await journal.ReadAsync(cancel))
                {
                    if (json) Output.Json(Codec.TraceEvent.Encode(traced));
                    else (account ??= new Account(page, journal.State!.Run)).Show(traced);
                }
                // It may have been deleted since it was found.
                if (journal.State is null) throw StoredRun.Absent(store, runId);
                if (journal.State.Stopped is not null) return ExitCode.Ok;
                if (!json && Waiting.For(journal.State) is { } open && open.Id != waiting)
                {
                    var shown = entry.Scenario is null ? open with { Answers = [StoredRun.ResumeOf(runId, hasScenario: false)] } : open;
                    shown.Print(page, store);
                    waiting = open.Id;
                }
                await Task.Delay(_often, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Waiting;
        }
    }
}
