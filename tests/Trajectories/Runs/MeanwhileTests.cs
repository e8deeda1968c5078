using System.Collections.Concurrent;
using System.Text;
using Microsoft.Data.Sqlite;
using MiniRuntime.Cli;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Commands that go through a store while others work in it: what they do there is no damage.</summary>
public sealed class MeanwhileTests : CommandTests
{
    // Would catch: a run that is called damaged because somebody drove it between the look at its record and the look at its journal.
    [Fact]
    public async Task A_run_that_is_driven_while_it_is_verified_is_whole_and_one_whose_tail_went_is_not()
    {
        await using var kept = SqliteStore.Open(In("runs.db"));
        var (store, journal) = (new OpenStore(In("runs.db"), kept), Journals.Of("one"));
        await store.HoldAsync("one", lease => kept.AppendAsync(lease, journal[..10]));
        var before = (await kept.FindAsync("one"))!;
        await store.HoldAsync("one", lease => kept.AppendAsync(lease, journal[10..]));
        var now = (await kept.FindAsync("one"))!;
        Assert.Equal(new JournalCheck(now.Events, now.Head, null), await VerifiedAsync(store, before));
        foreach (var other in (RunEntry[])[now with { Events = now.Events + 1 }, before with { Head = now.Head }])
            Assert.Contains("a tail is lost", (await VerifiedAsync(store, other))?.Fault, StringComparison.Ordinal);
    }

    // Would catch: a run that is called damaged because somebody deleted it between the look at the list and the look at the run.
    [Fact]
    public async Task A_run_that_is_deleted_while_all_are_gone_through_is_passed_over()
    {
        await using var kept = await KeptAsync();
        var store = new OpenStore(In("runs.db"), kept);
        var before = (await kept.FindAsync("one"))!;
        await kept.DeleteAsync("one");
        Assert.Null(await VerifiedAsync(store, before));
        Assert.Null(await RunsCommand.RowAsync(store, before));
        Assert.Equal((null, null), await ApprovalsCommand.OfAsync(store, before));
        Assert.Equal((false, null), await DeleteCommand.LookAsync(store, before));
        // What is not there and was not deleted is lost.
        Damage("runs.db", "DELETE FROM events WHERE run_id = 'two'");
        var lost = (await kept.FindAsync("two"))!;
        Damage("runs.db", "DELETE FROM runs WHERE run_id = 'two'");
        Assert.NotNull((await VerifiedAsync(store, lost))?.Fault);
        Assert.NotNull((await RunsCommand.RowAsync(store, lost))?.Fault);
        Assert.NotNull((await ApprovalsCommand.OfAsync(store, lost)).Fault);
        Assert.NotNull((await DeleteCommand.LookAsync(store, lost)).Fault);
    }

    // Would catch: runs that are deleted and said not to be, and bytes that nobody can be rid of.
    [Fact]
    public async Task What_is_deleted_while_somebody_reads_is_deleted_and_once_more_its_bytes_are_gone()
    {
        await using (var first = await KeptAsync())
        {
        }
        await using var kept = SqliteStore.Open(In("runs.db"), new SqliteStoreOptions { BusyTimeout = TimeSpan.FromMilliseconds(50) });
        var store = new OpenStore(In("runs.db"), kept);
        using (var reader = new SqliteConnection($"Data Source={In("runs.db")};Pooling=False"))
        {
            reader.Open();
            using var reading = reader.CreateCommand();
            reading.CommandText = "BEGIN; SELECT * FROM runs";
            reading.ExecuteScalar();
            Assert.Equal(ExitCode.NoOutput, await DeleteCommand.DeleteAsync(store, "two", force: true));
            Assert.Equal(ExitCode.NoOutput, await DeleteCommand.DeleteOldAsync(store, TimeSpan.Zero));
        }
        Assert.Empty(await kept.ListAsync());
        Assert.True(Holds("Within 30 days."));
        Assert.Equal(ExitCode.Ok, await DeleteCommand.DeleteAsync(store, "one", force: false));
        Assert.False(Holds("Within 30 days."));
        await Assert.ThrowsAsync<StoreException>(() => DeleteCommand.DeleteAsync(store, "three", force: false));
    }

    private static Task<JournalCheck?> VerifiedAsync(OpenStore store, RunEntry entry) => VerifyCommand.CheckAsync(store, entry, null,
        new ConcurrentDictionary<string, Task<bool>>(StringComparer.Ordinal));

    private bool Holds(string text) => Files().Any(file => Read(In(file)).Contains(text, StringComparison.Ordinal));

    private static string Read(string file)
    {
        using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var text = new StreamReader(open, Encoding.Latin1);
        return text.ReadToEnd();
    }

    private async Task<SqliteStore> KeptAsync()
    {
        var store = SqliteStore.Open(In("runs.db"));
        await store.KeepAsync("one");
        await store.KeepAsync("two");
        return store;
    }
}
