using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime delete ID</c>: deletes a run, or all that have long been over, and says what remains.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("ID") { Description = "A run's id.", Arity = ArgumentArity.ZeroOrOne };
        var (store, force) = (Stores.Option(), new Option<bool>("--force") { Description = "Even though the run has not stopped." });
        var days = Number.Option("--older-than", "All runs that stopped, and had their last event, so many days ago or more.", least: 0,
            most: 100_000);
        var command = new Command("delete", """
            Deletes runs. Their journals are gone; their names, lengths and last hashes stay, so that no other run takes a name whose call
            ids were used.
            Exit codes: 0 deleted; 1 with --older-than, deleted but for what is damaged; 2 bad input; 6 a process drives the run.
            """) { id, store, days, force };
        command.SetAction(Faults, parsed => Stores.UseAsync(parsed.GetRequiredValue(store), kept => parsed.GetResult(days) is not null
            ? DeleteOldAsync(kept, TimeSpan.FromDays(parsed.GetValue(days)))
            : DeleteAsync(kept, parsed.GetValue(id)!, parsed.GetValue(force))));
        return command;

        IEnumerable<string> Faults(ParseResult parsed)
        {
            if (parsed.GetValue(id) is null == parsed.GetResult(days) is null) yield return "Name a run, or say --older-than DAYS.";
        }
    }

    private static async Task<int> DeleteAsync(OpenStore store, string id, bool force)
    {
        // A damaged run can be deleted too, and is not known to have stopped.
        if (!force && (await StoredRun.OfAsync(store, id)).State is { Stopped: null } open)
            return Output.BadInput($"{id}: The run has not stopped ({open.Phase.Name}). Cancel it first, or say --force to delete it as it is.");
        if (await store.Runs.DeleteAsync(id) is not { } gone) throw StoredRun.Absent(store, id);
        Report(gone);
        return ExitCode.Ok;
    }

    private static async Task<int> DeleteOldAsync(OpenStore store, TimeSpan age)
    {
        var (deleted, failed) = (0, false);
        foreach (var some in (await store.Runs.ListAsync(unchangedSince: TimeProvider.System.GetUtcNow() - age)).Chunk(ManyRuns.Some))
        {
            // Those that are deleted at once share a transaction.
            var deleting = new List<Task<(RunEntry?, string?)>>();
            await foreach (var (entry, (isStopped, fault)) in some.EachAsync(entry => LookAsync(store, entry)))
            {
                if (isStopped) deleting.Add(DeleteStoppedAsync(store, entry));
                Failed(fault);
            }
            foreach (var (gone, fault) in await Task.WhenAll(deleting))
            {
                Failed(fault);
                if (gone is null) continue;
                Report(gone);
                deleted++;
            }
        }
        Console.Out.WriteLine($"{deleted} deleted.");
        return failed ? ExitCode.Failed : ExitCode.Ok;

        // One that is damaged does not keep the others from going.
        void Failed(string? fault)
        {
            if (fault is null) return;
            Output.Complain(fault);
            failed = true;
        }
    }

    // Whether it has stopped; or what is wrong with it.
    private static async Task<(bool IsStopped, string? Fault)> LookAsync(OpenStore store, RunEntry entry)
    {
        if (entry.Fault is { } record) return (false, $"{entry.RunId}: {record}");
        try
        {
            return ((await StoredRun.OfAsync(store, entry.RunId)).State.Stopped is not null, null);
        }
        catch (StoreException e) when (e is not StoreWriteException)
        {
            return (false, e.Message);
        }
    }

    // What was deleted; nothing when somebody drives it, to look at it perhaps.
    private static async Task<(RunEntry? Gone, string? Fault)> DeleteStoppedAsync(OpenStore store, RunEntry entry)
    {
        try
        {
            return (await store.Runs.DeleteAsync(entry.RunId), null);
        }
        catch (RunIsDrivenException)
        {
            return (null, null);
        }
        catch (StoreException e) when (e is not StoreWriteException)
        {
            return (null, e.Message);
        }
    }

    private static void Report(RunEntry gone) => new Page(Output.Terminal()).Line("deleted",
        $"{gone.RunId}: {gone.Events} events. What remains: its name, this number, and its last hash {gone.Head}", Page.Plain, indent: "");
}
