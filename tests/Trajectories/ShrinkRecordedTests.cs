using MiniRuntime.Core;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary><c>shrink</c> of runs that are on record: in a store, or in a journal that was exported.</summary>
public sealed class ShrinkRecordedTests : CommandTests
{
    private const string Law = """
        "laws": [{ "name": "nobody_pays_after_reading", "neverAfter": [{ "label": "untrusted" }, { "tool": "pay" }] }]
        """;

    // Approvals in it, and what has nothing to do with what goes wrong.
    private static string Scenario(string laws = Law) => $$"""
        {
          "runId": "r", "goal": "g", "actor": "ann", "approvals": true, "budget": { "maxSteps": 9 },
          "tools": [
            { "name": "look", "sideEffect": "read", "labels": ["untrusted"] }, { "name": "note", "sideEffect": "draft" }, { "name": "pay" }
          ],
          "policy": { "rules": [
            { "when": { "sideEffect": "write" }, "then": "approval_required" }, { "when": { "sideEffect": "read" }, "then": "allow" },
            { "when": { "sideEffect": "draft" }, "then": "allow" }
          ] },
          "decisions": [
            { "kind": "tool", "name": "note" }, { "kind": "tool", "name": "look" }, { "kind": "tool", "name": "note" },
            { "kind": "tool", "name": "pay" }, { "kind": "answer", "text": "done" }
          ],
          {{laws}}
        }
        """;

    [Fact]
    public async Task A_run_of_a_store_is_shrunk_with_the_scenario_that_it_was_driven_with()
    {
        await RecordAsync();
        var shrunk = await JsonAsync("shrink", "r", "--store", "runs.db", "--law", "nobody_pays_after_reading", "--save", "short.json");
        Assert.Equal(["decision", "tool_result", "decision", "person_said"],
            ((Json.Array)shrunk["inputs"]!).Items.Select(static input => Text(input, "type")));
        Assert.Contains("FAIL nobody_pays_after_reading", (await RunAsync(1, "run", "short.json")).Output);
        Assert.Contains("There is no run 'x' in runs.db", (await RunAsync(2, "shrink", "x", "--store", "runs.db")).Errors);
        Assert.Contains("There is no law 'x'", (await RunAsync(2, "shrink", "r", "--store", "runs.db", "--law", "x")).Errors);
    }

    // Would catch: a run that was imported, or judged by laws that were thought of later, and cannot be shrunk.
    [Fact]
    public async Task A_journal_that_was_exported_is_shrunk_with_the_scenario_that_is_named()
    {
        await RecordAsync();
        Answers("one");
        await RunAsync(0, "run", "one.json", "--store", "runs.db");
        await RunAsync(0, "export", "r", "--to", "r.jsonl");
        await RunAsync(0, "export", "--to", "all.jsonl");
        Write("later.json", Scenario("\"laws\": [{ \"name\": \"nobody_notes\", \"never\": { \"tool\": \"note\" } }]"));
        Assert.Contains("nobody_pays_after_reading: 4 of ", (await RunAsync(0, "shrink", "r.jsonl", "--scenario", "s.json")).Output);
        Assert.Contains("nobody_notes: 1 of ", (await RunAsync(0, "shrink", "r.jsonl", "--scenario", "later.json")).Output);
        Assert.Contains("nobody_notes: 1 of ", (await RunAsync(0, "shrink", "r", "--store", "runs.db", "--scenario", "later.json")).Output);
        Assert.Contains("It holds 2 runs", (await RunAsync(2, "shrink", "all.jsonl", "--scenario", "s.json")).Errors);
        Assert.Contains("no line of an exported journal", (await RunAsync(2, "shrink", "s.json", "--scenario", "s.json")).Errors);
        Assert.Contains("--scenario FILE", (await RunAsync(2, "shrink", "r.jsonl")).Errors);
    }

    // Would catch: "nothing to shrink", of a run that went wrong for all to see.
    [Fact]
    public async Task A_run_that_another_policy_let_go_wrong_is_said_to_be_one()
    {
        await RecordAsync();
        Write("stricter.json", Scenario().Replace("\"draft\" }, \"then\": \"allow\"", "\"draft\" }, \"then\": \"deny\"",
            StringComparison.Ordinal));
        Assert.Contains("What is on record goes wrong (nobody_pays_after_reading), and does not where its inputs are played",
            (await RunAsync(2, "shrink", "r", "--store", "runs.db", "--scenario", "stricter.json")).Errors);
    }

    // Would catch: a model that is asked, and paid, for a run that nobody meant.
    [Theory]
    [InlineData("\"model\": { \"provider\": \"openai\", \"name\": \"m\", \"endpoint\": \"http://127.0.0.1:9/v1\" }", "a model", "run")]
    [InlineData("\"gateway\": {}", "a client", "gateway")]
    public async Task What_would_ask_anew_is_refused_with_what_to_do_instead(string who, string asked, string command)
    {
        Write("s.json", $$"""
            { "runId": "r", "goal": "g", "actor": "ann", "budget": { "maxSteps": 1 }, {{who}}, {{Law}}, "tools": [{ "name": "pay" }] }
            """);
        var (_, errors) = await RunAsync(2, "shrink", "s.json");
        Assert.Contains($"s.json: It has {asked}, which would be asked anew.", errors);
        Assert.Contains($"'miniruntime {command} s.json --store runs.db', then 'miniruntime shrink ID --store runs.db'", errors);
    }

    private async Task RecordAsync()
    {
        Write("s.json", Scenario());
        await RunAsync(5, "run", "s.json", "--store", "runs.db");
        await RunAsync(0, "approve", Text(await JsonAsync("show", "r"), "waiting", "id"), "--as", "bob");
        // The law is judged once the run has stopped.
        await RunAsync(1, "resume", "r");
    }
}
