using System.CommandLine;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime approvals</c>: all that runs wait for people to say.</summary>
internal static class ApprovalsCommand
{
    public static Command Create()
    {
        var (store, json) = (Stores.Option(), new Option<bool>("--json") { Description = "Print one JSON document instead." });
        var command = new Command("approvals", """
            Lists what runs wait for: approvals, replies, and calls in doubt.
            Exit codes: 0 listed; 1 listed, but for a run that is damaged; 2 bad input.
            """) { store, json };
        command.SetAction((parsed, _) => Stores.LookAsync(parsed.GetRequiredValue(store), kept => ListAsync(kept, parsed.GetValue(json))));
        return command;
    }

    private static async Task<int> ListAsync(OpenStore store, bool json)
    {
        var (page, waiting, code) = (new Page(Output.Terminal()), new List<Waiting>(), ExitCode.Ok);
        await foreach (var (_, (open, fault)) in (await store.Runs.ListAsync()).EachAsync(entry => OfAsync(store, entry)))
        {
            if (open is not null) waiting.Add(open);
            if (fault is null) continue;
            Output.Complain(fault);
            code = ExitCode.Failed;
        }
        if (json) Output.Document([("waiting", JsonText.Array(waiting.Select(static open => open.Document)))]);
        else if (waiting.Count == 0) Console.Out.WriteLine("No run waits for a person.");
        foreach (var open in json ? [] : waiting)
        {
            page.Heading(StoredRun.RunIdOf(open.Id));
            open.Print(page, store);
        }
        return code;
    }

    // What a run waits for, or what is wrong with it; neither, when it was deleted meanwhile.
    internal static async Task<(Waiting? Open, string? Fault)> OfAsync(OpenStore store, RunEntry entry)
    {
        if (entry.Fault is { } record) return (null, $"{entry.RunId}: {record}");
        try
        {
            return (await (await StoredRun.OfAsync(store, entry.RunId)).WaitingAsync(store), null);
        }
        catch (StoreException e) when (e is not StoreWriteException)
        {
            return (null, await store.FaultAsync(entry, e.Message));
        }
    }
}
