using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The commands about runs in a store, each a process of its own, as people use them.</summary>
public sealed class StoreCommandTests : CommandTests
{
    [Fact]
    public async Task A_waiting_run_shows_the_exact_call_and_only_its_approval_lets_it_run()
    {
        await RunAsync(5, "run", Refund, "--store", "runs.db");
        var waiting = Commands.At(await JsonAsync("approvals"), "waiting", "0")!;
        Assert.Equal(("refund_17:1#8", "refund", "1", "{\"amount\":39.9,\"order\":\"A-17\"}", "ann"),
            (Text(waiting, "id"), Text(waiting, "tool"), Text(waiting, "version"), $"{Commands.At(waiting, "input")}", Text(waiting, "actor")));

        Assert.Contains("may not review their own", (await RunAsync(6, "approve", "refund_17:1#8", "--as", " Ann ")).Errors);
        Assert.Contains("refund_17:1#8", (await RunAsync(6, "approve", "refund_17:0#3", "--as", "bob")).Errors);
        Assert.Contains("not the one that was shown", (await RunAsync(6, "approve", "refund_17:1#8", "--as", "bob", "--hash", new string('0', 64))).Errors);
        await RunAsync(2, "approve", "refund_17:1#8");
        Assert.Contains("which call you saw", (await RunAsync(2, "approve", "refund_17", "--as", "bob")).Errors);

        // With an input that breaks the schema it is not told; with one that fits the call passes the gate again.
        await File.WriteAllTextAsync(In("much.json"), "{ \"order\": \"A-17\", \"amount\": 5000 }");
        await File.WriteAllTextAsync(In("less.json"), "{ \"order\": \"A-17\", \"amount\": 20 }");
        Assert.Contains("500", (await RunAsync(2, "approve", "refund_17:1#8", "--as", "bob", "--input", "much.json")).Errors);
        var edited = await RunAsync(0, "approve", "refund_17:1#8", "--as", "bob", "--input", "less.json");
        Assert.Contains("{\"amount\":20,\"order\":\"A-17\"}", edited.Output);
        await RunAsync(6, "approve", "refund_17:1#8", "--as", "bob");
        var anew = Commands.At(await JsonAsync("approvals"), "waiting", "0")!;
        Assert.Contains("which call you saw", (await RunAsync(2, "approve", "refund_17", "--as", "bob", "--hash", Text(anew, "hash"))).Errors);
        await RunAsync(0, "approve", Text(anew, "id"), "--as", "bob", "--hash", Text(anew, "hash"));

        Assert.Contains("ran       refund: ok", (await RunAsync(0, "resume", "refund_17")).Output);
        Assert.Equal("{\"waiting\":[]}", $"{await JsonAsync("approvals")}");
        Assert.Contains("with the input {\"amount\":20", (await RunAsync(0, "show", "refund_17")).Output);
        await RunAsync(0, "replay", "refund_17");
    }

    // Would catch: a law that is broken for good and told weeks later, when somebody has answered; and one that is not yet broken.
    [Fact]
    public async Task A_law_that_a_waiting_run_has_broken_is_told_at_once()
    {
        Write("s.json", """
            {
              "runId": "r", "goal": "g", "actor": "ann", "approvals": true, "budget": { "maxSteps": 5 },
              "tools": [{ "name": "look", "sideEffect": "read" }, { "name": "pay" }],
              "decisions": [{ "kind": "tool", "name": "look" }, { "kind": "tool", "name": "pay" }, { "kind": "answer", "text": "done" }],
              "evals": [{ "caseId": "pays", "expected": { "toolsCalled": ["look", "pay"] } }],
              "laws": [{ "name": "nobody_looks", "never": { "tool": "look" } }, { "name": "ends_badly", "ends": ["blocked"] }]
            }
            """);
        var (output, _) = await RunAsync(1, "run", "s.json", "--store", "runs.db");
        Assert.Contains("FAIL nobody_looks", output);
        Assert.Contains("miniruntime approve", output);
        Assert.DoesNotContain("ends_badly", output);
        var told = await JsonAsync("resume", "r");
        Assert.Equal("nobody_looks", Text(Commands.At(told, "evaluations", "0")!, "law"));
        Assert.Equal("approval", Text(Commands.At(told, "waiting")!, "kind"));
    }

