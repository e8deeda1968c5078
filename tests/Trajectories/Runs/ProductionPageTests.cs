using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>docs/production.md: its commands, with the files that it has its reader save.</summary>
public sealed partial class ProductionPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Page => File.ReadAllText(Repository.File("docs", "production.md")).ReplaceLineEndings("\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_command_of_the_page_does_what_the_page_says()
    {
        foreach (var file in Directory.GetFiles(Repository.File("scenarios"), "*.json", SearchOption.AllDirectories))
        {
            var copy = _folder.File(Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        foreach (Match saved in Saved().Matches(Page))
            await File.WriteAllTextAsync(_folder.File(saved.Groups[1].Value), saved.Groups[2].Value);

        var told = await PageCommands.RunAsync(Page, _folder.Path);

        // The page gives the secret a value, and says that it is neither told nor kept.
        var secret = Value().Match(Page).Groups[1].Value;
        Assert.NotEmpty(secret);
        Assert.DoesNotContain(secret, told, StringComparison.Ordinal);
        foreach (var store in Directory.GetFiles(_folder.Path, "runs.db*"))
            Assert.DoesNotContain(secret, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(store)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_shows_no_command_that_is_not_run_here() => Assert.DoesNotContain("`miniruntime ", Page, StringComparison.Ordinal);

    [GeneratedRegex("<!-- file (\\S+) -->\n```json\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Saved();

    [GeneratedRegex("^SHOP_KEY=(\\S+) ", RegexOptions.Multiline)]
    private static partial Regex Value();
}
