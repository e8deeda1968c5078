using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What is packed: the command, installed by the README's two lines, and the test kit. Into a folder of the test's own.</summary>
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

    // Would catch: a package that the page leaves out, and that nobody can get anywhere else.
    [Fact]
    public async Task The_lines_of_the_testing_page_pack_the_test_kit_and_all_that_it_needs_of_ours()
    {
        var built = typeof(ToolPackageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var lines = Packs().Matches(File.ReadAllText(Repository.File("docs", "testing.md"))).Select(static line => line.Groups[1].Value);
        foreach (var line in lines) await DotnetAsync(Repository.Root, $"{Here(line)} --no-build --configuration {built}");
        var packages = Directory.GetFiles(_folder.File("packages"), "*.nupkg");
        var names = packages.Select(static package => Path.GetFileName(package).Split(".0.")[0]).ToList();
        Assert.Contains("MiniRuntime.Testing", names);
        foreach (var package in packages)
        {
            using var zip = ZipFile.OpenRead(package);
            using var text = new StreamReader(
                zip.Entries.Single(static entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open());
            foreach (Match needed in Needed().Matches(await text.ReadToEndAsync())) Assert.Contains(needed.Groups[1].Value, names);
        }
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

    [GeneratedRegex("(?m)^dotnet (pack [^\r\n]+)")]
    private static partial Regex Packs();

    [GeneratedRegex("<dependency id=\"(MiniRuntime[^\"]*)\"")]
    private static partial Regex Needed();

    [GeneratedRegex("\ndotnet (pack .+)\ndotnet (tool install .+)\n")]
    private static partial Regex Lines();
}
