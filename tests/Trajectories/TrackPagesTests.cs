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

    [GeneratedRegex(@"\[\[([a-z0-9-]+)\]\]")]
    private static partial Regex Cited();

    [GeneratedRegex(@"^\[([a-z0-9-]+)\]: https://\S+ ""read \d{4}-\d\d-\d\d[^""]*""$", RegexOptions.Multiline)]
    private static partial Regex Source();
}