    [Fact]
    public async Task A_question_is_answered_and_a_doubt_is_settled()
    {
        Write("asks.json", """
            {
              "runId": "asks", "goal": "g", "actor": "ann", "approvals": true, "budget": { "maxSteps": 5, "maxToolFailures": 1 }, "policy": "permissive",
              "tools": [{ "name": "pay", "description": "Pays.", "sideEffect": "write", "results": [{ "status": "lost", "reason": "cut" }, { "status": "ok", "data": 2 }] }],
              "decisions": [{ "kind": "ask_human", "question": "To whom?" }, { "kind": "tool", "name": "pay" }, { "kind": "tool", "name": "pay" }, { "kind": "answer", "text": "Paid." }],
              "evals": [{ "caseId": "twice", "expected": { "stopReason": "success", "toolsCalled": ["pay"] } }]
            }
            """);
        Assert.Contains("To whom?", (await RunAsync(5, "run", "asks.json", "--store", "runs.db")).Output);
        await RunAsync(6, "approve", "asks:0#3", "--as", "bob");
        await RunAsync(6, "resolve", "asks", "--abandon");
        await RunAsync(0, "answer", "asks", "Bob", "--label", "untrusted");
        Assert.Contains("whether pay happened", (await RunAsync(5, "resume", "asks")).Output);
        await RunAsync(5, "resume", "--all");
        await RunAsync(2, "resolve", "asks", "--happened", "not json");
        await RunAsync(2, "resolve", "asks", "--happened", "1", "--abandon");
        await RunAsync(0, "resolve", "asks:1", "--did-not-happen", "--as", "bob");
        var ended = Commands.At(await Commands.JsonAsync(Folder, "resume", "asks"), "result", "state")!;
        Assert.Equal(("success", "[\"untrusted\"]", "[\"pay\",\"pay\"]"),
            (Text(ended, "stopReason"), $"{Commands.At(ended, "labels")}", $"{Commands.At(ended, "toolsCalled")}"));
        Assert.Contains("stopped already: success", (await RunAsync(6, "cancel", "asks")).Errors);
    }

    [Fact]
    public async Task Runs_are_listed_filtered_followed_cancelled_and_deleted()
    {
        Write("one.json", """{ "runId": "one", "goal": "[red]g[/]\u001b[2J", "budget": { "maxSteps": 1 }, "decisions": [{ "kind": "answer", "text": "yes" }] }""");
        await RunAsync(5, "run", Refund, "one.json", "--store", "runs.db");
        var (table, _) = await RunAsync(0, "runs");
        Assert.Contains("stopped: success", table);
        Assert.Contains("awaiting_approval", table);
        Assert.Contains("[red]g[/]\\u001b[2J", table);
        Assert.Equal("one", Text((await JsonAsync("runs", "--phase", "success")), "runs", "0", "runId"));
        Assert.Equal("{\"runs\":[]}", $"{await JsonAsync("runs", "--id", "[a-z]*")}");

        var following = RunAsync(0, "show", "refund_17", "--follow");
        await RunAsync(0, "cancel", "refund_17");
        Assert.Contains("cancelled", (await following).Output);

        Assert.Contains("What remains", (await RunAsync(0, "delete", "refund_17")).Output);
        await RunAsync(2, "show", "refund_17");
        Assert.Contains("deleted", (await RunAsync(6, "run", Refund, "--store", "runs.db")).Errors);
        Assert.Contains("0 deleted", (await RunAsync(0, "delete", "--older-than", "1")).Output);
        Assert.Contains("1 deleted", (await RunAsync(0, "delete", "--older-than", "0")).Output);
    }

