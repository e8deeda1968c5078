using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

internal static class DeleteChecks
{
    [Catches("a run of which something can still be read, or whose call ids another run can use once more.")]
    public static async Task A_deleted_run_is_gone_and_its_name_stays_taken(StoreTrial trial)
    {
        var journal = await trial.KeepAsync("run_1");
        var entry = await trial.Store.FindAsync("run_1");
        Expect.Equal(entry, await trial.Store.DeleteAsync("run_1"));
        await trial.HasAsync("run_1", []);
        Expect.Empty(await trial.Store.ListAsync());
        Expect.Null(await trial.Store.DeleteAsync("run_1"));
        Expect.False(await trial.Store.AskToCancelAsync("run_1"));
        await Expect.ThrowsAsync<JournalConflictException>(() => trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute));
        await Expect.ThrowsAsync<JournalConflictException>(() => trial.Store.ImportAsync(StoreTrial.Lines(journal)));
        await trial.HasAsync("run_1", []);
    }

    [Catches("a run that is deleted under the hands of whoever drives it, or that comes back when they write on.")]
    public static async Task Only_a_run_that_nobody_drives_is_deleted(StoreTrial trial)
    {
        var (journal, lease) = (StoreTrial.Journal("run_1"), await trial.Store.AcquireAsync("run_1", "ann", StoreTrial.Minute));
        await trial.Store.AppendAsync(lease, journal.Take(2).ToList());
        await Expect.ThrowsAsync<RunIsDrivenException>(() => trial.Store.DeleteAsync("run_1"));
        await trial.HasAsync("run_1", journal.Take(2));
        trial.Clock.Move(StoreTrial.Minute);
        Expect.NotNull(await trial.Store.DeleteAsync("run_1"));
        await LeaseChecks.FencedAsync(trial, lease, journal.From(2));
        await trial.HasAsync("run_1", []);
    }

    [Catches("a run that is taken for another by the beginning of its name, or by how it is written.")]
    public static async Task Deleting_a_run_leaves_the_others_as_they_are(StoreTrial trial)
    {
        string[] ids = ["run_1", "run_10", "run_", "run", "RUN_1", "run-1", "run.1", "runs1"];
        foreach (var id in ids) await trial.KeepAsync(id);
        Expect.NotNull(await trial.Store.DeleteAsync("run_1"));
        foreach (var id in ids[1..]) await trial.HasAsync(id, StoreTrial.Journal(id));
        Expect.Equal(ids.Length - 1, (await trial.Store.ListAsync()).Count);
    }
}
