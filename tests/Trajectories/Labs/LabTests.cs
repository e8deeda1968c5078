using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The labs themselves: what a learner begins with, the way that a page leads, and where it ends.</summary>
public sealed class LabTests
{
    private static readonly string[] _folders = ["09-minimal-agent-loop", "10-tools-and-policy", "11-context-trace-evals"];

    public static TheoryData<string> Labs => [.. _folders];

    /// <summary>
    /// Would catch a page that leads elsewhere than to the solution, that shows what is not printed, or whose mistakes are not named.
    /// </summary>
    [Theory]
    [MemberData(nameof(Labs))]
    public async Task Whoever_follows_the_page_ends_at_the_solution_and_sees_what_it_shows(string lab)
    {
        using var page = new LabPage(lab,
            $"dotnet run --project src/MiniRuntime.Cli -- lab {lab[..2]} -- dotnet run --project labs/{lab}/start");
        await page.FollowAsync();
        Assert.True(page.Mistakes >= 3, $"The page tries {page.Mistakes} mistakes.");
    }

    /// <summary>Would catch a solution that fails its own lab, or one before it.</summary>
    [Theory]
    [MemberData(nameof(Labs))]
    public async Task The_solution_passes_its_lab_and_those_before_it(string lab)
    {
        foreach (var number in _folders.Where(other => string.CompareOrdinal(other, lab) <= 0))
        {
            var (code, output, errors) = await Commands.RunAsync(Repository.Root, "lab", number[..2], "--", "dotnet",
                LabProgramFiles.Built(lab, "solution"));
            Assert.True((code, errors) == (0, ""), output + errors);
        }
    }

    /// <summary>Would catch a start that is further than it says, that a build does not take, or that is in no state to answer.</summary>
    [Theory]
    [MemberData(nameof(Labs))]
    public async Task The_start_answers_every_case_and_passes_none(string lab)
    {
        var (code, output, errors) = await Commands.RunAsync(Repository.Root, "lab", lab[..2], "--", "dotnet",
            LabProgramFiles.Built(lab, "start"));
        Assert.Equal((1, ""), (code, errors));
        Assert.Matches(@"\nresult    0 of (\d+) cases pass, \1 differ\n$", output);
        Assert.DoesNotContain("stderr", output, StringComparison.Ordinal);
    }

    /// <summary>Would catch a page that leaves out what every lab has.</summary>
    [Theory]
    [MemberData(nameof(Labs))]
    public void The_page_has_all_sections(string lab) => HasAllSections(lab);

    internal static void HasAllSections(string lab)
    {
        string[] sections =
        [
            "Objective", "What you will use", "Time budget", "The contract", "Baseline run", "The guided change", "Expected results",
            "Failure cases to try", "What to verify", "Review gate", "Production extension", "Production bridge", "How others do it",
        ];
        var headings = File.ReadLines(Repository.File("labs", lab, "README.md"))
            .Where(static line => line.StartsWith("## ", StringComparison.Ordinal));
        Assert.Equal(sections, headings.Select(static line => line[3..]));
    }
}
