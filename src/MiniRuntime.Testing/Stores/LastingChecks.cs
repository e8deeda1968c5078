using System.Security.Cryptography;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>What is asked only of stores that last.</summary>
internal static class LastingChecks
{
    [Catches("a store that forgets: events, scenarios, leases, what was asked of their holders, or which names were taken.")]
    public static async Task What_was_kept_is_there_when_the_store_is_opened_again(StoreTrial trial)
    {
        var journal = await trial.KeepAsync("run_1", "scenario");
        await trial.KeepAsync("run_2");
        await trial.Store.DeleteAsync("run_2");
        await trial.Store.ImportAsync(StoreTrial.Lines(StoreTrial.Journal("run_3")));
        var driven = StoreTrial.Journal("run_4");
        var lease = await trial.Store.AcquireAsync("run_4", "ann", StoreTrial.Minute);
        await trial.Store.AppendAsync(lease, driven.Take(3).ToList());
        Expect.True(await trial.Store.AskToCancelAsync("run_4"));
        var before = await trial.Store.ListAsync();
        await trial.ReopenAsync();
        Expect.Equal<IEnumerable<RunEntry>>(before, await trial.Store.ListAsync());
        await trial.HasAsync("run_1", journal);
        await trial.HasAsync("run_2", []);
        await trial.HasAsync("run_3", StoreTrial.Journal("run_3"));
        Expect.NotNull(await trial.Store.ScenarioAsync(Convert.ToHexStringLower(SHA256.HashData("scenario"u8))));
        await Expect.ThrowsAsync<JournalConflictException>(() => trial.Store.AcquireAsync("run_2", "me", StoreTrial.Minute));
        await Expect.ThrowsAsync<RunIsDrivenException>(() => trial.Store.AcquireAsync("run_4", "me", StoreTrial.Minute));
        Expect.Equal(LeaseState.CancelAsked, await trial.Store.RenewAsync(lease, StoreTrial.Minute));
        await trial.Store.AppendAsync(lease, driven.From(3));
        await trial.HasAsync("run_4", driven);
    }

    [Catches("a lease of an earlier time that counts again.")]
    public static async Task Epochs_go_on_when_the_store_is_opened_again(StoreTrial trial)
    {
        var old = await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute);
        await trial.Store.ReleaseAsync(old);
        await trial.ReopenAsync();
        Expect.Equal(2L, (await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute)).Epoch);
        await LeaseChecks.FencedAsync(trial, old, StoreTrial.Journal("run_1"));
    }

    [Catches("a store that has an idea of its own of what another one has written meanwhile.")]
    public static async Task What_one_writes_the_other_sees_at_once(StoreTrial trial)
    {
        var (journal, beside) = (StoreTrial.Journal("run_1"), await trial.BesideAsync());
        IRunStore[] both = [trial.Store, beside];
        for (var i = 0; i < journal.Count; i++)
        {
            var (one, other) = (both[i % 2], both[(i + 1) % 2]);
            var lease = await one.AcquireAsync("run_1", $"store {i % 2}", StoreTrial.Minute);
            await Expect.ThrowsAsync<RunIsDrivenException>(() => other.AcquireAsync("run_1", "me", StoreTrial.Minute));
            if (i > 0) await Expect.ThrowsAsync<RunIsDrivenException>(() => other.DeleteAsync("run_1"));
            Expect.True(await other.AskToCancelAsync("run_1"));
            Expect.Equal(LeaseState.CancelAsked, await one.RenewAsync(lease, StoreTrial.Minute));
            Expect.Equal(i > 0, lease.CancelAsked);
            await one.AppendAsync(lease, [journal[i]]);
            await StoreTrial.HasAsync(other, "run_1", journal.Take(i + 1));
            await other.ReleaseAsync(lease);
        }
        Expect.NotNull(await beside.DeleteAsync("run_1"));
        await trial.HasAsync("run_1", []);
    }

    [Catches("two events with one number, or a number without an event, where two write by ways of their own.")]
    public static async Task Of_many_who_write_one_event_through_two_stores_one_wins(StoreTrial trial)
    {
        var (lease, beside) = (await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute), await trial.BesideAsync());
        await JournalChecks.Race(trial, lease, i => i % 2 == 0 ? trial.Store : beside);
        await StoreTrial.HasAsync(beside, "run_1", await trial.Store.ReadAsync("run_1"));
    }
}
