using System.Text;
using System.Text.RegularExpressions;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What the pages show works: code is compiled, JSON is read as what it is shown as, commands are run.</summary>
public sealed partial class PagesTests
{
    // These have tests of their own: TrackPagesTests, ProductionPageTests.
    private static readonly string[] _elsewhere = ["theory.md", "production.md"];

    // What a command of the README or of docs/check.md ends with, where it is not 0.
    private static readonly Dictionary<string, int> _codes = new(StringComparer.Ordinal)
    {
        ["run scenarios/waiting/refund-with-approval.json --store runs.db"] = 5,
        ["run scenarios/real/files.json --store runs.db"] = 5,
        ["check scenarios/check/publish-hole.json"] = 1,
    };

    public static TheoryData<string> Pages =>
        [.. Directory.GetFiles(Repository.File("docs"), "*.md").Select(static path => Path.GetFileName(path)!).Except(_elsewhere)];

    // Would catch: a name that was changed in the code and not on a page.
    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_piece_of_code_on_a_page_stands_in_code_that_is_compiled(string page)
    {
        var missing = Blocks(File.ReadAllText(Repository.File("docs", page)), "csharp").Select(Flat)
            .Where(static block => !_sources.Value.Any(source => source.Contains(block, StringComparison.Ordinal)));
        Assert.Empty(missing);
    }

    // Would catch: a field that was renamed. What is shown is a scenario, or fields of one.
    [Theory]
    [InlineData("docs/gateway.md")]
    [InlineData("docs/mcp.md")]
    [InlineData("docs/models.md")]
    [InlineData("README.md")]
    public void Every_piece_of_a_scenario_on_a_page_is_read_without_a_fault(string page)
    {
        // A client's configuration, with a variable of the client's, is none.
        var blocks = Blocks(File.ReadAllText(Repository.File(page)), "json")
            .Where(static block => !block.Contains("Bearer ${", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(blocks);
        Assert.All(blocks, static block =>
        {
            var fields = block.TrimStart().StartsWith('{') ? block.Trim()[1..^1] : block;
            // What the page says elsewhere of a scenario that has this.
            if (!fields.Contains("\"goal\"", StringComparison.Ordinal)) fields = $"\"runId\": \"r\", \"goal\": \"g\", {fields}";
            if (!fields.Contains("\"budget\"", StringComparison.Ordinal)) fields = $"\"budget\": {{ \"maxSteps\": 3 }}, {fields}";
            if (fields.Contains("maxCost", StringComparison.Ordinal))
                fields = $"\"model\": {{ \"provider\": \"openai\", \"name\": \"gpt-5-mini\" }}, {fields}";
            var read = ScenarioReader.Parse(Encoding.UTF8.GetBytes($"{{ {fields} }}"));
            Assert.True(read.IsValid, $"{block}\n{string.Join('\n', read.Faults)}");
        });
    }

    // Would catch: a file that was moved, an option that is no more, a demo that fails.
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/check.md")]
    public async Task Every_command_on_a_page_goes_as_it_says(string page)
    {
        using var folder = new TemporaryFolder();
        var text = File.ReadAllText(Repository.File(page)).ReplaceLineEndings("\n");
        var commands = Blocks(text, "sh").SelectMany(static block => block.Split('\n'))
            .Where(static line => line.StartsWith(Command, StringComparison.Ordinal)).Select(static line => line[Command.Length..]).ToList();
        Assert.NotEmpty(commands);
        var printed = "";
        foreach (var (command, i) in commands.Select(static (command, i) => (command, i)))
        {
            if (command.Contains("/real/", StringComparison.Ordinal) && Peers.Missing is not null) continue;
            var (code, output, errors) = await Commands.RunAsync(Repository.Root,
                command.Replace("runs.db", folder.File($"runs{i}.db"), StringComparison.Ordinal).Split(' '));
            Assert.True(code == _codes.GetValueOrDefault(command), $"{command}: {code}\n{errors}");
            printed += output;
        }
        if (page == "docs/check.md")
            Assert.All(Blocks(text, "text"), block => Assert.Contains(block, printed, StringComparison.Ordinal));
    }

    private const string Command = "dotnet run --project src/MiniRuntime.Cli -- ";

    private static readonly Lazy<string[]> _sources = new(static () =>
        [.. ((string[])["tests", "samples"]).SelectMany(static folder =>
                Directory.GetFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories))
            .Where(static path => !path.Contains("node_modules", StringComparison.Ordinal)
                && !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(static path => Flat(File.ReadAllText(path)))]);

    private static List<string> Blocks(string text, string language) =>
        [.. Block().Matches(text.ReplaceLineEndings("\n")).Where(block => block.Groups[1].Value == language)
            .Select(static block => block.Groups[2].Value)];

    // Without indentation and blank lines.
    private static string Flat(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n')
        .Select(static line => line.Trim()).Where(static line => line.Length > 0));

    [GeneratedRegex("^```([a-z]+)\n(.*?)\n```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
