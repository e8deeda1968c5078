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

    /// <summary>Does something with a store that exists already.</summary>
    public static Task<int> UseAsync(string path, Func<OpenStore, Task<int>> use) => File.Exists(path)
        ? OpenAsync(path, use, mayCreate: false)
        : Task.FromResult(Output.BadInput(Directory.Exists(path)
            ? $"{path}: This is a folder; name the store's file."
            : $"{path}: There is no such store. Name it with --store FILE; 'run --store FILE' and 'import --store FILE' make one."));

    /// <summary>Does something with a store, which is made where there is none.</summary>
    public static async Task<int> OpenAsync(string path, Func<OpenStore, Task<int>> use, bool mayCreate = true)
    {
        try
        {
            await using var store = SqliteStore.Open(path, new SqliteStoreOptions { MayCreate = mayCreate });
            return await use(new OpenStore(path, store));
        }
        catch (Exception e) when (e is RunIsDrivenException or JournalConflictException or LeaseLostException)
        {
            Output.Complain(e.Message);
            return ExitCode.TooLate;
        }
        catch (StoreException e)
        {
            return Output.BadInput(e.Message);
        }
    }
}

/// <summary>A store that is open.</summary>
/// <param name="Path">Its file, as it was named.</param>
/// <param name="Runs">What is in it.</param>
internal sealed record OpenStore(string Path, SqliteStore Runs)
{
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
    public string Option => Path == Stores.Usual ? "" : $" --store {(Path.Contains(' ') ? $"\"{Path}\"" : Path)}";
}
