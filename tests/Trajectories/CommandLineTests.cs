using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The command line, run as a process: what it prints, where, and with which exit code.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("miniruntime-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_gives_a_readable_account_of_the_demo()
    {
        var (code, output, errors) = await RunAsync("run", Shipped("policy-read.json"));
        Assert.Equal("", errors);
        Assert.Equal(0, code);
        Assert.Equal(
            """
            demo_001: May a customer return an opened item after 20 days?
            step 0
              context   tools lookup_policy, send_message; memory mem_task, mem_project; left out mem_user (out_of_scope)
              proposed  call lookup_policy {"topic":"returns"}
              policy    lookup_policy (read): allow
              ran       lookup_policy: ok {"text":"Opened items can be returned within 30 days for store credit.","topic":"returns"}
            step 1
              context   tools lookup_policy, send_message; memory mem_task, mem_project; left out mem_user (out_of_scope)
              proposed  answer: Yes, for store credit: opened items can be returned within 30 days (returns policy).
            stopped   success after 2 steps
            eval      pass looks_up_before_answering
            """, output.TrimEnd());
    }

    [Fact]
    public async Task Run_with_json_gives_one_document_whose_trace_is_the_control_boundary()
    {
        var (code, output, errors) = await RunAsync("run", Shipped("policy-read.json"), "--json");
        Assert.Equal((0, ""), (code, errors));
        var document = Documents(output).Single();
        var types = ((Json.Array)At(document, "result", "trace")).Items.Select(static traced => Text(At(traced, "type")));
        Assert.Equal(
            ["context_built", "decision", "policy_decision", "tool_result", "context_built", "decision", "stop"],
            types.Where(static type => type is not ("run_started" or "call_authorized")));
        Assert.Equal("success", Text(At(document, "result", "state", "stopReason")));
        Assert.Equal("pass", Text(At(((Json.Array)At(document, "evaluations")).Items[0], "status")));
    }

    [Fact]
    public async Task Run_with_trace_prints_every_event_after_the_account()
    {
        var (code, output, _) = await RunAsync("run", Shipped("immediate-answer.json"), "--trace");
        Assert.Equal(0, code);
        var lines = output.Split('\n').SkipWhile(static line => line != "trace").Skip(1).Where(static line => line.StartsWith("  {")).ToList();
        Assert.Equal(
            ["run_started", "context_built", "decision", "stop"],
            lines.Select(static line => Text(At(Documents(line).Single(), "type"))));
    }

    [Fact]
    public async Task Run_takes_a_folder_and_prints_one_line_each_in_ordinal_order()
    {
        Write("b.json", Minimal("run_b"));
        Write("B.json", Minimal("run_B"));
        Write("a.json", Minimal("run_a"));
        Write("notes.txt", "not a scenario");
        var (code, output, errors) = await RunAsync("run", "--json", _folder, Path.Combine(_folder, "a.json"));
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(["run_B", "run_a", "run_b"], Documents(output).Select(static d => Text(At(d, "result", "state", "runId"))));
    }

    [Fact]
    public async Task A_failed_eval_exits_1_and_says_why()
    {
        var (code, output, _) = await RunAsync("run", Shipped("permissive-policy.json"));
        Assert.Equal(1, code);
        Assert.Contains("eval      FAIL only_drafts", output);
        Assert.Contains("forbidden tool was called: send_message", output);
    }

    [Fact]
    public async Task A_run_without_evals_that_does_not_succeed_exits_3()
    {
        Write("stop.json", """{ "runId": "r", "goal": "g", "budget": { "maxSteps": 1 } }""");
        var (code, output, _) = await RunAsync("run", Path.Combine(_folder, "stop.json"));
        Assert.Equal(3, code);
        Assert.Contains("stopped   blocked after 1 step, by the model", output);
    }

    [Fact]
    public async Task A_failed_eval_comes_before_a_run_that_did_not_succeed()
    {
        Write("a.json", """{ "runId": "r", "goal": "g", "budget": { "maxSteps": 1 } }""");
        Write("b.json", """
            { "runId": "s", "goal": "g", "budget": { "maxSteps": 1 }, "evals": [{ "caseId": "c", "expected": { "stopReason": "success" } }] }
            """);
        Assert.Equal(1, (await RunAsync("run", _folder)).Code);
    }

    [Fact]
    public async Task Bad_input_anywhere_exits_2_with_a_line_per_fault_and_runs_nothing()
    {
        Write("a.json", Minimal("fine"));
        Write("b.json", """
            {
              "runId": "not a name",
              "goal": 7,
              "budget": { "maxSteps": -1, "maxStep": 2 }
            }
            """);
        var (code, output, errors) = await RunAsync("run", _folder);
        Assert.Equal((2, ""), (code, output));
        var file = Path.Combine(_folder, "b.json");
        var lines = errors.TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Contains(lines, line => line.StartsWith($"{file}:2: $.runId: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"{file}:3: $.goal: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"{file}:4: $.budget.maxSteps: ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"{file}:4: $.budget.maxStep: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("missing.json")]
    [InlineData(".")]
    public async Task A_missing_file_or_an_empty_folder_is_bad_input(string name)
    {
        var (code, output, errors) = await RunAsync("run", Path.Combine(_folder, name));
        Assert.Equal((2, ""), (code, output));
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Contains(_folder, errors);
    }

    [Theory]
    [InlineData()]
    [InlineData("run")]
    [InlineData("fly")]
    [InlineData("run", "x.json", "--jsno")]
    public async Task A_command_line_that_makes_no_sense_exits_2_and_helps(params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("--help", errors);
    }

    [Fact]
    public async Task Nothing_from_a_file_acts_on_the_terminal()
    {
        const string Hostile = "\\u001b[2J\\u202eevil\\n\\u009b31m\\u200b";
        Write("h.json", $$"""
            {
              "runId": "hostile", "goal": "{{Hostile}}", "budget": { "maxSteps": 2 },
              "tools": [{ "name": "t", "description": "{{Hostile}}", "sideEffect": "read", "result": { "status": "error", "reason": "{{Hostile}}" } }],
              "memory": [{ "id": "{{Hostile}}", "scope": "task", "text": "{{Hostile}}" }],
              "decisions": [{ "kind": "tool", "name": "t", "input": { "{{Hostile}}": "{{Hostile}}" } }],
              "evals": [{ "caseId": "{{Hostile}}", "expected": { "stopReason": "success" } }]
            }
            """);
        Write("bad.json", $$"""{ "runId": "x", "goal": "g", "budget": { "maxSteps": 1 }, "{{Hostile}}": 1 }""");
        var file = Path.Combine(_folder, "h.json");
        foreach (var arguments in new[] { new[] { file }, [file, "--trace"], [file, "--json"], [Path.Combine(_folder, "bad.json")] })
        {
            var (_, output, errors) = await RunAsync(["run", .. arguments]);
            Assert.DoesNotContain(output + errors, static c => c is '\u001b' or '\u202e' or '\u009b' or '\u200b' or '\r');
            Assert.Contains("evil", output + errors);
        }
    }

    [Fact]
    public async Task A_run_that_waits_for_a_person_says_so_and_exits_3()
    {
        Write("w.json", """
            {
              "runId": "waits", "goal": "g", "actor": "ann", "approvals": true, "budget": { "maxSteps": 2 },
              "tools": [{ "name": "send", "description": "Sends.", "sideEffect": "write" }],
              "decisions": [{ "kind": "tool", "name": "send" }]
            }
            """);
        var (code, output, _) = await RunAsync("run", Path.Combine(_folder, "w.json"));
        Assert.Equal(3, code);
        Assert.Contains("for approval of send {} (write_tool_requires_approval), request waits:0#", output);
    }

    private static string Minimal(string runId) => $$"""
        // A comment, and a trailing comma, are fine.
        { "runId": "{{runId}}", "goal": "g", "budget": { "maxSteps": 1 }, "decisions": [{ "kind": "answer", "text": "yes" },], }
        """;

    private static string Shipped(string file) => Repository.File("scenarios", file);

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);

    private static IEnumerable<Json> Documents(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(
        static line => StrictJson.Parse(Encoding.UTF8.GetBytes(line), JsonSource.Wire).Value);

    private static Json At(Json value, params string[] path) => path.Aggregate(value, static (at, field) => ((Json.Object)at)[field]!);

    private static string Text(Json value) => ((Json.String)value).Value;

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        DotnetProcess.RunAsync(Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), arguments);
}
