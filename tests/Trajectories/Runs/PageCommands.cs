using System.Text.RegularExpressions;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The commands of a page, run one after the other as a reader would.</summary>
internal static partial class PageCommands
{
    /// <summary>
    /// Runs every line of the page's shell blocks in a folder, and holds it to the exit code that stands beside it (0 where none does).
    /// What the page shows as output must be what some of them printed.
    /// </summary>
    /// <returns>All that they printed.</returns>
    public static async Task<string> RunAsync(string page, string folder)
    {
        var told = "";
        var lines = Shell().Matches(page)
            .SelectMany(static block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (var line in lines)
        {
            var (command, comment) = line.Split("  #") is [var one, var two] ? (one, two.Trim()) : (line, "exit 0");
            var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var variables = words.TakeWhile(static word => word != "miniruntime").Select(static word => word.Split('=', 2)).ToArray();
            var (code, output, errors) = await Commands.RunWithAsync(
                variables.ToDictionary(static pair => pair[0], static pair => (string?)pair[1]), folder, words[(variables.Length + 1)..]);
            Assert.Equal((command, comment), (command, $"exit {code}"));
            told += output + errors;
        }
        foreach (Match block in Printed().Matches(page)) Assert.Contains(block.Groups[1].Value, told, StringComparison.Ordinal);
        return told;
    }

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Shell();

    [GeneratedRegex("^```text\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Printed();
}
