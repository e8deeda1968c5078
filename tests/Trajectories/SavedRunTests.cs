using MiniRuntime.Core;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What <c>check</c> and <c>shrink</c> save, and where: a scenario that the core plays alone, in a new file.</summary>
public sealed class SavedRunTests : CommandTests
{
    private const string Broken = """
        "runId": "r", "goal": "g", "actor": "ann", "budget": { "maxSteps": 3 }, "policy": "permissive",
        "tools": [{ "name": "pay" }],
        "laws": [{ "name": "nobody_pays", "never": { "tool": "pay" } }, { "name": "it_ends_well", "ends": ["success"] }]
        """;

    // Would catch: a counterexample that cannot be read, that asks for what nobody needs, or that another budget ends before it is one.
    [Theory]
    [InlineData("\"model\": { \"provider\": \"openai\", \"name\": \"m\" }")]
    [InlineData("\"gateway\": {}")]
    [InlineData("\"decisions\": [{ \"kind\": \"answer\", \"text\": \"yes\" }]")]
    [InlineData("\"secrets\": { \"key\": { \"env\": \"NOBODY_SETS_THIS\", \"tools\": [\"pay\"] } }")]
    public async Task What_check_saves_run_plays_and_shrink_takes(string who)
    {
        Write("s.json", $"\uFEFF{{ {Broken}, {who} }}");
        await RunAsync(1, "check", "s.json", "--save", "it's saved.json", "--law", "nobody_pays");
        var (account, _) = await RunAsync(1, "run", "it's saved.json");
        Assert.Contains("law       FAIL nobody_pays", account);
        Assert.Contains("nobody_pays: 1 of 1 inputs are needed", (await RunAsync(0, "shrink", "it's saved.json")).Output);
    }

    // Would catch: a budget or a reviewer that only a gateway has by itself, and that is gone with it.
    [Fact]
    public async Task What_a_gateway_grants_is_granted_to_what_is_saved_of_it()
    {
        Write("s.json", """
            {
              "runId": "r", "goal": "g", "actor": "ann", "budget": { "maxSteps": 4 }, "gateway": {},
              "tools": [{ "name": "look", "sideEffect": "read" }, { "name": "pay" }],
              "policy": { "rules": [
                { "when": { "tool": "look" }, "then": "allow" }, { "when": { "tool": "pay" }, "then": "approval_required" }
              ] },
              "laws": [{ "name": "nothing_after_a_failure", "neverAfter": [{ "tool": "look", "label": "failed" }, { "tool": "pay" }] }]
            }
            """);
        await RunAsync(1, "check", "s.json", "--save", "saved.json");
        Assert.Contains("FAIL nothing_after_a_failure", (await RunAsync(1, "run", "saved.json")).Output);
        var (before, after) = (Play.Read(In("s.json")).Agent, Play.Read(In("saved.json")).Agent);
        Assert.Equal((before.Budget, before.Approvals), (after.Budget, after.Approvals));
    }

    // Would catch: tools of servers that nobody knows any more, and a server that is started to play what it did.
    [Fact]
    public async Task Tools_of_servers_stay_known()
    {
        var text = await File.ReadAllTextAsync(Repository.File("scenarios", "real", "files.json"));
        const string Law = """{ "name": "nobody_reads", "never": { "tool": "fs__read_text_file" } }, """;
        Write("s.json", text.Replace("\"laws\": [", "\"laws\": [" + Law, StringComparison.Ordinal)
            .Replace("\"node\"", "\"no-such-program\"", StringComparison.Ordinal));
        File.Copy(Repository.File("scenarios", "real", "files.json.tools.lock"), In("s.json.tools.lock"));
        await RunAsync(1, "check", "s.json", "--save", "saved.json", "--law", "nobody_reads");
        File.Delete(In("s.json.tools.lock"));
        Assert.Contains("FAIL nobody_reads", (await RunAsync(1, "run", "saved.json")).Output);
    }

