using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using MiniRuntime.Cli;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>A run that somebody gives another scenario after a process has read which one it has, and before it holds the run.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OtherScenarioTests : CommandTests
{
    private static readonly Agent _agent = new([new Tool("pay", "", SideEffect.Write)], new Budget(3), approvals: Approvals.On);

    // Would catch: a policy that was mended in the meantime, and is not applied.
    [Fact]
    public async Task A_run_is_neither_driven_nor_told_anything_under_a_scenario_that_it_no_longer_has()
    {
        var (store, earlier, later) = (new InMemoryStore(), "earlier"u8.ToArray(), "later"u8.ToArray());
        var waiting = await Runtime(store, new RuntimeOptions { Scenario = earlier }).RunAsync(new Run("r", "", actor: "ann"));
        var ask = _agent.Pending(waiting)!.AskApproval!;
        var lease = await store.AcquireAsync("r", "somebody else", Journals.Hour);
        await store.GiveScenarioAsync(lease, later);
        await store.ReleaseAsync(lease);
        var (before, old) = (await store.ReadAsync("r"), Runtime(store, Requires(earlier)));
        Func<Task>[] tries =
        [
            () => old.ResumeAsync("r"), () => old.TellAsync("r", (PersonSaid)new Approve(ask.Request.Id, ask.Request.Hash, "bob")),
            () => old.CancelAsync("r"),
        ];
        foreach (var tried in tries)
        {
            var refused = await Assert.ThrowsAsync<JournalConflictException>(tried);
            Assert.Contains("Run r: somebody gave it another scenario", refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, await store.ReadAsync("r"));
        // Nobody holds it, and it is told under the one that it has.
        Assert.NotNull((await Runtime(store, Requires(later)).TellAsync("r", new Cancel())).State.Stopped);
    }

    // Would catch: a person who answers a question that was put under an earlier policy, and a run that then goes on under that.
    [Fact]
    public async Task A_prompt_that_stood_open_meanwhile_leaves_the_run_alone()
    {
        Write("mended.json", Mended());
        using var terminal = Terminals.Start(Folder, $"run '{Refund}' --store runs.db --as bob");
        await Terminals.ShownAsync(terminal, "reject");
        await RunAsync(5, "resume", "refund_17", "--scenario", "mended.json");
        var asked = (await JsonAsync("approvals"))["waiting"];
        await terminal.StandardInput.WriteAsync(Terminals.Down + "\r");
        Assert.Contains("another scenario", await Terminals.ShownAsync(terminal, "try again"));
        await terminal.WaitForExitAsync();
        Assert.Equal(6, terminal.ExitCode);
        Assert.Equal(asked, (await JsonAsync("approvals"))["waiting"]);
        await RunAsync(0, "replay", "refund_17");
    }

    // Would catch: the same in a command that waits for whoever writes to the store.
    [Fact]
    public async Task A_command_drives_a_run_with_the_scenario_that_it_has_read_or_not_at_all()
    {
        await RunAsync(5, "run", Refund, "--store", "runs.db");
        await using var kept = SqliteStore.Open(In("runs.db"));
        var store = new OpenStore(In("runs.db"), kept);
        var run = await StoredRun.OfAsync(store, "refund_17");
        var scenario = await run.ScenarioAsync(store);
        await store.HoldAsync("refund_17", lease => kept.GiveScenarioAsync(lease, Encoding.UTF8.GetBytes(Mended())));
        await using var servers = ScenarioRun.Servers(scenario);
        await Assert.ThrowsAsync<JournalConflictException>(() => run.Runtime(scenario, servers, store).ResumeAsync("refund_17"));
        var again = await StoredRun.OfAsync(store, "refund_17");
        scenario = await again.ScenarioAsync(store);
        var state = await again.Runtime(scenario, servers, store).ResumeAsync("refund_17");
        Assert.Equal("2", state.Phase.AwaitingApproval?.Call.Tool.Version);
    }

    private static string Mended() =>
        File.ReadAllText(Refund).Replace("\"write\",", "\"write\", \"version\": \"2\",", StringComparison.Ordinal);

    private static AgentRuntime Runtime(IRunStore store, RuntimeOptions options) => new(_agent,
        new ScriptedModel([ModelReply.Proposed(new CallTool("pay", Json.Object.Empty))]),
        Toolbox.Empty.Bind("pay", static (_, _) => throw new InvalidOperationException("Nobody has approved it.")), store, options);

    private static RuntimeOptions Requires(byte[] scenario) =>
        new() { RequiredScenario = Convert.ToHexStringLower(SHA256.HashData(scenario)) };
}
