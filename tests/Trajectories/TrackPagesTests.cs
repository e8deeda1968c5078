using System.Text.RegularExpressions;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What the track's pages quote stands where they say, and what they claim of others has a source.</summary>
public partial class TrackPagesTests
{
    [Fact]
    public void Every_piece_of_code_in_the_theory_stands_in_the_file_that_it_names()
    {
        var page = Page("theory.md");
        var quotes = Quote().Matches(page);
        Assert.NotEmpty(quotes);
        Assert.Equal(Regex.Count(page, "^```csharp", RegexOptions.Multiline), quotes.Count);
        var untrue = from quote in quotes
                     let source = File.ReadAllText(Repository.File(quote.Groups[1].Value)).ReplaceLineEndings("\n")
                     from piece in Gap().Split(quote.Groups[2].Value)
                     where !source.Contains(piece, StringComparison.Ordinal)
                     select $"{quote.Groups[1].Value}: {piece}";
        Assert.Empty(untrue);
    }

    [Fact]
    public void Every_point_about_a_framework_names_a_page_or_says_that_it_is_unchecked()
    {
        // Its last section is about this project.
        var points = Point().Matches(Page("frameworks.md").Split("## What we lack")[0]).Select(static point => point.Value).ToArray();
        Assert.NotEmpty(points);
        Assert.All(points, static point =>
            Assert.True(Cited().IsMatch(point) || point.Contains("unchecked", StringComparison.Ordinal), point));
    }

    [Fact]
    public void What_a_framework_leaves_to_you_names_a_page_or_says_that_it_is_unchecked()
    {
        var left = LeftToYou().Matches(Page("frameworks.md")).Select(static left => left.Value).ToArray();
        Assert.NotEmpty(left);
        Assert.All(left, static left => Assert.True(Cited().IsMatch(left) || left.Contains("unchecked", StringComparison.Ordinal), left));
    }

    /// <summary>Would catch what is said of a framework before its points, where no source is looked for.</summary>
    [Fact]
    public void What_is_said_before_the_points_names_a_page_or_says_that_it_is_unchecked()
    {
        // The page's beginning says how to read it, and its end is about this project.
        var sections = Page("frameworks.md").Split("## Side by side")[0].Split("\n## ")[1..];
        Assert.NotEmpty(sections);
        Assert.All(sections, static section =>
        {
            var first = section.Split("\n\n")[1];
            Assert.True(Cited().IsMatch(first) || first.Contains("unchecked", StringComparison.Ordinal), first);
        });
    }

    [Fact]
    public void Every_row_of_the_table_has_a_point_below_that_says_where_its_cells_come_from()
    {
        // That such a point names a page or says that it is unchecked is what is asked of every point.
        var section = Page("frameworks.md").Split("## Side by side")[1].Split("## What we lack")[0];
        var rows = Row().Matches(section).Select(static row => row.Groups[1].Value).ToArray();
        Assert.NotEmpty(rows);
        Assert.Equal(rows, Head().Matches(section).Select(static head => head.Groups[1].Value));
    }

    [Fact]
    public void Every_source_is_a_public_page_with_a_date_and_is_used()
    {
        var page = Page("frameworks.md");
        var sources = Source().Matches(page).Select(static source => source.Groups[1].Value).ToArray();
        Assert.Equal(Regex.Count(page, @"^\[[^\]]+\]: ", RegexOptions.Multiline), sources.Length);
        var cited = Cited().Matches(page).Select(static cited => cited.Groups[1].Value).Distinct();
        Assert.Equal(sources.Order(StringComparer.Ordinal), cited.Order(StringComparer.Ordinal));
    }

    private static string Page(string name) => File.ReadAllText(Repository.File("docs", name)).ReplaceLineEndings("\n");

    [GeneratedRegex("<!-- from (\\S+) -->\n```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Quote();

    // What is left out between two pieces of one file, or after the last.
    [GeneratedRegex("(?:^|\n)// …(?:\n|$)")]
    private static partial Regex Gap();

    // An item of a list, up to the next one or a blank line.
    [GeneratedRegex("^- .*?(?=\n- |\n\n)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Point();

    [GeneratedRegex(@"^\*Left to you:\*.*?(?=\n\n)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex LeftToYou();

    // A row's first cell: not that of the table's head, which is empty, and not the line below it.
    [GeneratedRegex(@"^\| ([^|\s-][^|]*?) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    // What a point is about.
    [GeneratedRegex(@"^- \*\*(.+?)\*\*", RegexOptions.Multiline)]
    private static partial Regex Head();

    [GeneratedRegex(@"\[\[([a-z0-9-]+)\]\]")]
    private static partial Regex Cited();

    [GeneratedRegex(@"^\[([a-z0-9-]+)\]: https://\S+ ""read \d{4}-\d\d-\d\d[^""]*""$", RegexOptions.Multiline)]
    private static partial Regex Source();
}