    // Would catch: a file, or the scenario itself, that is gone for what takes its place; and a command that hangs on a pipe.
    [Theory]
    [InlineData("s.json")]
    [InlineData("hard.json")]
    [InlineData("dangling.json")]
    [InlineData("fifo")]
    [InlineData("old.json")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task What_is_there_already_is_not_replaced(string to)
    {
        Write("s.json", $"{{ {Broken}, \"decisions\": [{{ \"kind\": \"tool\", \"name\": \"pay\" }}] }}");
        Write("old.json", "old");
        File.CreateSymbolicLink(In("dangling.json"), "nowhere");
        foreach (var (program, arguments) in ((string, string[])[])[("ln", [In("s.json"), In("hard.json")]), ("mkfifo", [In("fifo")])])
            using (var made = System.Diagnostics.Process.Start(program, arguments)) await made.WaitForExitAsync();
        var (files, scenario) = (Files(), await File.ReadAllTextAsync(In("s.json")));
        foreach (var command in (string[][])[["check", "s.json", "--save"], ["shrink", "s.json", "--save"], ["run", "s.json", "--record"]])
        {
            var (output, errors) = await RunAsync(2, [.. command, to]);
            Assert.Equal("", output);
            Assert.Contains($"{to}: There is something of this name already, which {command[^1]} does not replace", errors);
        }
        Assert.Equal(files, Files());
        Assert.Equal((scenario, "old"), (await File.ReadAllTextAsync(In("s.json")), await File.ReadAllTextAsync(In("old.json"))));
    }

    // Would catch: bad input that is none, and half a file.
    [Fact]
    public async Task What_cannot_be_written_at_the_end_is_told_as_output_that_cannot()
    {
        if (!OperatingSystem.IsLinux()) return;
        Write("s.json", $"{{ {Broken}, \"decisions\": [{{ \"kind\": \"tool\", \"name\": \"pay\" }}] }}");
        // A folder that is there, and takes no file from anybody.
        foreach (var command in (string[][])[["check", "s.json", "--save"], ["shrink", "s.json", "--save"], ["run", "s.json", "--record"]])
        {
            var (output, errors) = await RunAsync(74, [.. command, "/proc/saved.json"]);
            Assert.Contains("FAIL nobody_pays", output);
            Assert.Contains("/proc/saved.json: It cannot be written", errors);
        }
    }

    // Would catch: a file in which nothing goes wrong, and one whose other evals go wrong in what is left.
    [Fact]
    public async Task An_eval_that_a_run_fails_is_saved_with_it_and_no_other()
    {
        Write("s.json", """
            {
              "runId": "r", "goal": "g", "budget": { "maxSteps": 3 }, "policy": "permissive",
              "tools": [{ "name": "look", "sideEffect": "read" }, { "name": "pay" }],
              "evals": [
                { "caseId": "looks", "expected": { "toolsCalled": ["look", "pay"] } },
                { "caseId": "pays_nothing", "expected": { "toolsNotCalled": ["pay"] } }
              ],
              "decisions": [{ "kind": "tool", "name": "look" }, { "kind": "tool", "name": "pay" }, { "kind": "answer", "text": "paid" }]
            }
            """);
        await RunAsync(0, "shrink", "s.json", "--save", "saved.json");
        var (output, _) = await RunAsync(1, "run", "saved.json");
        Assert.Contains("FAIL pays_nothing", output);
        Assert.DoesNotContain("looks", output);
        Assert.Contains("pays_nothing: 1 of 1 inputs are needed", (await RunAsync(0, "shrink", "saved.json", "--eval", "pays_nothing")).Output);
    }

    // Would catch: a run that breaks a law with an input as deep as can be, and a crash in its place.
    [Fact]
    public async Task What_is_too_deep_for_a_scenario_is_told()
    {
        var field = string.Concat(Enumerable.Repeat("/a", 62));
        Write("s.json", $$"""
            {
              "runId": "r", "goal": "g", "budget": { "maxSteps": 2 }, "tools": [{ "name": "pay" }],
              "policy": { "rules": [{ "when": { "input": { "{{field}}": { "equals": "x" } } }, "then": "allow" }] },
              "laws": [{ "name": "nobody_pays", "never": { "tool": "pay" } }]
            }
            """);
        var (output, errors) = await RunAsync(74, "check", "s.json", "--save", "saved.json");
        Assert.Contains("FAIL nobody_pays", output);
        Assert.Contains("saved.json: It was not written, since it could not be read again: $", errors);
        Assert.Equal(["s.json"], Files());
    }

    // Would catch: a saved run that one day goes another way, and nobody knows why.
    [Fact]
    public async Task Where_memory_expires_it_is_said()
    {
        Write("s.json", $$"""
            { {{Broken}}, "memory": [{ "id": "m", "scope": "task", "text": "t", "expires": "2999-01-02T03:04:05Z" }] }
            """);
        var (_, errors) = await RunAsync(1, "check", "s.json", "--save", "saved.json");
        Assert.Contains("(Of its memory some expires, first at 2999-01-02T03:04:05", errors);
    }

    // Would catch: a file of last week that looks like the run that breaks the law.
    [Fact]
    public async Task Nothing_is_saved_where_nothing_is_broken()
    {
        Answers("one");
        await RunAsync(0, "check", "one.json", "--save", "saved.json");
        Assert.Equal(["one.json"], Files());
    }
}
