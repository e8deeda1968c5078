using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary><c>check</c> and <c>shrink</c>, run as a process: what they find, what they save, and with which exit code.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("miniruntime-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("publish-hole.json", "nothing_untrusted_is_published", "read_inbox,share_draft")]
    [InlineData("refund-hole.json", "one_refund_a_run", "refund,refund")]
    public async Task A_shipped_hole_is_found_with_the_shortest_run_and_a_saved_one_can_be_played(string file, string law, string calls)
    {
        var saved = Path.Combine(_folder, "saved.json");
        var (code, output, errors) = await RunAsync("check", Shipped(file), "--json", "--save", saved);
        Assert.Equal(1, code);
        Assert.Contains(saved, errors);
        var verdicts = Items(At(Document(output), "laws"));
        var broken = Assert.Single(verdicts, verdict => Text(At(verdict, "status")) == "fail");
        Assert.Equal(law, Text(At(broken, "law")));
        // Two proposals, and the result of the first: nothing shorter executes two calls.
        Assert.Equal(["decision", "tool_result", "decision"], Items(At(broken, "counterexample", "inputs")).Select(input => Text(At(input, "type"))));

        var scenario = Play.Read(saved);
        Assert.Equal(calls, string.Join(',', Trajectory.Of(ScriptedInput.Play(scenario.Agent, scenario.Run, scenario.Inputs!,
            DateTimeOffset.UnixEpoch).SelectMany(static step => step.Events)).ToolsCalled));
        var (played, account, _) = await RunAsync("run", saved);
        Assert.Equal(1, played);
        Assert.Contains($"law       FAIL {law}", account);
    }

    [Theory]
    [InlineData("publish-fixed.json")]
    [InlineData("refund-fixed.json")]
    public async Task A_mended_policy_is_proved(string file)
    {
        var (code, output, _) = await RunAsync("check", Shipped(file));
        Assert.Equal(0, code);
        Assert.Contains("  closed    nothing new to find after", output);
        Assert.Contains("so the verdicts hold for runs of any length", output);
        Assert.DoesNotContain("FAIL", output);
    }

    [Fact]
    public async Task Every_shipped_scenario_closes_at_the_default_depth()
    {
        foreach (var file in Directory.GetFiles(Repository.File("scenarios"), "*.json", SearchOption.AllDirectories))
        {
            var (code, output, _) = await RunAsync("check", file, "--json");
            Assert.True(code is 0 or 1, file);
            Assert.Equal((Json)true, At(Document(output), "closed"));
        }
    }

    [Fact]
    public async Task A_readable_report_shows_the_alphabet_and_the_run_that_breaks_the_law()
    {
        var (_, output, _) = await RunAsync("check", Shipped("refund-hole.json"), "--law", "one_refund_a_run");
        Assert.Contains("  call      refund {\"amount\":100,\"order\":4711}", output);
        Assert.Contains("  call      refund {\"amount\":101,\"order\":4711}", output);
        Assert.Contains("  results   ok, refused, error, lost, a crash", output);
        Assert.Contains("  not       nobody cancels the run from outside", output);
        Assert.Contains("law       FAIL one_refund_a_run\n          small refunds add up: refund", output);
        Assert.Contains("the shortest run that breaks it (3 inputs, one proposal at a time):\nrefund_hole: Settle the complaint about order 4711\nstep 0\n", output);
        Assert.DoesNotContain("large_refunds_are_approved", output);
    }

    [Fact]
    public async Task A_depth_that_is_exhausted_and_a_limit_that_comes_first_are_told_apart()
    {
        var (exhausted, first, _) = await RunAsync("check", Shipped("publish-fixed.json"), "--json", "--depth", "2");
        Assert.Equal((0, "depth_exhausted", (Json)false), (exhausted, Text(At(Document(first), "coverage")), At(Document(first), "closed")));
        var (limited, second, _) = await RunAsync("check", Shipped("publish-fixed.json"), "--json", "--max-states", "100");
        Assert.Equal((4, "stopped", "100 states"), (limited, Text(At(Document(second), "coverage")), Text(At(Document(second), "limit"))));
        Assert.All(Items(At(Document(second), "laws")), verdict => Assert.Equal("unknown", Text(At(verdict, "status"))));
    }

    [Theory]
    [InlineData("$.laws[0]: The field 'of' is missing", """{ "laws": [{ "name": "l", "atMost": 1 }], """)]
    [InlineData("There is no law 'x'; there is none.", "{ ", "--law", "x")]
    [InlineData("name another file", "{ ", "--save", "s.json")]
    [InlineData("The folder does not exist", "{ ", "--save", "no/such/folder.json")]
    [InlineData("--depth takes a whole number from 0", "{ ", "--depth", "-1")]
    public async Task Bad_input_is_refused_before_anything_is_explored(string message, string start, params string[] options)
    {
        var file = Write("s.json", start + """ "runId": "r", "goal": "g", "budget": { "maxSteps": 1 } }""");
        var (code, output, errors) = await RunAsync(["check", file, .. options.Select(option => option.EndsWith(".json", StringComparison.Ordinal)
            ? Path.Combine(_folder, option)
            : option)]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, errors);
        Assert.DoesNotContain("   at ", errors);
    }

    [Fact]
    public async Task Shrink_leaves_what_is_needed_and_saves_it()
    {
        var file = Write("long.json", """
            {
              "runId": "r", "goal": "g", "policy": "permissive", "budget": { "maxSteps": 9, "maxRefusals": 1, "maxInvalidDecisions": 1 },
              "tools": [
                { "name": "look", "sideEffect": "read", "labels": ["untrusted"] }, { "name": "note", "sideEffect": "draft" }, { "name": "pay" }
              ],
              "decisions": [
                { "kind": "tool", "name": "note" }, { "kind": "invalid_decision", "reason": "no JSON" }, { "kind": "tool", "name": "look" },
                { "kind": "tool", "name": "ghost" }, { "kind": "tool", "name": "note" }, { "kind": "tool", "name": "pay" },
                { "kind": "answer", "text": "done" }
              ],
              "evals": [{ "caseId": "no_pay", "expected": { "toolsNotCalled": ["pay"] } }],
              "laws": [{ "name": "no_write_after_reading", "neverAfter": [{ "label": "untrusted" }, { "sideEffect": "write" }] }]
            }
            """);
        var saved = Path.Combine(_folder, "short.json");
        var (code, output, _) = await RunAsync("shrink", file, "--law", "no_write_after_reading", "--save", saved, "--json");
        Assert.Equal(0, code);
        Assert.Equal(["look", null, "pay"], Items(At(Document(output), "inputs")).Select(input => ((Json.Object)input)["name"]).Select(name => name is null ? null : Text(name)));
        var (played, account, _) = await RunAsync("run", saved);
        Assert.Equal(1, played);
        Assert.Contains("law       FAIL no_write_after_reading", account);

        // What is saved is shrunk already; an eval that fails goes on failing for the same reason.
        var (_, again, _) = await RunAsync("shrink", saved);
        Assert.Contains("shrunk    no_write_after_reading: 3 of 3 inputs are needed", again);
        var (_, eval, _) = await RunAsync("shrink", file, "--eval", "no_pay");
        Assert.Contains("shrunk    no_pay: 1 of ", eval);
    }

    [Fact]
    public async Task Shrink_says_when_there_is_nothing_to_shrink()
    {
        var (code, _, errors) = await RunAsync("shrink", Shipped("publish-hole.json"));
        Assert.Equal(2, code);
        Assert.Contains("The run breaks no law and fails no eval; there is nothing to shrink.", errors);
        var (unknown, _, said) = await RunAsync("shrink", Shipped("publish-hole.json"), "--law", "x");
        Assert.Equal(2, unknown);
        Assert.Contains("There is no law 'x'.", said);
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    private static string Shipped(string file) => Repository.File("scenarios", "check", file);

    private static Json Document(string output) => StrictJson.Parse(Encoding.UTF8.GetBytes(output), JsonSource.Wire).Value;

    private static Json At(Json value, params string[] path) => path.Aggregate(value, static (at, field) => ((Json.Object)at)[field]!);

    private static Seq<Json> Items(Json value) => ((Json.Array)value).Items;

    private static string Text(Json value) => ((Json.String)value).Value;

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        DotnetProcess.RunAsync(Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), arguments);
}
