using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What the commands about a store tell: exit codes, fields, commands to copy.</summary>
public sealed class StoreOutputTests : CommandTests
{
    [Fact]
    public async Task Of_several_runs_the_worst_says_the_exit_code_and_none_keeps_another_from_going_on()
    {
        Answers("one");
        Write("fails.json", """
            {
              "runId": "fails", "goal": "g", "budget": { "maxSteps": 1 }, "decisions": [{ "kind": "answer", "text": "yes" }],
              "evals": [{ "caseId": "never", "expected": { "stopReason": "blocked" } }]
            }
            """);
        Write("stops.json", """{ "runId": "stops", "goal": "g", "budget": { "maxSteps": 1 }, "decisions": [{ "kind": "answer", "text": "" }] }""");
        await RunAsync(3, "run", "one.json", "stops.json", Refund, "--store", "a.db");
        await RunAsync(1, "run", "one.json", "stops.json", "fails.json", Refund, "--store", "b.db");
        // A name that is taken.
        var (told, errors) = await RunAsync(6, "run", "one.json", "--store", "a.db");
        Assert.Contains("there is a run of this name", errors);
        Answers("two");
        (told, _) = await RunAsync(5, "run", "one.json", "two.json", Write2("another"), "--store", "a.db");
        Assert.Contains("two: g", told);

        // Waiting; beside one that somebody else drives; beside one without a scenario.
        await RunAsync(5, "resume", "--all", "--store", "a.db");
        await RunAsync(0, "cancel", "another", "--store", "a.db");
        await using (var store = SqliteStore.Open(In("a.db")))
        {
            var lease = await store.AcquireAsync("refund_17", "somebody else", Journals.Hour);
            Assert.Contains("somebody else", (await RunAsync(6, "resume", "--all", "--store", "a.db")).Errors);
            await store.ReleaseAsync(lease);
        }
        await RunAsync(0, "export", "refund_17", "--to", "out.jsonl", "--store", "a.db");
        await RunAsync(0, "import", "out.jsonl", "--store", "c.db");
        await RunAsync(2, "resume", "--all", "--store", "c.db");
        await RunAsync(0, "cancel", "refund_17", "--store", "c.db");
        await RunAsync(0, "resume", "--all", "--store", "c.db");
    }

    [Fact]
    public async Task What_is_absent_is_null_and_not_left_out()
    {
        Answers("one");
        await RunAsync(5, "run", "one.json", Refund, "--store", "runs.db");
        var runs = await JsonAsync("runs");
        string[] fields =
            ["changed", "created", "drivenBy", "events", "fault", "goal", "head", "phase", "runId", "scenario", "spent", "stopReason"];
        for (var i = 0; i < 2; i++)
            Assert.Equal(fields, ((Json.Object)Commands.At(runs, "runs", $"{i}")!).Fields.Select(static field => field.Name));
        foreach (var (document, path) in new (Json, string[])[]
        {
            (runs, ["runs", "1", "stopReason"]), (runs, ["runs", "0", "drivenBy"]), (await JsonAsync("show", "one"), ["waiting"]),
            (await JsonAsync("verify"), ["runs", "0", "fault"]), (await JsonAsync("replay", "one"), ["difference"]),
            (await JsonAsync("replay", "one"), ["otherAgent"]), (await JsonAsync("resume", "one"), ["waiting"]),
            (await JsonAsync("run", "one.json"), ["waiting"]),
        })
            Assert.Equal(Json.None, Commands.At(document, path));
    }

    [Theory]
    [InlineData("a b.db", "'a b.db'")]
    [InlineData("it's $(x).db", "'it'\\''s $(x).db'")]
    [InlineData("plain-1.db", "plain-1.db")]
    [InlineData("a\tb.db", "$'a\\x09b.db'")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Commands_that_are_suggested_can_be_copied(string store, string word)
    {
        await RunAsync(5, "run", Refund, "--store", store);
        var (told, _) = await RunAsync(0, "approvals", "--store", store);
        var suggested = told.Split('\n').Single(static line => line.Contains("miniruntime approve ", StringComparison.Ordinal)).Trim();
        Assert.Equal($"miniruntime approve refund_17:1#8 --as NAME --store {word}", suggested);
        // A shell takes it for what was meant.
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("bash",
            ["-c", $"miniruntime() {{ printf %s \"${{@: -1}}\"; }}; {suggested}"]) { RedirectStandardOutput = true })!;
        Assert.Equal(store, await shell.StandardOutput.ReadToEndAsync());
        await shell.WaitForExitAsync();
        Assert.Contains($"miniruntime runs --store {word}", (await RunAsync(2, "show", "nope", "--store", store)).Errors);
    }

    [Fact]
    public async Task Durability_is_the_users_choice()
    {
        Answers("one");
        await RunAsync(0, "run", "one.json", "--store", "runs.db", "--durability", "normal");
        await RunAsync(5, "run", Refund, "--store", "runs.db", "--durability", "full");
        await RunAsync(5, "resume", "refund_17", "--durability", "normal");
        Assert.Contains("normal", (await RunAsync(2, "resume", "refund_17", "--durability", "none")).Errors);
        Assert.Contains("--store", (await RunAsync(2, "run", "one.json", "--durability", "normal")).Errors);
        await RunAsync(0, "verify");
    }

    // The same as the one that waits, under another name.
    private string Write2(string runId)
    {
        Write($"{runId}.json", File.ReadAllText(Refund).Replace("\"refund_17\"", $"\"{runId}\"", StringComparison.Ordinal));
        return $"{runId}.json";
    }
}
