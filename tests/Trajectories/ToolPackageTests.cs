using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The command as it is installed: by the two lines of the README, into a folder of the test's own.</summary>
public sealed partial class ToolPackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_readmes_two_lines_give_a_command_that_works_anywhere()
    {
        var lines = Lines().Match(File.ReadAllText(Repository.File("README.md")).ReplaceLineEndings("\n"));
        var (pack, install) = (Here(lines.Groups[1].Value), Here(lines.Groups[2].Value));
        // What is packed was built with this test; and nothing is installed for the user who runs it.
        var built = typeof(ToolPackageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        await DotnetAsync(Repository.Root, $"{pack} --no-build --configuration {built}");
        await DotnetAsync(Repository.Root, install.Replace("--global", $"--tool-path {_folder.File("tools")}", StringComparison.Ordinal));

        var (code, output, errors) = await RunAsync(Path.GetTempPath(), _folder.File("tools/miniruntime"),
            "run", Repository.File("scenarios", "policy-read.json"));
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("pass looks_up_before_answering", output);
    }

    private string Here(string line) => line.Replace("bin/packages", _folder.File("packages"), StringComparison.Ordinal);

    private static async Task DotnetAsync(string folder, string arguments)
    {
        var (code, output, errors) = await RunAsync(folder, "dotnet", arguments.Split(' '));
        Assert.True(code == 0, output + errors);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    [GeneratedRegex("\ndotnet (pack .+)\ndotnet (tool install .+)\n")]
    private static partial Regex Lines();
}
