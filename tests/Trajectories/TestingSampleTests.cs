using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The sample test projects, run as their users run them; and the page that shows them.</summary>
public sealed class TestingSampleTests
{
    /// <summary>Would catch laws that an ordinary agent breaks, and a kit that cannot be used from outside.</summary>
    [Fact]
    public async Task The_passing_sample_passes()
    {
        var (code, output) = await TestAsync("passing", "Passing.dll");
        Assert.True(code == 0, output);
        Assert.Contains("Passed:     3", output, StringComparison.Ordinal);
    }

    /// <summary>Would catch laws that hold whatever a user writes, and a failure that a newcomer cannot read.</summary>
    [Fact]
    public async Task The_broken_sample_fails_as_the_page_says()
    {
        var (code, output) = await TestAsync("broken", "Broken.dll");
        Assert.Equal(1, code);
        var told = output.Split('\n').Select(static line => line.Trim()).ToHashSet();
        var shown = Page.Split("```text\n")[1].Split("```")[0].Split('\n').Select(static line => line.Trim()).ToHashSet();
        Assert.Superset(shown, told);
    }

    /// <summary>Would catch a page whose code is not the code that was run.</summary>
    [Theory]
    [InlineData("passing/SupportAgentTests.cs", "laws")]
    [InlineData("passing/SupportAgentTests.cs", "world")]
    [InlineData("passing/SupportAgentTests.cs", "processes")]
    [InlineData("broken/SupportAgent.cs", "mistake")]
    public void The_code_on_the_page_is_the_samples(string file, string mark)
    {
        var source = File.ReadAllText(Repository.File("samples", "testing", file)).ReplaceLineEndings("\n");
        var body = source.Split($"// <{mark}>\n")[1].Split($"    // </{mark}>")[0].TrimEnd();
        var code = string.Join('\n', body.Split('\n').Select(static line => line.StartsWith("    ") ? line[4..] : line));
        Assert.Contains($"```csharp\n{code}\n```", Page, StringComparison.Ordinal);
    }

    private static string Page => File.ReadAllText(Repository.File("docs", "testing.md")).ReplaceLineEndings("\n");

    private static async Task<(int Code, string Output)> TestAsync(string sample, string program)
    {
        // These tests run in bin/CONFIGURATION/FRAMEWORK, and so do the samples.
        var folder = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var built = Repository.File("samples", "testing", sample, "bin", folder.Parent!.Name, folder.Name, program);
        var (code, output, errors) = await DotnetProcess.RunAsync("test", built);
        return (code, output + errors);
    }
}
