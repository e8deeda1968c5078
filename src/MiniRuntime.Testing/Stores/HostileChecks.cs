using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

internal static class HostileChecks
{
    [Catches("an id that is taken for a path, for SQL, for a pattern, or for the run whose name it begins with.")]
    public static async Task Ids_that_no_run_can_have_are_no_runs(StoreTrial trial)
    {
        var (one, other) = (await trial.KeepAsync("a"), await trial.KeepAsync("run_1"));
        foreach (var id in (string[])
        [
            "", "../x", "..", ".", "/etc/passwd", "C:\\x", "a/b", "a\0", "run_1\0", "run_1\0x", "\0", "\0a", new string('a', 129),
            new string('a', 10_000), "a' OR '1'='1", "a'; DROP TABLE runs; --", "\"a\"", "[a]", "a%", "%", "_", "*", "?", "run_?", "$1",
            " a", "a ", "a\n", "a\r\n", "ａ", "á", "a\u0301", "\ud800", "a\udc00", "\ufffd", "\ufeffa", "a\u200b", StoreTrial.Odd,
        ])
        {
            await trial.HasAsync(id, []);
            Expect.Null(await trial.Store.DeleteAsync(id));
            Expect.False(await trial.Store.AskToCancelAsync(id));
            await Expect.ThrowsAsync<StoreException>(() => trial.Store.AcquireAsync(id, "me", StoreTrial.Minute));
            var made = new Lease(id, "me", 1);
            Expect.Equal(LeaseState.Lost, await trial.Store.RenewAsync(made, StoreTrial.Minute));
            await Expect.ThrowsAsync<LeaseLostException>(() => trial.Store.GiveScenarioAsync(made, new byte[1]));
            await Expect.ThrowsAsync<LeaseLostException>(() => trial.Store.AppendAsync(made, [one[0] with { RunId = id }]));
            await trial.Store.ReleaseAsync(made);
        }
        await trial.HasAsync("a", one);
        await trial.HasAsync("run_1", other);
        Expect.Equal(2, (await trial.Store.ListAsync()).Count);
    }

    [Catches("a null, or a time that ends before it begins, that is kept, or taken for damage.")]
    public static async Task What_is_null_or_negative_is_refused_and_changes_nothing(StoreTrial trial)
    {
        var (store, journal) = (trial.Store, StoreTrial.Journal("run_1"));
        var lease = await store.AcquireAsync("run_1", "ann", StoreTrial.Minute);
        foreach (var ask in (Func<Task>[])
        [
            () => store.AcquireAsync(null!, "me", StoreTrial.Minute), () => store.AcquireAsync("run_2", null!, StoreTrial.Minute),
            () => store.AcquireAsync("run_2", "me", TimeSpan.FromTicks(-1)), () => store.AcquireAsync("run_2", "me", TimeSpan.MinValue),
            () => store.RenewAsync(null!, StoreTrial.Minute), () => store.RenewAsync(lease, TimeSpan.MinValue),
            () => store.ReleaseAsync(null!), () => store.AskToCancelAsync(null!), () => store.FindAsync(null!),
            () => store.ReadAsync(null!), () => StoreTrial.LinesAsync(store, null!), () => store.DeleteAsync(null!),
            () => store.ImportAsync(null!), () => store.GiveScenarioAsync(null!, new byte[1]),
            () => store.AppendAsync(null!, journal), () => store.AppendAsync(lease, null!),
            () => store.AppendAsync(lease, (TraceEvent[])[journal[0], null!]),
        ])
            await Expect.ThrowsAsync<ArgumentException>(ask);
        await trial.HasAsync("run_1", []);
        Expect.Equal(LeaseState.Held, await store.AppendAsync(lease, journal));
        Expect.Equal(new Lease("run_2", "bob", 1), await store.AcquireAsync("run_2", "bob", StoreTrial.Minute));
        await trial.HasAsync("run_1", journal);
    }

    [Catches("an owner whose name breaks something, or by whose name a lease is not known again.")]
    public static async Task An_owner_may_have_any_name(StoreTrial trial)
    {
        foreach (var owner in (string[])["", "\0", "a\0b", "'; DROP TABLE runs; --", "\ud800", new string('x', 10_000), StoreTrial.Odd])
        {
            var lease = await trial.Store.AcquireAsync("run_1", owner, StoreTrial.Minute);
            Expect.Equal(owner, lease.Owner);
            Expect.Equal(LeaseState.Held, await trial.Store.RenewAsync(lease, StoreTrial.Minute));
            await Expect.ThrowsAsync<RunIsDrivenException>(() => trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute));
            await trial.Store.ReleaseAsync(lease);
            Expect.Equal(LeaseState.Lost, await trial.Store.RenewAsync(lease, StoreTrial.Minute));
        }
    }
}
