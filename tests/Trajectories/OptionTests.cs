using System.Collections.Concurrent;
using System.CommandLine;
using MiniRuntime.Cli;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Each option of each command, given as it must not be.</summary>
public sealed class OptionTests : CommandTests
{
    // What a command cannot do without.
    private static readonly (string Option, string Value)[] _needed = [("--as", "bob"), ("--reason", "no"), ("--at", "1")];

    // Would catch: whatever reads an option that was not looked at yet, and words of the framework in place of ours.
    [Fact]
    public async Task None_is_followed_by_a_crash()
    {
        Answers("one");
        await RunAsync(0, "run", "one.json", "--store", "runs.db");
        var (said, crashed, folders) = (0, new ConcurrentBag<string>(), 0);
        var read = new List<string[]>();
        foreach (var arguments in Misused())
        {
            var parsed = CommandLine.Parse(arguments);
            if (parsed.Errors.Count > 0) said++;
            // What the parser does not mind, the command has to.
            else if (arguments[^1].Length == 0) read.Add(arguments);
            Assert.All(parsed.Errors, error => Assert.DoesNotContain('\n', error.Message));
        }
        await Parallel.ForEachAsync(read, async (arguments, _) =>
        {
            var folder = In($"{Interlocked.Increment(ref folders)}");
            Directory.CreateDirectory(folder);
            foreach (var file in (string[])["one.json", "runs.db"]) File.Copy(In(file), Path.Combine(folder, file));
            var (code, _, errors) = await Commands.RunAsync(folder, arguments);
            if (code is not ((>= 0 and <= 6) or 74) || errors.Contains("   at ", StringComparison.Ordinal)
                || errors.Contains("(Parameter", StringComparison.Ordinal))
                crashed.Add($"{string.Join(' ', arguments.Select(static word => $"'{word}'"))}: exit {code} {errors}");
        });
        Assert.True(crashed.IsEmpty, string.Join('\n', crashed));
        Assert.True(said > 200 && read.Count > 40, $"{said}, {read.Count}");
    }

    private static IEnumerable<string[]> Misused() =>
        from command in CommandLine.Root().Subcommands
        from option in command.Options
        where option.Name is not ("--help" or "--version")
        let words = (string[])
        [
            command.Name, .. command.Arguments.Select(static argument => argument.Name.Contains("FILE", StringComparison.Ordinal) ? "one.json" : "one"),
            .. from need in _needed
               where need.Option != option.Name && command.Options.Any(other => other.Required && other.Name == need.Option)
               from word in (string[])[need.Option, need.Value]
               select word,
        ]
        from misuse in (string[][])
        [
            [option.Name], [option.Name, ""], [option.Name, "1", option.Name, "2"], [option.Name, option.Name], [$"{option.Name}="],
            [$"{option.Name}=zzz"],
        ]
        select (string[])[.. words, .. misuse];
}
