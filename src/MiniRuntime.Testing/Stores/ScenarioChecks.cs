using System.Security.Cryptography;
using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

internal static class ScenarioChecks
{
    [Catches("a scenario that comes back in other bytes, under another hash, or only once its run exists.")]
    public static async Task A_scenario_is_kept_to_the_byte_under_its_hash(StoreTrial trial)
    {
        var lease = await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute);
        foreach (var scenario in (byte[][])[Encoding.UTF8.GetBytes(StoreTrial.Odd), [], [0], [0xff, 0xfe, 0x00, 0xd8], new byte[100_000]])
        {
            var hash = Hash(scenario);
            Expect.Null(await trial.Store.ScenarioAsync(hash));
            await trial.Store.GiveScenarioAsync(lease, scenario);
            Expect.Equal<IEnumerable<byte>?>(scenario, await trial.Store.ScenarioAsync(hash));
        }
        Expect.Null(await trial.Store.FindAsync("run_1"));
        await trial.Store.AppendAsync(lease, StoreTrial.Journal("run_1"));
        Expect.Equal(Hash(new byte[100_000]), (await trial.Store.FindAsync("run_1"))!.Scenario);
    }

    [Catches("a scenario that stays when nobody needs it (it may hold what was deleted), or goes while somebody does.")]
    public static async Task A_scenario_goes_with_the_last_run_that_needs_it(StoreTrial trial)
    {
        var (shared, own) = (Hash("shared"u8), Hash("own"u8));
        await trial.KeepAsync("run_1", "shared");
        await trial.KeepAsync("run_2", "shared");
        await trial.Store.DeleteAsync("run_1");
        Expect.NotNull(await trial.Store.ScenarioAsync(shared));
        // One that governed no event is replaced; others may need it still.
        var lease = await trial.Store.AcquireAsync("run_3", "me", StoreTrial.Minute);
        await trial.Store.GiveScenarioAsync(lease, "shared"u8.ToArray());
        await trial.Store.GiveScenarioAsync(lease, "own"u8.ToArray());
        Expect.NotNull(await trial.Store.ScenarioAsync(shared));
        await trial.Store.DeleteAsync("run_2");
        Expect.Null(await trial.Store.ScenarioAsync(shared));
        // The same one again is no replacement.
        await trial.Store.GiveScenarioAsync(lease, "own"u8.ToArray());
        Expect.NotNull(await trial.Store.ScenarioAsync(own));
        await trial.Store.GiveScenarioAsync(lease, "another"u8.ToArray());
        Expect.Null(await trial.Store.ScenarioAsync(own));
        Expect.NotNull(await trial.Store.ScenarioAsync(Hash("another"u8)));
    }

    [Catches("a run of which nobody can tell any more what governed it before it was given another scenario.")]
    public static async Task A_scenario_stays_for_the_events_that_it_governed(StoreTrial trial)
    {
        var journal = StoreTrial.Journal("run_1");
        var lease = await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute);
        await trial.Store.AppendAsync(lease, journal.Take(3).ToSeq(), "first"u8.ToArray());
        await trial.Store.GiveScenarioAsync(lease, "idle"u8.ToArray());
        await trial.Store.GiveScenarioAsync(lease, "second"u8.ToArray());
        await trial.Store.AppendAsync(lease, journal.Skip(3).Take(2).ToSeq());
        await trial.Store.GiveScenarioAsync(lease, "second"u8.ToArray());
        await trial.Store.AppendAsync(lease, journal.From(5), "third"u8.ToArray());
        var (first, second, third) = (Hash("first"u8), Hash("second"u8), Hash("third"u8));
        Expect.Equal<IEnumerable<GivenScenario>>(
            [new GivenScenario(0, first), new GivenScenario(3, second), new GivenScenario(5, third)],
            await trial.Store.ScenariosAsync("run_1"));
        Expect.Equal(third, (await trial.Store.FindAsync("run_1"))!.Scenario);
        Expect.Null(await trial.Store.ScenarioAsync(Hash("idle"u8)));
        foreach (var hash in (string[])[first, second, third]) Expect.NotNull(await trial.Store.ScenarioAsync(hash));

        // An imported run has none until it is given one.
        await trial.Store.ImportAsync(StoreTrial.Lines(StoreTrial.Journal("run_2").Take(4)));
        Expect.Empty(await trial.Store.ScenariosAsync("run_2"));
        var other = await trial.Store.AcquireAsync("run_2", "me", StoreTrial.Minute);
        await trial.Store.GiveScenarioAsync(other, "first"u8.ToArray());
        Expect.Equal<IEnumerable<GivenScenario>>([new GivenScenario(4, first)], await trial.Store.ScenariosAsync("run_2"));

        await trial.Store.ReleaseAsync(lease);
        await trial.Store.DeleteAsync("run_1");
        Expect.Empty(await trial.Store.ScenariosAsync("run_1"));
        Expect.NotNull(await trial.Store.ScenarioAsync(first));
        foreach (var hash in (string[])[second, third]) Expect.Null(await trial.Store.ScenarioAsync(hash));
    }

    [Catches("a hash that is taken for something else than one.")]
    public static async Task What_is_no_hash_names_no_scenario(StoreTrial trial)
    {
        await trial.KeepAsync("run_1", "text");
        var hash = Hash("text"u8);
        Expect.NotNull(await trial.Store.ScenarioAsync(hash));
        foreach (var none in (string[])
        [
            "", hash[1..], hash + "0", hash.ToUpperInvariant(), hash + "\0", "../" + hash, "*", "' OR 1=1 --", new string('\ud800', 64),
            StoreTrial.Odd,
        ])
            Expect.Null(await trial.Store.ScenarioAsync(none));
    }

    private static string Hash(ReadOnlySpan<byte> scenario) => Convert.ToHexStringLower(SHA256.HashData(scenario));
}
