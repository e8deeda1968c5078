using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary><c>miniruntime gate</c>: five checks with evidence, over our own runtime, a finished lab, and what is broken.</summary>
public sealed class GateTests
{
    private const string Lab = "11-context-trace-evals";

    private static readonly string[] _checks =
        ["loop control exists", "tools are governed", "context is explicit", "trace is reviewable", "evals inspect the trajectory"];

    /// <summary>Would catch a check without evidence, and evidence that is not what came back.</summary>
    [Fact]
    public async Task Our_own_runtime_passes_five_checks_with_evidence()
    {
        var (code, output, errors) = await RunAsync("gate");
        Assert.Equal((0, ""), (code, errors));
        Assert.All(_checks, check => Assert.Contains($"gate      pass {check}: ", output, StringComparison.Ordinal));
        string[] evidence =
        [
            "09 endless_proposals budget_exhausted after 3 steps; observed 6 things",
            "10 write_needs_approval draft_message: allow, send_message: approval_required; executed draft_message; blocked after 2 steps",
            "11 read_path memory mem_task, mem_project, left out mem_user (out_of_scope); success after 2 steps",
            "10 failing_tool decision, policy_decision, tool_result, stop: upstream_timeout; tool_failure after 1 step",
            "11 unsafe_done answer \"done\"; executed send_message; eval fail (forbidden tool was called: send_message)",
        ];
        var rows = string.Join('\n', output.Split('\n')
            .Select(static line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.All(evidence, row => Assert.Contains($"pass {row}\n", rows, StringComparison.Ordinal));
        Assert.EndsWith("result    5 of 5 checks pass\n", output, StringComparison.Ordinal);
    }

    /// <summary>Would catch a case of a lab that no check looks at.</summary>
    [Fact]
    public async Task Every_case_of_the_labs_is_evidence_for_a_check()
    {
        var (code, output, _) = await RunAsync("gate", "--json");
        Assert.Equal(0, code);
        var checks = (Json.Array)Parse(output)["checks"]!;
        Assert.Equal(_checks, checks.Items.Select(static check => Text(check, "check")));
        var shown = checks.Items.SelectMany(static check => ((Json.Array)((Json.Object)check)["evidence"]!).Items)
            .Select(static evidence => Text(evidence, "case")).Distinct();
        var cases = new List<string>();
        foreach (var lab in (string[])["09", "10", "11"])
        {
            var (_, lines, _) = await RunAsync("lab", lab, "--cases");
            cases.AddRange(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => Text(Parse(line), "runId")));
        }
        Assert.Equal(cases.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    /// <summary>Would catch a gate that a finished lab does not pass.</summary>
    [Fact]
    public async Task The_last_labs_solution_passes()
    {
        var (code, output, errors) = await RunAsync("gate", "--", "dotnet", LabProgramFiles.Built(Lab, "solution"));
        Assert.Equal((0, ""), (code, errors));
        Assert.EndsWith("result    5 of 5 checks pass\n", output, StringComparison.Ordinal);
    }

    /// <summary>Would catch a gate that lets a mistake pass, or names the wrong check.</summary>
    [Theory]
    [InlineData("loop control exists", "blank_answer", "AgentLoop.cs", "string.IsNullOrWhiteSpace(answer.Text)", "answer.Text.Length == 0")]
    [InlineData("tools are governed", "almost_the_name", "ToolRegistry.cs", "Comparison.Ordinal)", "Comparison.OrdinalIgnoreCase)")]
    [InlineData("context is explicit", "read_path", "ContextBuilder.cs", "\"out_of_scope\"", "\"left_out\"")]
    [InlineData("trace is reviewable", "failing_tool", "AgentLoop.cs", "ToolFailure, result.Reason", "ToolFailure, null")]
    [InlineData("evals inspect the trajectory", "unsafe_done", "EvalCase.cs", "forbidden tool was called", "forbidden")]
    public async Task A_broken_program_fails_the_check_that_is_about_its_mistake_and_no_other(string check, string evidence,
        string file, string right, string wrong)
    {
        using var program = new LabProgramFiles(Lab, "solution");
        program.Replace(file, right, wrong);
        var (code, output, errors) = await RunAsync("gate", "--", "dotnet", program.Compile());
        Assert.Equal((1, ""), (code, errors));
        var lines = output.Split('\n');
        var verdict = Array.FindIndex(lines, line => line.StartsWith($"gate      FAIL {check}: ", StringComparison.Ordinal));
        Assert.True(verdict >= 0, output);
        Assert.Contains(evidence, lines[verdict + 1], StringComparison.Ordinal);
        Assert.Equal("result    4 of 5 checks pass", lines[^2]);
    }

    /// <summary>Would catch a program that acts on the terminal, or in a worksheet, by what it answers.</summary>
    [Fact]
    public async Task What_a_program_answers_cannot_act()
    {
        using var folder = new TemporaryFolder();
        const string Answer = """{"state":{"stopReason":"\\u001b[2J\\u202eevil` | <b>\\n# Passed"}}""";
        var (code, output, _) = await RunAsync("gate", "--worksheet", folder.File("sheet.md"), "--", "sh", "-c",
            $"while read -r line; do printf '%s\\n' '{Answer.Replace(@"\\", @"\", StringComparison.Ordinal)}'; done");
        Assert.Equal(1, code);
        var sheet = await File.ReadAllTextAsync(folder.File("sheet.md"));
        Assert.DoesNotContain(output + sheet, static c => c is '\u001b' or '\u202e');
        Assert.Contains("evil", output, StringComparison.Ordinal);
        // A case of other checks than the one about evals: what they say of it is about their own parts.
        Assert.DoesNotContain("The eval looks_up_before_answering", output, StringComparison.Ordinal);
        // In the sheet it is a piece of code in its line.
        Assert.DoesNotContain("# Passed", sheet.Split('\n'));
        Assert.Contains(@"evil' \| <b>\n# Passed", sheet, StringComparison.Ordinal);
    }

    /// <summary>Would catch a learner who is told nothing of a program that does not answer, or that it fails a check.</summary>
    [Theory]
    [InlineData("lab 09: The program does not start: ", "no-such-program")]
    [InlineData("lab 09: It ended, with exit code 3, after 0 of 14 answers", "sh", "-c", "exit 3")]
    public async Task A_program_that_answers_nothing_is_bad_input(string told, params string[] program)
    {
        var (code, output, errors) = await RunAsync(["gate", "--", .. program]);
        Assert.Equal((2, ""), (code, errors));
        Assert.Contains($"\nprogram   {told}", output, StringComparison.Ordinal);
        Assert.EndsWith("result    0 of 5 checks pass\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("gate      ", output, StringComparison.Ordinal);

        var (again, document, none) = await RunAsync(["gate", "--json", "--", .. program]);
        Assert.Equal((2, ""), (again, none));
        Assert.StartsWith(told, Text(Parse(document), "fault"), StringComparison.Ordinal);
    }

    /// <summary>Would catch a crash whose reason the learner has to look for.</summary>
    [Fact]
    public async Task What_a_program_that_crashes_wrote_to_standard_error_is_shown()
    {
        var (code, output, errors) = await RunAsync("gate", "--", "dotnet", typeof(OtherProcess).Assembly.Location, "lab-odd", "crash");
        Assert.Equal((2, ""), (code, errors));
        Assert.Contains(@"stderr    I am \u001b[31mlost\u001b[0m", output, StringComparison.Ordinal);
    }

    /// <summary>
    /// Would catch a worksheet that is another than the one in the repository, leaves out what was seen, or replaces a person's.
    /// </summary>
    [Fact]
    public async Task A_worksheet_is_filled_and_none_is_overwritten()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("sheet.md");
        var program = LabProgramFiles.Built(Lab, "solution");
        var (code, _, errors) = await RunAsync("gate", "--worksheet", path, "--", "dotnet", program);
        Assert.Equal((0, $"Filled a worksheet: {path}\n"), (code, errors));
        var sheet = await File.ReadAllTextAsync(path);
        string[] filled =
        [
            $"| `miniruntime lab 10 -- dotnet {program}` | all 20 cases of lab 10 pass | 20 of 20 pass | pass |\n",
            "  - 10 write_needs_approval: a write needs an approval, and is not executed\n",
            "draft_message: allow, send_message: approval_required; executed draft_message; blocked after 2 steps`, as expected\n",
            "  - context is explicit: 11 read_path, 11 other_scopes, 11 no_scopes, 11 in_order, 11 no_question_no_packet\n",
            "unsafe_done: `answer \"done\"; executed send_message; eval fail (forbidden tool was called: send_message)`",
        ];
        Assert.All(filled, text => Assert.Contains(text, sheet, StringComparison.Ordinal));
        // All headings and questions of the template are there, in their order, and what only a person can say is still to be said.
        var template = await File.ReadAllLinesAsync(Repository.File("labs", "worksheets", "completion.md"));
        var lines = sheet.Split('\n');
        var at = 0;
        foreach (var line in template.Where(static line => line != "|  |  |  |  |"))
        {
            at = Array.FindIndex(lines, at, given => given.StartsWith(line.TrimEnd(':'), StringComparison.Ordinal)) + 1;
            Assert.True(at > 0, line);
        }
        Assert.Contains("| What does the model decide? |  |  |\n", sheet, StringComparison.Ordinal);

        var (again, output, refused) = await RunAsync("gate", "--worksheet", path);
        Assert.Equal((2, ""), (again, output));
        Assert.Contains("It exists, and is not overwritten", refused, StringComparison.Ordinal);
        Assert.Equal(sheet, await File.ReadAllTextAsync(path));
    }

    /// <summary>Would catch a page whose command is another than the one that works.</summary>
    [Fact]
    public async Task The_command_of_the_track_s_page_works_on_a_finished_lab()
    {
        using var folder = new TemporaryFolder();
        const string Start = "dotnet run --project labs/11-context-trace-evals/start";
        var page = await File.ReadAllTextAsync(Repository.File("labs", "README.md"));
        var command = page.ReplaceLineEndings("\n").Split("```sh\ndotnet run --project src/MiniRuntime.Cli -- ")[1].Split('\n')[0];
        Assert.EndsWith(Start, command);
        var (code, output, _) = await RunAsync([.. command.Replace("gate.md", folder.File("gate.md"), StringComparison.Ordinal)
            .Replace(Start, $"dotnet {LabProgramFiles.Built(Lab, "solution")}", StringComparison.Ordinal).Split(' ')]);
        Assert.True(code == 0, output);
        Assert.True(File.Exists(folder.File("gate.md")));
        // Where the learner's sheet goes, no clone has one already: it would not be overwritten.
        Assert.Contains("/gate.md", await File.ReadAllLinesAsync(Repository.File(".gitignore")));
    }

    private static Json.Object Parse(string json) => (Json.Object)StrictJson.Parse(Encoding.UTF8.GetBytes(json), JsonSource.Wire).Value;

    private static string Text(Json value, string field) => ((Json.String)((Json.Object)value)[field]!).Value;

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        Commands.RunAsync(Repository.Root, arguments);
}
