using System.Text.RegularExpressions;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// A lab's page, followed from top to bottom as a learner would: its exercises are edited into the start, its commands are run, its
/// mistakes are made and taken back, and what it shows must be what is printed.
/// </summary>
internal sealed partial class LabPage : IDisposable
{
    private const string Clone = "dotnet run --project src/MiniRuntime.Cli -- ";
    private const string Test = "dotnet test ";

    private readonly string _lab;
    private readonly string _check;
    private readonly string _page;
    private readonly LabProgramFiles _mine;
    private readonly LabProgramFiles _solution;
    private readonly TemporaryFolder _folder = new();
    private string? _program;
    private string _told = "";

    /// <param name="lab">The lab's folder.</param>
    /// <param name="check">What checks the start, as the page has it typed.</param>
    public LabPage(string lab, string check)
    {
        (_lab, _check, _mine, _solution) = (lab, check, new LabProgramFiles(lab, "start"), new LabProgramFiles(lab, "solution"));
        _page = System.IO.File.ReadAllText(Repository.File("labs", lab, "README.md")).ReplaceLineEndings("\n");
    }

    /// <summary>How many mistakes the page had its reader make.</summary>
    public int Mistakes { get; private set; }

    /// <summary>Follows the page to its end.</summary>
    public async Task FollowAsync()
    {
        _program = LabProgramFiles.Built(_lab, "start");
        foreach (Match block in Block().Matches(_page))
        {
            var (note, language, text) = (block.Groups["note"].Value, block.Groups["language"].Value, block.Groups["text"].Value);
            switch (language)
            {
                case "csharp" when Exercise().Match(note) is { Success: true } exercise:
                    Do(exercise.Groups["file"].Value, int.Parse(exercise.Groups["number"].ValueSpan), text);
                    break;
                case "csharp":
                    Quotes(note, text);
                    break;
                case "json":
                    var file = Repository.File("labs", _lab, "solution", Named(note));
                    Assert.Contains(text.Trim(), await System.IO.File.ReadAllTextAsync(file), StringComparison.Ordinal);
                    break;
                case "diff":
                    await TryAsync(Named(note), text);
                    break;
                case "sh":
                    foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)) await RunAsync(line);
                    break;
                case "text":
                    foreach (var piece in text.Split("…\n")) Assert.Contains(piece, _told, StringComparison.Ordinal);
                    break;
                default:
                    Assert.Fail($"{_lab}: nothing holds a block of '{language}' to the truth.");
                    break;
            }
        }
        Assert.Equal(_solution.Texts.OrderBy(static file => file.Key), _mine.Texts.OrderBy(static file => file.Key));
    }

    public void Dispose()
    {
        _mine.Dispose();
        _solution.Dispose();
        _folder.Dispose();
    }

    // What the page has its reader write is the solution's, but for the spaces before it.
    private void Do(string file, int number, string text)
    {
        var region = _solution.Region(file, number);
        Assert.Equal(Dedent(region), text);
        _mine.Fill(file, number, region);
        _program = _mine.Compile();
    }

    private void Quotes(string note, string text)
    {
        foreach (var piece in text.Split("// …\n"))
            Assert.Contains(piece.TrimEnd('\n'), Dedent(_solution.Texts[Named(note)]), StringComparison.Ordinal);
    }

    private async Task TryAsync(string file, string diff)
    {
        var (before, lines) = (_mine.Texts[file], diff.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        // The indentation is the file's.
        string Of(char sign) => string.Concat(lines.Where(line => line[0] == sign).Select(static line => $"{line[1..]}\n"));
        _mine.Replace(file, Of('-'), Of('+'));
        _program = _mine.Compile();
        await RunAsync($"{_check}  # exit 1");
        _mine.Texts[file] = before;
        _program = null;
        Mistakes++;
    }

    // The command as it stands, with the programs that were built already.
    private async Task RunAsync(string line)
    {
        _program ??= _mine.Compile();
        var (command, comment) = line.Split("  #") is [var one, var two] ? (one, two.Trim()) : (line, "exit 0");
        if (command.StartsWith(Test, StringComparison.Ordinal))
        {
            await TestAsync(command, comment);
            return;
        }
        Assert.StartsWith(Clone, command);
        var words = command[Clone.Length..]
            .Replace($"dotnet run --project labs/{_lab}/start", $"dotnet {_program}", StringComparison.Ordinal)
            .Replace("gate.md", _folder.File("gate.md"), StringComparison.Ordinal).Split(' ');
        var (code, output, errors) = await Commands.RunAsync(Repository.Root, words);
        var worksheet = words[0] == "gate" ? $"Filled a worksheet: {_folder.File("gate.md")}\n" : "";
        Assert.Equal((command, comment, worksheet), (command, $"exit {code}", errors));
        _told = output;
    }

    // Where the checks are tests. How long each took is not what a page can show, and neither are spaces at the end of a line.
    private async Task TestAsync(string command, string comment)
    {
        var words = command.Replace($"labs/{_lab}/start", _program, StringComparison.Ordinal).Split(' ');
        Assert.Contains(_program, words);
        var (code, output, _) = await DotnetProcess.RunAsync(words[1], words[2..]);
        Assert.Equal((command, comment, ""), (command, $"exit {code}", code is 0 or 1 ? "" : output));
        _told = Passing().Replace(output, "");
    }

    private static string Named(string note) => File().Match(note) is { Success: true } named
        ? named.Groups["file"].Value
        : throw new InvalidOperationException($"'{note}' names no file.");

    private static string Dedent(string text)
    {
        var lines = text.Split('\n');
        var spaces = lines.Where(static line => line.Length > 0).Min(static line => line.Length - line.TrimStart(' ').Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[spaces..] : line));
    }

    // A block, and the comment above it that says what it is.
    [GeneratedRegex("(?:^<!-- (?<note>[^\n]*) -->\n)?^```(?<language>\\w+)\n(?<text>.*?)^```",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"( \[[^\]\n]*s\]|, Duration: [^\n]*| +)$", RegexOptions.Multiline)]
    private static partial Regex Passing();

    [GeneratedRegex(@"^exercise (?<number>\d): (?<file>\S+)$")]
    private static partial Regex Exercise();

    [GeneratedRegex(@"^(?:from|try): (?<file>\S+)$")]
    private static partial Regex File();
}
