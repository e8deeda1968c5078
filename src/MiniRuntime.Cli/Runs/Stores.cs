using System.CommandLine;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>The store that a command line names, and what happens where it is at fault.</summary>
internal static class Stores
{
    /// <summary>The store that is meant where none is named.</summary>
    public const string Usual = "runs.db";

    public static Option<string> Option() => new("--store")
    {
        Description = "The store: one SQLite file.",
        DefaultValueFactory = static _ => Usual,
    };

    public static Option<string> Durability()
    {
        var option = new Option<string>("--durability")
        {
            Description = "What has to have happened before an event counts as kept: 'full', it is on the disk and survives the loss of "
                + "power; 'normal', it is with the operating system and survives the end of the process. Less is faster.",
            DefaultValueFactory = static _ => "full",
        };
        option.Validators.Add(static result =>
        {
            foreach (var other in result.Tokens.Select(static token => token.Value).Where(static said => said is not ("full" or "normal")))
                result.AddError($"--durability takes 'full' or 'normal', not '{other}'.");
        });
        option.CompletionSources.Add("full", "normal");
        return option;
    }

    /// <summary>What an option of that kind says.</summary>
    public static Durability DurabilityOf(string value) => value == "normal" ? Shell.Durability.Normal : Shell.Durability.Full;

    /// <summary>The files that a store is, or can be: what SQLite keeps beside it is the store too.</summary>
    public static IEnumerable<string> PartsOf(string path) =>
        from part in (string[])["", "-wal", "-shm", "-journal"] select Place.Of(path) + part;

    /// <summary>Looks at a store that exists already, also at one that cannot be written.</summary>
    public static Task<int> LookAsync(string path, Func<OpenStore, Task<int>> look) =>
        UseAsync(path, look, new SqliteStoreOptions { MayCreate = false, MustWrite = false });

    /// <summary>Does something with a store that exists already.</summary>
    public static Task<int> UseAsync(string path, Func<OpenStore, Task<int>> use, Durability durability = Shell.Durability.Full) =>
        UseAsync(path, use, new SqliteStoreOptions { MayCreate = false, Durability = durability });

    private static Task<int> UseAsync(string path, Func<OpenStore, Task<int>> use, SqliteStoreOptions options) =>
        path.Length == 0 || Path.Exists(path) ? OpenAsync(path, use, options) : Task.FromResult(Output.BadInput(
            $"{path}: There is no such store. Name it with --store FILE; 'run --store FILE' and 'import --store FILE' make one."));

    /// <summary>Does something with a store, which is made where there is none.</summary>
    public static async Task<int> OpenAsync(string path, Func<OpenStore, Task<int>> use, SqliteStoreOptions options)
    {
        if (path.Length == 0) return Output.BadInput("--store needs the name of a file.");
        if (Directory.Exists(path)) return Output.BadInput($"{path}: This is a folder; name the store's file.");
        if (new FileInfo(path).LinkTarget is { } target && !Path.Exists(Place.Of(path)))
            return Output.BadInput($"{path}: This is a link to {target}, where nothing is; name the store's file.");
        try
        {
            await using var store = SqliteStore.Open(path, options);
            return await use(new OpenStore(path, store));
        }
        catch (StoreException e)
        {
            Output.Complain(e.Message);
            return CodeOf(e);
        }
    }

    /// <summary>What the exit code says of something that a store could not do.</summary>
    public static int CodeOf(StoreException e) => e switch
    {
        RunIsDrivenException or JournalConflictException or LeaseLostException => ExitCode.TooLate,
        StoreWriteException or LogInUseException => ExitCode.NoOutput,
        _ => ExitCode.BadInput,
    };
}

/// <summary>A store that is open.</summary>
/// <param name="Path">Its file, as it was named.</param>
/// <param name="Runs">What is in it.</param>
internal sealed record OpenStore(string Path, SqliteStore Runs)
{
    /// <summary>The files that it is, or can be.</summary>
    public IEnumerable<string> Parts => Stores.PartsOf(Path);

    /// <summary>What is wrong with a run that was listed before; null where somebody has only deleted it since.</summary>
    public async Task<string?> FaultAsync(RunEntry entry, string fault)
    {
        try
        {
            return entry.Fault is null && await Runs.WasDeletedAsync(entry.RunId) ? null : fault;
        }
        catch (StoreException e) when (e is not StoreWriteException)
        {
            return fault;
        }
    }

    /// <summary>Does something to a run that nobody drives.</summary>
    public async Task HoldAsync(string runId, Func<Lease, Task> act)
    {
        var options = new RuntimeOptions();
        var lease = await Runs.AcquireAsync(runId, options.Owner, options.LeaseLasts);
        try
        {
            await act(lease);
        }
        finally
        {
            await Runs.ReleaseAsync(lease);
        }
    }

    /// <summary>How a command that is suggested names this store.</summary>
    public string Option => Path == Stores.Usual ? "" : $" --store {ShellWord.Of(Path)}";
}
