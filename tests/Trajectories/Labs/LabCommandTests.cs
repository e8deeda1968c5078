using System.Diagnostics;
using System.Globalization;
using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary><c>miniruntime lab</c>: what it demands, and what it says of programs that do not do as they should.</summary>
public sealed class LabCommandTests
{
    private static readonly string _self = typeof(OtherProcess).Assembly.Location;

    public static TheoryData<string> Labs => ["09", "10", "11"];

    /// <summary>Would catch a contract that says other than our own runtime does.</summary>
    [Theory]
    [MemberData(nameof(Labs))]
    public async Task Our_own_runtime_passes_every_lab(string lab)
    {
        var (code, output, errors) = await RunAsync("lab", lab, "--", "dotnet", _self, "lab");
        Assert.Equal((0, ""), (code, errors));
        Assert.DoesNotContain("FAIL", output, StringComparison.Ordinal);
        Assert.Matches(@"result    (\d+) of \1 cases pass\n$", output);
    }

    /// <summary>Would catch a page that does not tell a learner of a field, and cases that no scenario file could hold.</summary>
    [Theory]
    [MemberData(nameof(Labs))]
    public async Task The_cases_are_scenarios_with_the_fields_that_the_protocol_names(string lab)
    {
        var (code, output, errors) = await RunAsync("lab", lab, "--cases");
        Assert.Equal((0, ""), (code, errors));
        var page = await File.ReadAllTextAsync(Repository.File("labs", "protocol.md"));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var scenario = (Json.Object)StrictJson.Parse(Encoding.UTF8.GetBytes(line), JsonSource.Wire).Value;
            Assert.True(ScenarioReader.Parse(Encoding.UTF8.GetBytes(line)).IsValid, line);
            Assert.All(scenario.Fields, field => Assert.Contains($"| `{field.Name}` | ", page, StringComparison.Ordinal));
            // Those that can be absent are named there, and these are not among them.
            Assert.All((string[])["runId", "goal", "budget", "policy"], field => Assert.NotNull(scenario[field]));
        }
    }

    /// <summary>Would catch a protocol whose example is no case, or whose answer to it does not pass.</summary>
    [Fact]
    public async Task The_example_of_the_protocol_is_a_case_and_an_answer_that_passes()
    {
        var page = (await File.ReadAllTextAsync(Repository.File("labs", "protocol.md"))).ReplaceLineEndings("\n");
        var blocks = page.Split("```json\n").Skip(1).Select(static block => StrictJson.Parse(
            Encoding.UTF8.GetBytes(block.Split("```")[0]), JsonSource.Wire).Value).ToList();
        Assert.Equal(2, blocks.Count);
        var cases = (await RunAsync("lab", "10", "--cases")).Output.Split('\n').ToList();
        var line = cases.IndexOf(CanonicalJson.Write(blocks[0])) + 1;
        Assert.NotEqual(0, line);

        // Our own runtime answers all the others.
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("answer"), $"{CanonicalJson.Write(blocks[1])}\n");
        var (code, output, _) = await RunAsync("lab", "10", "--", "sh", "-c",
            $"dotnet '{_self}' lab | sed -e '{line}{{r {folder.File("answer")}' -e 'd' -e '}}'");
        Assert.True(code == 0, output);
    }

    /// <summary>
    /// Would catch a mistake without its name, and one that has none and passes. The labs' pages show the other mistakes.
    /// </summary>
    [Theory]
    [InlineData("09", "s/Paris/London/", "          state.answer: expected \"Paris.\", got \"London.\"\ncase")]
    [InlineData("09", "s/\\[\"find_order\"\\]/[\"find_order\",\"find_order\"]/", "It executed 'find_order' 2 times, and 1 is due.")]
    [InlineData("10", "s/a_frozen/z_frozen/g", "of equally strict rules the ordinally smallest reason counts.")]
    [InlineData("10", "s/\"evaluations\"/\"verdicts\"/", "The eval only_drafts was not judged.")]
    [InlineData("09", "s/immediate_answer/no_steps_at_all/", "          This is the answer to 'no_steps_at_all', where the one to "
        + "'immediate_answer' is due: answers come in the order of the cases.\n          state.runId: ")]
    [InlineData("09", "/no_steps_at_all/s/budget_exhausted/success/g", "The budget ended the run, and it calls that a success: ")]
    [InlineData("09", "/two_tools/s/\"find_order\",\"estimate_arrival\"/\"estimate_arrival\",\"find_order\"/",
        "The tools in toolsCalled stand in another order: it is the path, as it was taken.")]
    [InlineData("11", "s/\\[\"mem_user\"\\]/[]/", "The model was not shown 'mem_user', whose scope, user, is shown here.")]
    public async Task An_answer_that_was_right_and_is_spoilt_fails(string lab, string edit, string told)
    {
        var (code, output, errors) = await RunAsync("lab", lab, "--", "sh", "-c", $"dotnet '{_self}' lab | sed '{edit}'");
        Assert.Equal((1, ""), (code, errors));
        Assert.Contains(told, output, StringComparison.Ordinal);
    }

    /// <summary>Would catch a learner who is told nothing, or too late, of a program that goes wrong.</summary>
    [Theory]
    [InlineData("crash", "It ended, with exit code 7, after 1 of 14 answers; every_step_observed has none.")]
    [InlineData("text", "What it wrote where the answer to immediate_answer is due is not a JSON object: ")]
    [InlineData("text", "An error of a build, or a line printed while looking for a mistake? Only answers go to standard output; ")]
    [InlineData("mark", "It begins with a byte order mark; write UTF-8 without one.")]
    [InlineData("pretty", "The object goes on in the next line; write each answer on one line.")]
    [InlineData("list", "is not a JSON object: It is JSON, and of the kind array. It is: []")]
    [InlineData("twice", "The key occurs twice in this object")]
    [InlineData("silent", "It gave no answer to immediate_answer within 1 s, and was ended. Does it flush its output")]
    [InlineData("more", "It wrote more than the 14 answers that are due: {}")]
    [InlineData("fails-at-the-end", "It ended with exit code 3 after its last answer.")]
    [InlineData("endless-line", "Its answer to immediate_answer is longer than 1048576 bytes.")]
    [InlineData("no-such-way", "It ended, with exit code 2, after 0 of 14 answers; immediate_answer has none.")]
    public async Task A_program_that_misbehaves_is_told_how(string how, string told)
    {
        // Only what never answers is given little time.
        var timeout = how is "silent" ? "1" : "60";
        var (code, output, errors) = await RunAsync("lab", "09", "--timeout", timeout, "--", "dotnet", _self, "lab-odd", how);
        Assert.Equal((2, ""), (code, errors));
        Assert.Contains(told, output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    /// <summary>Would catch a check that waits for ever for a program that has answered, and leaves behind what it started.</summary>
    [Fact]
    public async Task A_program_that_does_not_end_is_ended()
    {
        using var folder = new TemporaryFolder();
        var (code, output, errors) = await RunAsync("lab", "09", "--timeout", "5", "--", "sh", "-c",
            $"cat; sleep 1000 & echo $! > {folder.File("sleeper")}; wait");
        Assert.Equal((2, ""), (code, errors));
        Assert.Contains("It did not end within 5 s of its last answer, though its input had ended; it was ended.", output,
            StringComparison.Ordinal);
        await GoneAsync(folder.File("sleeper"));
    }

    [Fact]
    public async Task A_signal_ends_the_program_and_the_check()
    {
        using var folder = new TemporaryFolder();
        // It tells its own number, which the shell keeps when it becomes another program.
        using var check = Process.Start(new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), "lab", "09", "--", "sh", "-c",
            $"echo $$ > {folder.File("writing")}; mv {folder.File("writing")} {folder.File("sleeper")}; exec sleep 1000",
        ])
        { RedirectStandardError = true })!;
        while (!File.Exists(folder.File("sleeper"))) await Task.Delay(20);
        using var kill = Process.Start("kill", ["-TERM", $"{check.Id}"]);
        var errors = await check.StandardError.ReadToEndAsync();
        await check.WaitForExitAsync();
        Assert.Equal((4, "miniruntime: Interrupted; the program was ended.\n"), (check.ExitCode, errors));
        await GoneAsync(folder.File("sleeper"));
    }

    [Fact]
    public async Task What_a_program_writes_to_standard_error_is_shown_and_cannot_act()
    {
        var (_, output, _) = await RunAsync("lab", "09", "--", "dotnet", _self, "lab-odd", "crash");
        Assert.Contains(@"stderr    I am \u001b[31mlost\u001b[0m", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deaf")]
    [InlineData("whole")]
    public async Task A_program_may_answer_in_its_own_time(string how)
    {
        var (code, output, errors) = await RunAsync("lab", "09", "--", "dotnet", _self, "lab-odd", how);
        Assert.Equal((1, ""), (code, errors));
        Assert.Contains("state: expected an object, got ", output, StringComparison.Ordinal);
        Assert.EndsWith("result    0 of 14 cases pass, 14 differ\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no lab '12' to check a program by; there are 09, 10, 11.", "12", "--", "dotnet")]
    [InlineData("there are 09, 10, 11. Did you mean 09?", "9", "--", "dotnet")]
    [InlineData("Say what starts your program: miniruntime lab 09 -- COMMAND", "09")]
    [InlineData("--timeout takes a whole number from 1 to 3600, not '0'.", "09", "--timeout", "0", "--", "dotnet")]
    public async Task What_makes_no_sense_is_bad_input(string told, params string[] arguments)
    {
        var (code, output, errors) = await RunAsync(["lab", .. arguments]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(told, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_does_not_start_is_bad_input()
    {
        var (code, output, _) = await RunAsync("lab", "09", "--", "./no-such-program");
        Assert.Equal(2, code);
        Assert.Contains("program   The program does not start: ", output, StringComparison.Ordinal);
        Assert.Contains("14 have no answer", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_json_it_is_one_document()
    {
        var (code, output, errors) = await RunAsync("lab", "09", "--json", "--", "dotnet", _self, "lab-odd", "crash");
        Assert.Equal((2, ""), (code, errors));
        var document = (Json.Object)StrictJson.Parse(Encoding.UTF8.GetBytes(output.TrimEnd()), JsonSource.Wire).Value;
        Assert.Equal(Json.Object.Of(("lab", "09"), ("passed", false), ("exitCode", 7)),
            Json.Object.Of(("lab", document["lab"]), ("passed", document["passed"]), ("exitCode", document["exitCode"])));
        var cases = ((Json.Array)document["cases"]!).Items.Cast<Json.Object>().ToList();
        Assert.Equal(["fail", "none"], cases.Select(static one => ((Json.String)one["status"]!).Value).Distinct());
        Assert.Equal("It ended without a stop reason: a run that is over says why.",
            ((Json.String)Commands.At(cases[0], "mistakes", "0")!).Value);
        Assert.Equal(Json.Object.Of(("path", "state"), ("expected", "an object"), ("got", "nothing")),
            Commands.At(cases[0], "differences", "0"));
    }

    // A process was told to end, and that it is gone shows a moment later.
    private static async Task GoneAsync(string file)
    {
        var sleeper = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
        using var left = Process.GetProcesses().FirstOrDefault(process => process.Id == sleeper);
        if (left is not null) await left.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        Commands.RunAsync(Repository.Root, arguments);
}