    [Fact]
    public async Task An_imported_run_is_looked_at_and_goes_on_only_with_a_scenario_from_here()
    {
        await RunAsync(5, "run", Refund, "--store", "runs.db");
        await RunAsync(0, "export", "--to", "out.jsonl");
        Assert.Equal((await RunAsync(0, "export", "refund_17")).Output, await File.ReadAllTextAsync(In("out.jsonl")));
        await RunAsync(0, "import", "out.jsonl", "--store", "other.db");
        await RunAsync(6, "import", "out.jsonl", "--store", "other.db");
        foreach (var command in (string[][])[["resume", "refund_17"], ["approve", "refund_17:1#8", "--as", "bob"], ["replay", "refund_17"]])
            Assert.Contains("--scenario", (await RunAsync(2, [.. command, "--store", "other.db"])).Errors);
        await RunAsync(0, "replay", "refund_17", "--scenario", Refund, "--store", "other.db");
        Assert.Contains("goal", (await RunAsync(2, "resume", "refund_17", "--scenario", Repository.File("scenarios", "policy-read.json"),
            "--store", "other.db")).Errors);
        await RunAsync(5, "resume", "refund_17", "--scenario", Refund, "--store", "other.db");
        await RunAsync(0, "reject", "refund_17", "--as", "bob", "--reason", "no", "--store", "other.db");

        var lines = await File.ReadAllLinesAsync(In("out.jsonl"));
        await File.WriteAllLinesAsync(In("changed.jsonl"), lines.Select(static line => line.Replace("39.9", "39.8", StringComparison.Ordinal)));
        await File.WriteAllTextAsync(In("cut.jsonl"), string.Join('\n', lines)[..^40]);
        foreach (var file in (string[])["changed.jsonl", "cut.jsonl", "nothing.jsonl", "runs.db"])
        {
            var (_, errors) = await RunAsync(2, "import", file, "--store", "third.db");
            Assert.StartsWith(file == "nothing.jsonl" ? "miniruntime: nothing.jsonl" : $"{file}:", errors);
        }
        // None was made for what was refused.
        Assert.Contains("no such store", (await RunAsync(2, "runs", "--store", "third.db")).Errors);
    }

    [Fact]
    public async Task Bad_input_is_told_and_nothing_is_made_of_it()
    {
        Write("inputs.json", """{ "runId": "i", "goal": "g", "budget": { "maxSteps": 1 }, "inputs": [] }""");
        foreach (var (code, arguments) in new (int, string[])[]
        {
            (2, ["runs"]), (2, ["runs", "--store", "."]), (2, ["runs", "--store", "inputs.json"]), (2, ["run", "inputs.json", "--store", "x.db"]),
            (2, ["show", "../x"]), (2, ["resume"]), (2, ["resume", "a", "--all"]), (2, ["resume", "--all", "--parallel", "0"]), (2, ["delete"]),
            (2, ["resume", "--all", "--parallel", "abc"]), (2, ["resume", "--all", "--parallel", "99999999999"]),
            (2, ["verify", "--head", "0"]), (2, ["verify", "a", "--head", "xyz"]), (2, ["fork", "a"]), (2, ["delete", "--older-than", "-1"]),
            (2, ["delete", "--older-than", "abc"]), (2, ["delete", "--older-than", "1.5"]), (2, ["delete", "--older-than", "999999999999"]),
            (2, ["delete", "--older-than", "1", "--older-than", "2"]), (2, ["fork", "a", "--at", "abc"]), (2, ["fork", "a", "--at", "0"]),
            (2, ["check", "inputs.json", "--depth", "abc"]), (2, ["check", "inputs.json", "--max-states", "-1"]),
            (2, ["check", "inputs.json", "--max-seconds", "99999999999"]), (2, ["check", "inputs.json", "--max-memory", "1e3"]),
            (2, ["check", "inputs.json", "--depth", ""]), (2, ["export", "--to", ""]),
        })
        {
            var (found, _, errors) = await Commands.RunAsync(Folder, arguments);
            Assert.Equal((string.Join(' ', arguments), code), (string.Join(' ', arguments), found));
            Assert.StartsWith("miniruntime: ", errors);
        }
        Assert.Equal(["inputs.json"], Directory.GetFiles(Folder).Select(Path.GetFileName));

        await RunAsync(5, "run", Refund, "--store", "runs.db");
        foreach (var id in (string[])["x'; DROP TABLE runs; --", "refund_17\u001b[2J", new string('a', 10_000), "refund_1*", "%"])
            Assert.DoesNotContain('\u001b', (await RunAsync(2, "show", id)).Errors);
        // Nobody's name, and nothing is recorded of it.
        foreach (var command in (string[][])[["approve", "refund_17:1#8"], ["reject", "refund_17", "--reason", "no"],
            ["answer", "refund_17", "x"], ["resolve", "refund_17", "--abandon"], ["resume", "refund_17"], ["run", Refund, "--store", "runs.db"]])
            Assert.Contains("--as is empty", (await RunAsync(2, [.. command, "--as", " "])).Errors);
        Assert.Contains("9 events", (await RunAsync(0, "verify", "refund_17")).Output);
        await RunAsync(0, "verify");
    }
}
