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

    // Would catch: a misuse that is carried out, or said in the framework's words, or with all that was typed.
    [Theory]
    [InlineData("The reply is empty", "answer", "one", " ")]
    [InlineData("--reason is empty", "reject", "one", "--as", "bob", "--reason", "")]
    [InlineData("--phase: No run is 'zzz'. It is one of: ready, thinking,", "runs", "--phase", "zzz")]
    [InlineData("--id: '' is no name of a run: a letter or digit first", "fork", "one", "--at", "1", "--id", "")]
    [InlineData("--durability takes 'full' or 'normal', not 'fast'.", "run", "one.json", "--store", "new.db", "--durability", "fast")]
    [InlineData("fifo is empty, or a pipe or a device", "runs", "--store", "fifo")]
    [InlineData("/dev/null is empty, or a pipe or a device", "run", "one.json", "--store", "/dev/null")]
    [InlineData("dangling: This is a link to nowhere, where nothing is", "run", "one.json", "--store", "dangling")]
    [InlineData("--store needs the name of a file.", "runs", "--store", "")]
    [InlineData("--store needs the name of a file.", "run", "one.json", "--store", "")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task What_is_wrong_is_said_in_a_line(string said, params string[] arguments)
    {
        Answers("one");
        await RunAsync(0, "run", "one.json", "--store", "runs.db");
        File.CreateSymbolicLink(In("dangling"), "nowhere");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [In("fifo")])) await made.WaitForExitAsync();
        Assert.Contains(said, (await RunAsync(2, arguments)).Errors);
    }

    [Theory]
    [InlineData("show", "ID")]
    [InlineData("show", "one:ID")]
    [InlineData("answer", "one:ID", "yes")]
    [InlineData("approve", "ID", "--as", "bob")]
    [InlineData("resume", "ID", "ID")]
    [InlineData("runs", "--phase", "ID")]
    [InlineData("fork", "one", "--at", "1", "--id", "ID")]
    public async Task An_id_that_none_can_be_is_not_repeated_whole(params string[] arguments)
    {
        Answers("one");
        await RunAsync(0, "run", "one.json", "--store", "runs.db");
        var (code, _, errors) = await Commands.RunAsync(Folder,
            [.. arguments.Select(static word => word.Replace("ID", new string('x', 10_000), StringComparison.Ordinal))]);
        Assert.InRange(code, 2, 6);
        Assert.InRange(errors.Length, 1, 1500);
    }

    private static IEnumerable<string[]> Misused() =>
        from command in CommandLine.Root().Subcommands
        from option in command.Options
        where option.Name is not ("--help" or "--version")
        let words = (string[])
        [
            command.Name,
            .. command.Arguments.Select(static argument => argument.Name.Contains("FILE", StringComparison.Ordinal) ? "one.json" : "one"),
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
