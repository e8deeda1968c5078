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
            Exit codes: 0 deleted; 1 with --older-than, deleted but for what is damaged; 2 bad input; 6 a process drives the run; 74 the
            store cannot be written, or a process reads what was deleted.
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

    internal static async Task<int> DeleteAsync(OpenStore store, string id, bool force)
    {
        // Deleted before: what somebody read at that time is there still, perhaps.
        if (await store.Runs.FindAsync(id) is not { } entry)
        {
            if (!await store.Runs.WasDeletedAsync(id)) throw StoredRun.Absent(store, id);
            await store.Runs.DeleteAsync(id);
            new Page(Output.Terminal()).Line("deleted", $"{id} was before; nothing of its events is left in the store's files", Page.Plain,
                indent: "");
            return ExitCode.Ok;
        }
        // A damaged run can be deleted too, and is not known to have stopped.
        if (!force && (await StoredRun.OfAsync(store, id)).State is { Stopped: null } open)
            return Output.BadInput($"{id}: The run has not stopped ({open.Phase.Name}). Cancel it first, or say --force to delete it as it is.");
        var (gone, rest) = await DeletedAsync(store, entry);
        if (gone is null) throw StoredRun.Absent(store, id);
        Report(gone);
        if (rest is null) return ExitCode.Ok;
        Output.Complain(rest.Message);
        return Stores.CodeOf(rest);
    }

    internal static async Task<int> DeleteOldAsync(OpenStore store, TimeSpan age)
    {
        var (deleted, code, rest) = (0, ExitCode.Ok, (LogInUseException?)null);
        foreach (var some in (await store.Runs.ListAsync(unchangedSince: TimeProvider.System.GetUtcNow() - age)).Chunk(ManyRuns.Some))
        {
            // Those that are deleted at once share a transaction.
            var deleting = new List<Task<(RunEntry?, LogInUseException?, string?)>>();
            await foreach (var (entry, (isStopped, fault)) in some.EachAsync(entry => LookAsync(store, entry)))
            {
                if (isStopped) deleting.Add(DeleteStoppedAsync(store, entry));
                Failed(fault);
            }
            foreach (var (gone, read, fault) in await Task.WhenAll(deleting))
            {
                Failed(fault);
                rest ??= read;
                if (gone is null) continue;
                Report(gone);
                deleted++;
            }
        }
        Console.Out.WriteLine($"{deleted} deleted.");
        if (rest is null) return code;
        Output.Complain(rest.Message);
        return ExitCode.Worst(code, Stores.CodeOf(rest));

        // One that is damaged does not keep the others from going.
        void Failed(string? fault)
        {
            if (fault is null) return;
            Output.Complain(fault);
            code = ExitCode.Failed;
        }
    }

    // Whether it has stopped; or what is wrong with it. Neither, when somebody else deleted it meanwhile.
    internal static async Task<(bool IsStopped, string? Fault)> LookAsync(OpenStore store, RunEntry entry)
    {
        if (entry.Fault is { } record) return (false, $"{entry.RunId}: {record}");
        try
        {
            return ((await StoredRun.OfAsync(store, entry.RunId)).State.Stopped is not null, null);
        }
        catch (StoreException e) when (e is not StoreWriteException)
        {
            return (false, await store.FaultAsync(entry, e.Message));
        }
    }

    // What was deleted; nothing when somebody drives it, to look at it perhaps.
    private static async Task<(RunEntry? Gone, LogInUseException? Left, string? Fault)> DeleteStoppedAsync(OpenStore store, RunEntry entry)
    {
        try
        {
            var (gone, rest) = await DeletedAsync(store, entry);
            return (gone, rest, null);
        }
        catch (RunIsDrivenException)
        {
            return (null, null, null);
        }
        catch (StoreException e) when (e is not StoreWriteException)
        {
            return (null, null, e.Message);
        }
    }

    // What was deleted; and why its bytes are there still.
    private static async Task<(RunEntry? Gone, LogInUseException? Left)> DeletedAsync(OpenStore store, RunEntry entry)
    {
        try
        {
            return (await store.Runs.DeleteAsync(entry.RunId), null);
        }
        catch (LogInUseException e)
        {
            return (entry, e);
        }
    }

    private static void Report(RunEntry gone) => new Page(Output.Terminal()).Line("deleted",
        $"{gone.RunId}: {gone.Events} events. What remains: its name, this number, and its last hash {gone.Head}", Page.Plain, indent: "");
}
