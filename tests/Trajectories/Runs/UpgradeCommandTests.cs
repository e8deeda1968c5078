using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>A run that is given another scenario on its way, and one that has none.</summary>
public sealed class UpgradeCommandTests : CommandTests
{
    [Fact]
    public async Task A_run_remembers_which_scenario_governed_which_of_its_events()
    {
        await RunAsync(5, "run", Refund, "--store", "runs.db");
        await UpgradedAsync();
        // The call that waited passes the gate of the new agent, under a new request.
        var (told, _) = await RunAsync(5, "resume", "refund_17", "--scenario", "upgraded.json");
        Assert.Contains("refund_17:1#9", told);
        await RunAsync(0, "approve", "refund_17:1#9", "--as", "bob");
        await RunAsync(0, "resume", "refund_17");

        var shown = await JsonAsync("show", "refund_17");
        Assert.Equal(("0", "9"), ($"{Commands.At(shown, "scenarios", "0", "from")}", $"{Commands.At(shown, "scenarios", "1", "from")}"));
        Assert.Equal((Hash(Refund), Hash(In("upgraded.json"))), (Text(shown, "scenarios", "0", "hash"), Text(shown, "scenarios", "1", "hash")));
        Assert.Contains($"{Hash(Refund)} from event 0 on", (await RunAsync(0, "show", "refund_17")).Output);

        // Each event is decided once more by the agent that decided it.
        await RunAsync(0, "replay", "refund_17");
        await RunAsync(1, "replay", "refund_17", "--scenario", Refund);
        await RunAsync(1, "replay", "refund_17", "--scenario", "upgraded.json");
        // So it is in a run that begins as this one did, wherever it leaves it; and it goes on under the later one.
        foreach (var at in (string[])["3", "8", "10"])
        {
            await RunAsync(0, "fork", "refund_17", "--at", at, "--id", $"fork_{at}");
            await RunAsync(0, "replay", $"fork_{at}");
            await RunAsync(5, "resume", $"fork_{at}");
            await RunAsync(0, "replay", $"fork_{at}");
            Assert.Equal("2", Text(await JsonAsync("approvals"), "waiting", "0", "version"));
            await RunAsync(0, "cancel", $"fork_{at}");
        }
        await RunAsync(0, "verify");
        Damage("runs.db", $"DELETE FROM scenarios WHERE hash = x'{Hash(Refund)}'");
        Assert.Contains($"its scenario {Hash(Refund)} is lost", (await RunAsync(1, "verify", "refund_17")).Output);
    }

    [Fact]
    public async Task A_scenario_is_given_only_to_a_run_that_goes_on_with_it()
    {
        Answers("one");
        await RunAsync(5, "run", Refund, "one.json", "--store", "runs.db");
        await UpgradedAsync();
        Write("other.json", (await File.ReadAllTextAsync(In("one.json"))).Replace("yes", "no", StringComparison.Ordinal));
        await using (var store = SqliteStore.Open(In("runs.db")))
        {
            var lease = await store.AcquireAsync("refund_17", "somebody else", Journals.Hour);
            Assert.Contains("driven by somebody else", (await RunAsync(6, "resume", "refund_17", "--scenario", "upgraded.json")).Errors);
            await store.ReleaseAsync(lease);
        }
        Damage("runs.db", "UPDATE events SET text = replace(text, 'kettle', 'cattle') WHERE run_id = 'refund_17' AND sequence = 0");
        await RunAsync(2, "resume", "refund_17", "--scenario", "upgraded.json");
        await RunAsync(0, "resume", "one", "--scenario", "other.json");
        await using var kept = SqliteStore.Open(In("runs.db"));
        Assert.Equal((Hash(Refund), Hash(In("one.json"))),
            ((await kept.FindAsync("refund_17"))!.Scenario, (await kept.FindAsync("one"))!.Scenario));
    }

    [Fact]
    public async Task A_run_can_be_cancelled_without_a_scenario_and_once()
    {
        await RunAsync(5, "run", Refund, "--store", "runs.db");
        await RunAsync(0, "export", "--to", "out.jsonl");
        await RunAsync(0, "import", "out.jsonl", "--store", "other.db");
        Assert.Contains("cancelled", (await RunAsync(0, "cancel", "refund_17", "--store", "other.db")).Output);
        var events = (await JsonAsync("verify", "--store", "other.db"))["runs"];
        for (var i = 0; i < 2; i++)
            Assert.Contains("stopped already: cancelled", (await RunAsync(6, "cancel", "refund_17", "--store", "other.db")).Errors);
        Assert.Equal(events, (await JsonAsync("verify", "--store", "other.db"))["runs"]);
        // As if it had been cancelled with it.
        await RunAsync(0, "replay", "refund_17", "--scenario", Refund, "--store", "other.db");
    }

    private static string Hash(string file) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)));

    private async Task UpgradedAsync()
    {
        var (text, tool) = (await File.ReadAllTextAsync(Refund), "\"sideEffect\": \"write\",");
        Assert.Contains(tool, text);
        Write("upgraded.json", text.Replace(tool, tool + " \"version\": \"2\",", StringComparison.Ordinal));
    }
}
