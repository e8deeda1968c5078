using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The skeletons of labs/protocol.md, started as the page says.</summary>
public sealed partial class SkeletonTests
{
    private static string Page => File.ReadAllText(Repository.File("labs", "protocol.md"));

    [Fact]
    public Task The_skeleton_in_CSharp_speaks_the_protocol() => SpeaksAsync("skeleton.cs");

    [Fact]
    public Task The_skeleton_in_FSharp_speaks_the_protocol() => SpeaksAsync("skeleton.fsx");

    [PeerFact]
    public Task The_skeleton_in_TypeScript_speaks_the_protocol() => SpeaksAsync("skeleton.ts");

    [PythonFact]
    public Task The_skeleton_in_Python_speaks_the_protocol() => SpeaksAsync("skeleton.py");

    [Fact]
    public void Every_skeleton_is_on_the_page() => Assert.Equal(
        Directory.GetFiles(Repository.File("labs", "skeletons"), "skeleton.*").Select(Path.GetFileName).Order(StringComparer.Ordinal),
        Command().Matches(Page).Select(static row => row.Groups["file"].Value).Order(StringComparer.Ordinal));

    // It passes the one case that it can, fails the others, and does nothing else that a program should not.
    private static async Task SpeaksAsync(string skeleton)
    {
        var words = Command().Matches(Page).Single(row => row.Groups["file"].Value == skeleton).Groups["command"].Value.Split(' ');
        if (words[0] == "node") words[0] = Peers.Node;
        var (code, output, errors) = await Commands.RunAsync(Repository.Root, ["lab", "09", "--timeout", "600", "--", .. words]);
        Assert.True((code, errors) == (1, ""), output + errors);
        Assert.Contains("case      pass immediate_answer", output, StringComparison.Ordinal);
        Assert.EndsWith("result    1 of 14 cases pass, 13 differ\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("stderr", output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"`miniruntime lab 09 -- (?<command>[^`]+labs/skeletons/(?<file>[^`]+))`")]
    private static partial Regex Command();

    // Python is no part of what this project needs.
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class PythonFactAttribute : FactAttribute
    {
        public PythonFactAttribute()
        {
            try
            {
                using var python = Process.Start(new ProcessStartInfo("python3", ["--version"]) { RedirectStandardOutput = true })!;
                python.WaitForExit();
                if (python.ExitCode != 0) Skip = "Python 3 does not start here.";
            }
            catch (Win32Exception)
            {
                Skip = "There is no Python 3 here.";
            }
        }
    }
}
