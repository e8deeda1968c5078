using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

internal static class LeaseChecks
{
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1), _year = TimeSpan.FromDays(365);

    [Catches("two who drive one run, or a refusal that does not say who does.")]
    public static async Task One_holds_the_lease_of_a_run_at_a_time(StoreTrial trial)
    {
        Expect.Equal(new Lease("run_1", "ann", 1), await trial.Store.AcquireAsync("run_1", "ann", StoreTrial.Minute));
        foreach (var owner in (string[])["bob", "ann"])
        {
            var refused = await Expect.ThrowsAsync<RunIsDrivenException>(() => trial.Store.AcquireAsync("run_1", owner, StoreTrial.Minute));
            Expect.True(refused.Message.Contains("ann", StringComparison.Ordinal), refused.Message);
        }
        await trial.Store.AcquireAsync("run_2", "bob", StoreTrial.Minute);
    }

    [Catches("two who drive one run, when they come at the same moment.")]
    public static async Task Of_many_who_want_a_lease_at_once_one_gets_it(StoreTrial trial)
    {
        for (var round = 1; round <= 8; round++)
        {
            var leases = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => TriesAsync($"writer {i}"))));
            var lease = Expect.Single(leases.OfType<Lease>());
            Expect.Equal((long)round, lease.Epoch);
            await trial.Store.ReleaseAsync(lease);
        }

        async Task<Lease?> TriesAsync(string owner)
        {
            try
            {
                return await trial.Store.AcquireAsync("run_1", owner, StoreTrial.Minute);
            }
            catch (RunIsDrivenException)
            {
                return null;
            }
        }
    }

    [Catches("a lease that can be mistaken for an earlier one.")]
    public static async Task Each_lease_on_a_run_has_a_higher_epoch_than_the_one_before(StoreTrial trial)
    {
        for (var epoch = 1; epoch <= 6; epoch++)
        {
            var lease = await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute);
            Expect.Equal(new Lease("run_1", "me", epoch), lease);
            if (epoch == 4) await trial.Store.AppendAsync(lease, StoreTrial.Journal("run_1"));
            if (epoch % 2 == 0) await trial.Store.ReleaseAsync(lease);
            else trial.Clock.Move(StoreTrial.Minute);
        }
    }

    [Catches("a lease that ends too early, never, or by another clock than the store's own.")]
    public static async Task A_lease_is_free_when_it_is_given_back_and_when_its_time_is_over(StoreTrial trial)
    {
        await trial.Store.ReleaseAsync(await trial.Store.AcquireAsync("run_1", "ann", StoreTrial.Minute));
        await trial.Store.AcquireAsync("run_1", "bob", StoreTrial.Minute);
        trial.Clock.Move(StoreTrial.Minute - _tick);
        await Expect.ThrowsAsync<RunIsDrivenException>(() => trial.Store.AcquireAsync("run_1", "cid", StoreTrial.Minute));
        trial.Clock.Move(_tick);
        await trial.Store.AcquireAsync("run_1", "cid", StoreTrial.Minute);
    }

    [Catches("a lease that never ends, or ends at once, because a time cannot be that late.")]
    public static async Task A_lease_can_be_granted_for_all_time_there_is(StoreTrial trial)
    {
        var lease = await trial.Store.AcquireAsync("run_1", "ann", TimeSpan.MaxValue);
        Expect.Equal(LeaseState.Held, await trial.Store.RenewAsync(lease, TimeSpan.MaxValue));
        trial.Clock.Move(TimeSpan.FromDays(10_000));
        await Expect.ThrowsAsync<RunIsDrivenException>(() => trial.Store.AcquireAsync("run_1", "bob", StoreTrial.Minute));
        await trial.Store.ReleaseAsync(lease);
        await trial.Store.AcquireAsync("run_1", "bob", StoreTrial.Minute);
    }

    [Catches("a run that nobody can drive before some far day, because a clock was wrong when its driver died.")]
    public static async Task A_clock_that_is_set_back_holds_nobody_up_for_longer_than_a_lease_lasts(StoreTrial trial)
    {
        await trial.KeepAsync("run_1");
        foreach (var (runId, ask) in new (string, Func<Task>)[]
        {
            ("run_1", () => trial.Store.AcquireAsync("run_1", "bob", TimeSpan.Zero)),
            ("run_2", () => trial.Store.ImportAsync(StoreTrial.Lines(StoreTrial.Journal("run_2")))),
            ("run_1", () => trial.Store.DeleteAsync("run_1")),
        })
        {
            var lease = await trial.Store.AcquireAsync(runId, "ann", 2 * StoreTrial.Minute);
            // What counts is for how long it was granted last.
            await trial.Store.RenewAsync(lease, StoreTrial.Minute);
            trial.Clock.Move(-_year);
            await Expect.ThrowsAsync<RunIsDrivenException>(ask);
            trial.Clock.Move(StoreTrial.Minute - _tick);
            await Expect.ThrowsAsync<RunIsDrivenException>(ask);
            trial.Clock.Move(_tick);
            await ask();
            await FencedAsync(trial, lease, StoreTrial.Journal(runId));
            trial.Clock.Move(_year);
        }
    }

    [Catches("a living driver who is overtaken because a clock was put right.")]
    public static async Task A_clock_that_is_set_back_leaves_its_holder_as_long_as_ever_to_renew_a_lease(StoreTrial trial)
    {
        var lease = await trial.Store.AcquireAsync("run_1", "ann", StoreTrial.Minute);
        trial.Clock.Move(-_year);
        for (var times = 0; times < 3; times++)
        {
            await Expect.ThrowsAsync<RunIsDrivenException>(() => trial.Store.AcquireAsync("run_1", "bob", _tick));
            trial.Clock.Move(StoreTrial.Minute - _tick);
            await Expect.ThrowsAsync<RunIsDrivenException>(() => trial.Store.AcquireAsync("run_1", "bob", _tick));
            Expect.Equal(LeaseState.Held, await trial.Store.RenewAsync(lease, StoreTrial.Minute));
        }
        await trial.Store.AppendAsync(lease, StoreTrial.Journal("run_1"));
    }

    [Catches("a renewal that adds to what was left, is forgotten, or cannot make the time shorter.")]
    public static async Task A_renewed_lease_lasts_from_now_on(StoreTrial trial)
    {
        var lease = await trial.Store.AcquireAsync("run_1", "ann", StoreTrial.Minute);
        trial.Clock.Move(0.75 * StoreTrial.Minute);
        Expect.Equal(LeaseState.Held, await trial.Store.RenewAsync(lease, StoreTrial.Minute));
        trial.Clock.Move(StoreTrial.Minute - _tick);
        await Expect.ThrowsAsync<RunIsDrivenException>(() => trial.Store.AcquireAsync("run_1", "bob", StoreTrial.Minute));
        Expect.Equal(LeaseState.Held, await trial.Store.RenewAsync(lease, _tick));
        trial.Clock.Move(_tick);
        await trial.Store.AcquireAsync("run_1", "bob", StoreTrial.Minute);
    }

    [Catches("a process that was paused, wakes up, and writes into a run that another one drives by now.")]
    public static async Task Who_was_overtaken_is_fenced_off(StoreTrial trial)
    {
        var journal = StoreTrial.Journal("run_1");
        // Under the same name too: the epoch decides.
        foreach (var owner in (string[])["bob", "ann"])
        {
            var runId = $"run_of_{owner}";
            journal = StoreTrial.Journal(runId);
            var old = await trial.Store.AcquireAsync(runId, "ann", StoreTrial.Minute);
            await trial.Store.AppendAsync(old, journal.Take(2).ToList());
            trial.Clock.Move(StoreTrial.Minute);
            var current = await trial.Store.AcquireAsync(runId, owner, StoreTrial.Minute);
            await FencedAsync(trial, old, journal.From(2));
            await trial.HasAsync(runId, journal.Take(2));
            Expect.Equal(owner, (await trial.Store.FindAsync(runId))!.DrivenBy);
            Expect.Equal(LeaseState.Held, await trial.Store.RenewAsync(current, StoreTrial.Minute));
            await trial.Store.AppendAsync(current, journal.From(2));
            // The journal ends elsewhere too by now, but that is not what the old holder has to know.
            await FencedAsync(trial, old, journal.From(2));
            await trial.HasAsync(runId, journal);
        }
    }

    [Catches("a lease that goes on counting after it was given back, or that somebody made up.")]
    public static async Task A_lease_that_is_not_held_counts_for_nothing(StoreTrial trial)
    {
        var journal = StoreTrial.Journal("run_1");
        await FencedAsync(trial, new Lease("run_1", "ann", 1), journal);
        var lease = await trial.Store.AcquireAsync("run_1", "ann", StoreTrial.Minute);
        await FencedAsync(trial, lease with { Epoch = 0 }, journal);
        await FencedAsync(trial, lease with { Epoch = 2 }, journal);
        await FencedAsync(trial, new Lease("run_2", "ann", 1), StoreTrial.Journal("run_2"));
        await trial.Store.ReleaseAsync(lease);
        await FencedAsync(trial, lease, journal);
        await trial.HasAsync("run_1", []);
        await trial.HasAsync("run_2", []);
    }

    [Catches("a holder who is stopped although nobody has taken their place.")]
    public static async Task A_lease_whose_time_is_over_counts_until_somebody_takes_it(StoreTrial trial)
    {
        var (journal, lease) = (StoreTrial.Journal("run_1"), await trial.Store.AcquireAsync("run_1", "ann", StoreTrial.Minute));
        trial.Clock.Move(2 * StoreTrial.Minute);
        await trial.Store.AppendAsync(lease, journal);
        Expect.Null((await trial.Store.FindAsync("run_1"))!.DrivenBy);
        Expect.Equal(LeaseState.Held, await trial.Store.RenewAsync(lease, StoreTrial.Minute));
        Expect.Equal("ann", (await trial.Store.FindAsync("run_1"))!.DrivenBy);
        await trial.HasAsync("run_1", journal);
    }

    [Catches("a cancellation that nobody hears, that stops the wrong driver, or that is taken back by asking twice.")]
    public static async Task Who_drives_a_run_hears_that_it_is_to_be_cancelled(StoreTrial trial)
    {
        Expect.False(await trial.Store.AskToCancelAsync("run_1"));
        var lease = await trial.Store.AcquireAsync("run_1", "ann", StoreTrial.Minute);
        var other = await trial.Store.AcquireAsync("run_2", "bob", StoreTrial.Minute);
        Expect.True(await trial.Store.AskToCancelAsync("run_1"));
        Expect.True(await trial.Store.AskToCancelAsync("run_1"));
        Expect.Equal(LeaseState.Held, await trial.Store.RenewAsync(other, StoreTrial.Minute));
        Expect.Equal(LeaseState.CancelAsked, await trial.Store.AppendAsync(lease, StoreTrial.Journal("run_1")));
        Expect.Equal(LeaseState.Held, await trial.Store.AppendAsync(other, StoreTrial.Journal("run_2")));
        trial.Clock.Move(StoreTrial.Minute);
        // In time for nobody; but who was asked before still hears it.
        Expect.False(await trial.Store.AskToCancelAsync("run_1"));
        Expect.Equal(LeaseState.CancelAsked, await trial.Store.RenewAsync(lease, StoreTrial.Minute));
        Expect.Equal(LeaseState.CancelAsked, await trial.Store.RenewAsync(lease, StoreTrial.Minute));
        await trial.Store.ReleaseAsync(lease);
        Expect.False(await trial.Store.AskToCancelAsync("run_1"));
        // They did not come to it, so whoever is next hears it at once.
        var next = await trial.Store.AcquireAsync("run_1", "cid", StoreTrial.Minute);
        Expect.True(next.CancelAsked);
        Expect.Equal(LeaseState.CancelAsked, await trial.Store.RenewAsync(next, StoreTrial.Minute));
        Expect.False(lease.CancelAsked || other.CancelAsked);
    }

    /// <summary>A lease gives no right to anything, and giving it back changes nothing.</summary>
    public static async Task FencedAsync(StoreTrial trial, Lease lease, IReadOnlyList<TraceEvent> events)
    {
        Expect.Equal(LeaseState.Lost, await trial.Store.RenewAsync(lease, StoreTrial.Minute));
        await Expect.ThrowsAsync<LeaseLostException>(() => trial.Store.AppendAsync(lease, events));
        await Expect.ThrowsAsync<LeaseLostException>(() => trial.Store.GiveScenarioAsync(lease, new byte[] { 1 }));
        await trial.Store.ReleaseAsync(lease);
    }
}
