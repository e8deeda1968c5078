using System.Text.RegularExpressions;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Lab 12, whose checks are tests that are compiled with the learner's files, and not cases that a program is given.</summary>
public sealed partial class Lab12Tests
{
    private const string Lab = "12-from-loop-to-fold";

    /// <summary>
    /// Would catch a page that leads elsewhere than to the solution, a start or a broken gate that fails otherwise than the page says, and
    /// a counterexample, or a report of the explorer, that is not the one shown.
    /// </summary>
    [Fact]
    public async Task Whoever_follows_the_page_ends_at_the_solution_and_sees_what_it_shows()
    {
        using var page = new LabPage(Lab, $"dotnet test labs/{Lab}/start");
        await page.FollowAsync();
        Assert.Equal(3, page.Mistakes);
    }

    /// <summary>Would catch a solution that fails its own checks as it is built, which is not how the page is followed above.</summary>
    [Fact]
    public async Task The_solution_passes()
    {
        var (code, output, _) = await DotnetProcess.RunAsync("test", LabProgramFiles.Built(Lab, "solution"));
        Assert.True(code == 0, output);
    }

    /// <summary>Would catch worlds so mild that a wrong fold passes: these were right but for one thing.</summary>
    [Theory]
    [InlineData("a read, then an answer with spaces", "Evolve.cs", "? text : null", "? text.Trim() : null")]
    [InlineData("an answer without a character", "Evolve.cs", "!string.IsNullOrWhiteSpace(text)",
        "(text.Length == 0 || !string.IsNullOrWhiteSpace(text))")]
    [InlineData("a model that is done", "Next.cs", "new Ended(stop.Reason)",
        "new Ended(stop.Reason == StopReason.Success ? StopReason.Blocked : stop.Reason)")]
    public async Task A_fold_with_one_mistake_differs_from_the_loop(string world, string file, string right, string wrong)
    {
        using var program = new LabProgramFiles(Lab, "solution");
        program.Replace(file, right, wrong);
        var (code, output, _) = await DotnetProcess.RunAsync("test", program.Compile());
        Assert.Equal(1, code);
        Assert.Contains($"   {world}", output, StringComparison.Ordinal);
    }

    /// <summary>Would catch a start that differs from the solution in what is said to be finished.</summary>
    [Fact]
    public void Start_and_solution_differ_between_the_marks_only()
    {
        using var start = new LabProgramFiles(Lab, "start");
        using var solution = new LabProgramFiles(Lab, "solution");
        Assert.Equal(Given(start), Given(solution));

        static IEnumerable<(string, string)> Given(LabProgramFiles files) =>
            files.Texts.Select(static file => (file.Key, Exercise().Replace(file.Value, ""))).Order();
    }

    /// <summary>Would catch a page that leaves out what every lab has.</summary>
    [Fact]
    public void The_page_has_all_sections() => LabTests.HasAllSections(Lab);

    [GeneratedRegex(@"// <(exercise-\d)>\n.*?// </\1>", RegexOptions.Singleline)]
    private static partial Regex Exercise();
}
