using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>An approval that nobody gave in time.</summary>
public sealed class ExpiredApprovalTests : CommandTests
{
    // Would catch: an answer that is said to be recorded, and by which the call is refused.
    [Fact]
    public async Task Who_answers_too_late_is_told_so_and_nothing_is_recorded()
    {
        await WaitedAsync(TimeSpan.FromDays(8));
        var before = $"{await JsonAsync("show", "refund_17")}";
        Write("less.json", "{ \"order\": \"A-17\", \"amount\": 20 }");
        foreach (var answer in (string[][])
        [
            ["approve", "refund_17:1#8", "--as", "bob"], ["approve", "refund_17:1#8", "--as", "bob", "--input", "less.json"],
            ["reject", "refund_17:1#8", "--as", "bob", "--reason", "no"],
        ])
            Assert.Matches("It expired at 20..-..-..T..:..:..Z, and nothing was recorded", (await RunAsync(6, answer)).Errors);
        Assert.Equal(before, $"{await JsonAsync("show", "refund_17")}");

        // The time itself refuses the call, once the run goes on.
        Assert.Contains("expired   refund_17:1#8: approval_expired", (await RunAsync(1, "resume", "refund_17")).Output);
        var (shown, _) = await RunAsync(0, "show", "refund_17");
        Assert.Contains("expired   refund_17:1#8: approval_expired", shown);
        Assert.DoesNotContain("ran       refund", shown);
    }

    [Fact]
    public async Task What_expired_is_not_listed_like_what_can_be_answered()
    {
        await WaitedAsync(TimeSpan.FromDays(8));
        foreach (var command in (string[][])[["approvals"], ["show", "refund_17"]])
        {
            var (told, _) = await RunAsync(0, command);
            Assert.Contains("expired   for approval of refund: approval_expired", told);
            Assert.Contains("miniruntime resume refund_17", told);
            Assert.DoesNotContain("miniruntime approve", told);
        }
        Assert.Equal("true", $"{Commands.At(await JsonAsync("approvals"), "waiting", "0", "expired")}");
        await RunAsync(0, "delete", "refund_17", "--force");

        await WaitedAsync(TimeSpan.FromDays(6), "open");
        Assert.Equal("false", $"{Commands.At(await JsonAsync("approvals"), "waiting", "0", "expired")}");
        Assert.Contains("miniruntime approve open:1#8", (await RunAsync(0, "approvals")).Output);
    }

    // It asked so long ago.
    private async Task WaitedAsync(TimeSpan ago, string runId = "refund_17")
    {
        var text = await File.ReadAllTextAsync(Refund);
        var bytes = System.Text.Encoding.UTF8.GetBytes(text.Replace("refund_17", runId, StringComparison.Ordinal));
        var scenario = ScenarioReader.Parse(bytes).Value;
        await using var store = SqliteStore.Open(In("runs.db"));
        var waiting = await new AgentRuntime(scenario.Agent, new ScriptedModel(scenario.Script), scenario.Toolbox(), store,
            new RuntimeOptions { Scenario = bytes, Clock = new AheadClock(-ago) }).RunAsync(scenario.Run);
        Assert.NotNull(waiting.Phase.AwaitingApproval);
    }
}
