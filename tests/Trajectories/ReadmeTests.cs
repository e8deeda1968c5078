using System.Text.RegularExpressions;
using MiniRuntime.Core;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The README is code too: its example is compiled and run here, and its links lead somewhere.</summary>
public partial class ReadmeTests
{
    [Fact]
    public void The_example_in_the_readme_is_the_one_that_is_compiled_here()
    {
        var source = File.ReadAllText(Repository.File("tests", "Trajectories", "ReadmeExample.cs")).ReplaceLineEndings("\n");
        var body = source.Split("// <example>\n")[1].Split("        // </example>")[0];
        var example = string.Join('\n', body.TrimEnd().Split('\n').Select(static line => line.StartsWith("        ") ? line[8..] : line));
        Assert.Contains($"```csharp\nusing MiniRuntime.Core;\n\n{example}\n```", Readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_prints_what_the_readme_says()
    {
        var printed = new StringWriter { NewLine = "\n" };
        ReadmeExample.Run(printed);
        Assert.Contains($"```text\n{printed}```", Readme, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_link_in_the_pages_leads_to_a_file_and_to_a_heading_in_it()
    {
        string[] folders = ["docs", "labs", "samples"];
        var pages = Directory.GetFiles(Repository.Root, "*.md")
            .Concat(folders.SelectMany(static folder => Directory.GetFiles(Repository.File(folder), "*.md", SearchOption.AllDirectories)));
        var broken = from page in pages
                     from Match link in Link().Matches(File.ReadAllText(page))
                     let target = link.Groups[1].Value.Split('#')
                     where !target[0].Contains("://", StringComparison.Ordinal)
                     let path = target[0].Length > 0 ? Path.Combine(Path.GetDirectoryName(page)!, target[0]) : page
                     where (!File.Exists(path) && !Directory.Exists(path))
                         || (target.Length > 1 && !Headings(path).Contains(target[1], StringComparer.Ordinal))
                     select $"{Path.GetFileName(page)}: {link.Groups[1].Value}";
        Assert.Empty(broken);
    }

    [Fact]
    public void The_page_of_laws_names_every_law_and_no_other()
    {
        var page = File.ReadLines(Repository.File("docs", "laws.md")).Where(static line => line.StartsWith("- ", StringComparison.Ordinal));
        var laws = Directory.GetFiles(Repository.File("tests", "Properties"), "*Laws.cs")
            .Concat(Directory.GetFiles(Repository.File("src", "MiniRuntime.Testing", "Laws"), "*Laws.cs"))
            .SelectMany(static file => Law().Matches(File.ReadAllText(file)))
            .Select(static law => $"- {law.Groups[1].Value.Replace('_', ' ')}");
        Assert.Equal(laws.Order(StringComparer.Ordinal), page.Order(StringComparer.Ordinal));
    }

    // The names that headings have in links: small letters, no punctuation, a hyphen for a space.
    private static IEnumerable<string> Headings(string page) =>
        from line in File.ReadLines(page)
        where line.StartsWith('#')
        let words = line.TrimStart('#').Trim().ToLowerInvariant().Replace(' ', '-')
        select string.Concat(words.Where(static c => char.IsLetterOrDigit(c) || c is '-' or '_'));

    private static string Readme => File.ReadAllText(Repository.File("README.md")).ReplaceLineEndings("\n");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[(?:Property|Fact|Theory|Law)\b[^\[\]]*(?:\[[^\]]*\][^\[\]]*)*\]\s*(?:\[[^\n]*\]\s*)*public (?:static )?[\w<>]+ (\w+)\(")]
    private static partial Regex Law();
}
