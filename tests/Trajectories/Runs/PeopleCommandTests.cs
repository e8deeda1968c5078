using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What a person is asked, and told, where a run is not simply waiting for them.</summary>
public sealed class PeopleCommandTests : CommandTests
{
    // Would catch: a loser who hears who drives the run, and not that there is nothing left to answer.
    [Fact]
    public async Task Of_two_who_answer_at_once_the_second_hears_that_it_is_answered()
    {
        await RunAsync(5, "run", Refund, "--store", "runs.db");
        await using var store = SqliteStore.Open(In("runs.db"));
        var lease = await store.AcquireAsync("refund_17", "somebody else", Journals.Hour);
        var second = RunAsync(6, "approve", "refund_17:1#8", "--as", "bob");
        var agent = ScenarioReader.Parse(await File.ReadAllBytesAsync(Refund)).Value.Agent;
        var state = Agent.Fold(await store.ReadAsync("refund_17")).State!;
        var step = agent.Step(state, (PersonSaid)new Reject("refund_17:1#8", "cid", "no"), new Stamp(DateTimeOffset.UtcNow));
        await store.AppendAsync(lease, step.Events);
        Assert.Contains("Somebody else has answered", (await second).Errors);
        // What is still asked, and held, is said to be that.
        await RunAsync(5, "run", Another("other"), "--store", "runs.db");
        lease = await store.AcquireAsync("other", "somebody else", Journals.Hour);
        Assert.Contains("driven by somebody else", (await RunAsync(6, "approve", "other:1#8", "--as", "bob")).Errors);
    }

    // Would catch: a call in doubt that is not shown before somebody resumes its run, and cannot be settled until then.
    [Fact]
    public async Task A_call_that_a_process_died_over_is_shown_and_settled_at_once()
    {
        await DiedAsync("writes", "write", approvals: true);
        var (told, _) = await RunAsync(0, "approvals");
        Assert.Contains("whether pay happened", told);
        Assert.Contains("miniruntime resolve writes:0 --happened RESULT", told);
        Assert.Contains("miniruntime resolve writes:0 --abandon", (await RunAsync(0, "show", "writes")).Output);
        await RunAsync(6, "resolve", "writes:1", "--abandon");
        await RunAsync(0, "resolve", "writes:0", "--happened", "7", "--as", "bob");
        Assert.Equal("{\"waiting\":[]}", $"{await JsonAsync("approvals")}");
        Assert.Contains("stopped   success", (await RunAsync(0, "resume", "writes")).Output);
        Assert.Contains("bob resolves writes:0: happened", (await RunAsync(0, "show", "writes")).Output);
    }

    [Fact]
    public async Task Nobody_is_asked_about_a_call_that_is_executed_again_or_whose_run_asks_nobody()
    {
        await DiedAsync("reads", "read", approvals: true);
        await DiedAsync("off", "write", approvals: false);
        Assert.Equal("{\"waiting\":[]}", $"{await JsonAsync("approvals")}");
        foreach (var id in (string[])["reads", "reads:0"])
            Assert.Contains("executed again", (await RunAsync(6, "resolve", id, "--abandon")).Errors);
        Assert.Contains("stopped   success", (await RunAsync(0, "resume", "reads")).Output);

        // And not as long as the process lives.
        await using var store = SqliteStore.Open(In("runs.db"));
        await DiedAsync("lives", "write", approvals: true);
        await store.AcquireAsync("lives", "a process", Journals.Hour);
        Assert.Equal("{\"waiting\":[]}", $"{await JsonAsync("approvals")}");
        Assert.Contains("driven by a process", (await RunAsync(6, "resolve", "lives:0", "--abandon")).Errors);
    }

    [Fact]
    public async Task What_is_suggested_for_an_imported_run_can_be_done()
    {
        await RunAsync(5, "run", Refund, "--store", "runs.db");
        await RunAsync(0, "export", "--to", "out.jsonl");
        await RunAsync(0, "import", "out.jsonl", "--store", "other.db");
        const string Suggested = "miniruntime resume refund_17 --scenario FILE --store other.db";
        foreach (var command in (string[][])[["approvals"], ["show", "refund_17"]])
        {
            var (told, _) = await RunAsync(0, [.. command, "--store", "other.db"]);
            Assert.Contains(Suggested, told);
            Assert.DoesNotContain("miniruntime approve", told);
        }
        Assert.Contains("miniruntime resume forked --scenario FILE --store other.db",
            (await RunAsync(0, "fork", "refund_17", "--at", "2", "--id", "forked", "--store", "other.db")).Errors);
        // Two stores have one run, and one call id.
        Assert.Contains("under the same call ids",
            (await RunAsync(5, [.. Suggested.Replace("FILE", Refund, StringComparison.Ordinal).Split(' ')[1..]])).Errors);
        Assert.DoesNotContain("call ids", (await RunAsync(5, "resume", "refund_17", "--scenario", Refund, "--store", "other.db")).Errors);
        Assert.Contains("miniruntime approve refund_17:1#8", (await RunAsync(0, "approvals", "--store", "other.db")).Output);
    }

    // The journal that a process leaves which is killed while its first call is executed.
    private async Task DiedAsync(string runId, string sideEffect, bool approvals)
    {
        var bytes = Encoding.UTF8.GetBytes($$"""
            {
              "runId": "{{runId}}", "goal": "g", "actor": "ann", "approvals": {{(approvals ? "true" : "false")}}, "budget": { "maxSteps": 3 }, "policy": "permissive",
              "tools": [{ "name": "pay", "description": "Pays.", "sideEffect": "{{sideEffect}}", "result": { "status": "ok" } }],
              "decisions": [{ "kind": "tool", "name": "pay" }, { "kind": "answer", "text": "Paid." }]
            }
            """);
        var scenario = ScenarioReader.Parse(bytes).Value;
        var (state, started) = scenario.Agent.Start(scenario.Run, new Stamp(DateTimeOffset.UtcNow));
        var step = scenario.Agent.Step(state, new CallTool("pay", Json.Object.Empty), new Stamp(DateTimeOffset.UtcNow));
        Assert.NotNull(step.State.Phase.Executing);
        await using var store = SqliteStore.Open(In("runs.db"));
        var lease = await store.AcquireAsync(runId, "died", Journals.Hour);
        await store.AppendAsync(lease, [.. started.Select(static effect => effect.Record?.Event).OfType<TraceEvent>(), .. step.Events], bytes);
        await store.ReleaseAsync(lease);
    }

    private string Another(string runId)
    {
        Write($"{runId}.json", File.ReadAllText(Refund).Replace("\"refund_17\"", $"\"{runId}\"", StringComparison.Ordinal));
        return $"{runId}.json";
    }
}
