using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The samples that are programs, each run as a process. They are built with these tests, in the same configuration.</summary>
public sealed class SampleTests
{
    private static string Page => File.ReadAllText(Repository.File("samples", "README.md")).ReplaceLineEndings("\n");

    /// <summary>
    /// Would catch a core that F# can no longer use, a shell that no longer asks before it writes, and runs that have changed: the samples'
    /// text is what a reader is shown.
    /// </summary>
    [Theory]
    [InlineData("core-alone", "CoreAlone.dll")]
    [InlineData("real-tool", "RealTool.dll")]
    [InlineData("fsharp", "GovernedRun.dll")]
    public async Task A_sample_prints_what_its_page_shows(string sample, string program)
    {
        // These tests run in bin/CONFIGURATION/FRAMEWORK, and so do the samples.
        var folder = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var built = Repository.File("samples", sample, "bin", folder.Parent!.Name, folder.Name, program);
        var (code, output, errors) = await DotnetProcess.RunAsync(built);
        Assert.Equal((0, ""), (code, errors));
        var section = Page.Split($"\n## {sample}\n")[1].Split("\n## ")[0];
        Assert.Equal(section.Split("```text\n")[1].Split("```")[0], output);
    }
}
