using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The diagrams on the pages, drawn by Mermaid itself.</summary>
public sealed partial class DiagramTests
{
    // Would catch: a diagram that a reader sees as an error, or that leaves out a box, an arrow or a word of its source.
    [PeerFact]
    public async Task Every_diagram_is_drawn_with_all_that_stands_in_it()
    {
        var pages = Directory.GetFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            .Where(static page => !page.Contains("node_modules", StringComparison.Ordinal)
                && File.ReadAllText(page).Contains("```mermaid", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(pages);
        var (code, output, errors) = await Peers.RunAsync(Repository.Root, Repository.File("tests", "peers", "diagrams.mjs"), pages);
        Assert.True(code == 0, errors);
        var diagrams = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(pages.Sum(static page => File.ReadAllText(page).Split("```mermaid").Length - 1), diagrams.Count);
        Assert.All(diagrams, static diagram =>
        {
            var (source, text) = (diagram.GetProperty("source").GetString()!, Bare(diagram.GetProperty("text").GetString()!));
            Assert.All(Label().Matches(source).SelectMany(static label => label.Groups.Values.Skip(1)).Where(static words => words.Success),
                words => Assert.Contains(Bare(words.Value), text, StringComparison.Ordinal));
            Assert.Equal(source.Split("-->").Length - 1, diagram.GetProperty("edges").GetInt32());
            var named = Name().Matches(source).Select(static name => name.Value).Distinct().Count();
            Assert.Equal(named - Group().Count(source), diagram.GetProperty("nodes").GetInt32());
        });
    }

    // Lines are broken where they are too long to be drawn.
    private static string Bare(string text) => Space().Replace(text, "");

    // What is quoted, or stands between brackets, or on an arrow.
    [GeneratedRegex("""\"([^"]+)\"|[\[({]+([^\[({"\])}]+)[\])}]+|-- ([^">-]+) -->""")]
    private static partial Regex Label();

    // What a line begins with, or an arrow points to; a word that begins a line and is none of these is Mermaid's own.
    [GeneratedRegex(@"(?<=^ +)(?!subgraph|end$)\w+|(?<=--> )\w+|(?<=subgraph )\w+", RegexOptions.Multiline)]
    private static partial Regex Name();

    [GeneratedRegex(@"^ *subgraph ", RegexOptions.Multiline)]
    private static partial Regex Group();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
