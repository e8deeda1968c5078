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
        }
    }

    /// <summary>Would catch a learner who is told nothing, or too late, of a program that goes wrong.</summary>
    [Theory]
    [InlineData("crash", "It ended, with exit code 7, after 1 of 9 answers; every_step_observed has none.")]
    [InlineData("text", "What it wrote where the answer to immediate_answer is due is not a JSON object: ")]
    [InlineData("list", "is not a JSON object: It is JSON, and of the kind array. It is: []")]
    [InlineData("twice", "The key occurs twice in this object")]
    [InlineData("silent", "It gave no answer to immediate_answer within 1 s, and was ended. Does it flush its output")]
    [InlineData("more", "It wrote more than the 9 answers that are due: {}")]
    [InlineData("fails-at-the-end", "It ended with exit code 3 after its last answer.")]
    [InlineData("endless-line", "Its answer to immediate_answer is longer than 1048576 bytes.")]
    [InlineData("no-such-way", "It ended, with exit code 2, after 0 of 9 answers; immediate_answer has none.")]
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
        var sleeper = int.Parse(await File.ReadAllTextAsync(folder.File("sleeper")), CultureInfo.InvariantCulture);
        // It was told to end; that it is gone shows a moment later.
        using var left = Process.GetProcesses().FirstOrDefault(process => process.Id == sleeper);
        if (left is not null) await left.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
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
        Assert.EndsWith("result    0 of 9 cases pass, 9 differ\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no lab '12' to check a program by; there are 09, 10, 11.", "12", "--", "dotnet")]
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
        Assert.Contains("9 have no answer", output, StringComparison.Ordinal);
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

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        Commands.RunAsync(Repository.Root, arguments);
}
