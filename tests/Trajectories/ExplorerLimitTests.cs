using MiniRuntime.Cli;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using MiniRuntime.Testing;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What ends an exploration before it knows, and what is said of what it does not know.</summary>
public sealed class ExplorerLimitTests : CommandTests
{
    private static readonly Agent _agent = new([new Tool("look", "", SideEffect.Read), new Tool("pay", "", SideEffect.Write)],
        new Budget(3), Policy.Permissive);

    private static readonly Run _run = new("r", "g");

    private static readonly Seq<TrajectoryLaw> _laws = [new TrajectoryLaw("few", new AtMost(9, new CallPattern("pay")))];

    private static Alphabet Alphabet => Testing.Alphabet.Of(_agent, _run, _laws);

    // Would catch: a proof about a tool that was never called.
    [Fact]
    public void A_tool_that_there_is_no_input_for_is_a_limit()
    {
        var found = Explorer.Explore(_agent, _run, _laws, Without("pay"));
        Assert.Equal((Coverage.Stopped, "no call of pay was tried"), (found.Coverage, found.Limit));
        Assert.Equal(Coverage.Closed, Explorer.Explore(_agent, _run, _laws, Alphabet).Coverage);
        // Nobody can call what is not enabled.
        var without = new Agent([_agent.Tools[0], new Tool("pay", "", SideEffect.Write, enabled: false)], new Budget(3), Policy.Permissive);
        Assert.Equal(Coverage.Closed, Explorer.Explore(without, _run, _laws, Without("pay")).Coverage);
        // At a depth that is exhausted too.
        Assert.Equal(Coverage.Stopped, Explorer.Explore(_agent, _run, _laws, Without("pay"), new ExplorerOptions { Depth = 1 }).Coverage);
    }

    [Fact]
    public async Task The_command_says_so_and_does_not_end_well()
    {
        Write("s.json", """
            { "runId": "r", "goal": "g", "budget": { "maxSteps": 2 }, "policy": "permissive",
              "tools": [{ "name": "pay", "inputSchema": false }],
              "laws": [{ "name": "nobody_pays", "never": { "tool": "pay" } }] }
            """);
        var (output, _) = await RunAsync(4, "check", "s.json");
        Assert.Contains("  stopped   no call of pay was tried; every run of up to", output);
        Assert.Contains("law       ???? nobody_pays: not broken so far", output);
        await RunAsync(4, "check", "s.json", "--strict");
    }

    // Would catch: a pass that nobody can tell from one without gaps.
    [Fact]
    public void A_gap_is_a_limit_for_whoever_is_strict_and_said_to_everybody_else()
    {
        var gaps = Alphabet with { Gaps = ["a gap"] };
        var found = Explorer.Explore(_agent, _run, _laws, gaps);
        Assert.Equal(Coverage.Closed, found.Coverage);
        Assert.Contains("law       pass few, but for the gaps above\n", Report(found));
        var strict = Explorer.Explore(_agent, _run, _laws, gaps, new ExplorerOptions { Strict = true });
        Assert.Equal((Coverage.Stopped, "1 gap"), (strict.Coverage, strict.Limit));
        Assert.Equal(Coverage.Closed, Explorer.Explore(_agent, _run, _laws, Alphabet, new ExplorerOptions { Strict = true }).Coverage);
        Assert.Contains("law       pass few\n", Report(Explorer.Explore(_agent, _run, _laws)));
    }

    // Would catch: a limit that waits until inputs were found, however long that takes.
    [Theory]
    [InlineData(true, "interrupted, while inputs were looked for")]
    [InlineData(false, "0 seconds, while inputs were looked for")]
    public void The_search_for_inputs_ends_as_all_else_does(bool cancelled, string limit)
    {
        var options = new ExplorerOptions { MaxTime = cancelled ? TimeSpan.MaxValue : TimeSpan.Zero };
        var found = Explorer.Explore(_agent, _run, _laws, null, options, cancel: new CancellationToken(cancelled));
        Assert.Equal((Coverage.Stopped, limit, 0L), (found.Coverage, found.Limit, found.States));
        Assert.Null(Assert.Single(found.Laws).Counterexample);
        Assert.Contains($"  stopped   {limit}; nothing was explored\n", Report(found));
    }

    [Fact]
    public void Progress_says_what_is_done()
    {
        var elapsed = TimeSpan.FromSeconds(7);
        Assert.Equal("looking for inputs: 7 s (Ctrl-C ends it)", ProgressLine.Words(new ExplorerProgress(0, 0, 0, elapsed)));
        Assert.StartsWith("depth 2: 3 states, 4 transitions, 7 s", ProgressLine.Words(new ExplorerProgress(2, 3, 4, elapsed)));
    }

    // Would catch: a report that nobody reads to the end, and one that speaks of a limit where there is none.
    [Fact]
    public void A_report_is_short_and_says_what_it_means()
    {
        var many = Alphabet with
        {
            Proposals = [.. Enumerable.Range(0, 50).Select(static i => Call("pay", i)), Call("look", 1)],
            Reviews = [.. Enumerable.Range(0, 50).Select(static i => new ScriptedInput((PersonSaid)new Approve("", "", "bob", Input(i))))],
        };
        var report = Report(Explorer.Explore(_agent, _run, [new TrajectoryLaw("never", new Never(new CallPattern("pay")))], many));
        Assert.Contains("  call      pay {\"n\":19}\n  call      pay: and 30 more\n  call      look {\"n\":1}\n", report);
        Assert.Contains("  reviews   approve with one of the tool's inputs\n", report);
        Assert.Contains("  ended     every law is broken, so there was nothing more to look for\n", report);
        Assert.DoesNotContain("was looked at", report);
    }

    // Would catch: a process in a small container that ends as the system ends it.
    [Fact]
    public async Task Memory_is_what_the_process_is_granted()
    {
        var tools = string.Join(", ", Enumerable.Range(0, 12).Select(static i =>
            $$"""{ "name": "t{{i}}", "labels": ["l{{i}}"], "inputSchema": { "type": "object" } }"""));
        Write("s.json", $$"""
            { "runId": "r", "goal": "g", "actor": "ann", "policy": "permissive", "tools": [{{tools}}],
              "budget": { "maxSteps": 60, "maxToolCalls": 60, "maxToolFailures": 60, "maxRefusals": 60, "maxInvalidDecisions": 60 },
              "laws": [{ "name": "few", "atMost": 50, "of": { "tool": "t0" } }] }
            """);
        var limit = new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = "0x6000000" };
        var (code, output, errors) = await Commands.RunWithAsync(limit, Folder, "check", "s.json");
        Assert.True(code == 4, $"{code} {output} {errors}");
        Assert.Contains("  stopped   64 MiB of memory", output);
    }

    // Would catch: all that was found thrown away because there was more to find.
    [Fact]
    public void What_was_shrunk_so_far_is_told_before_it_is_interrupted()
    {
        using var cancel = new CancellationTokenSource();
        Seq<ScriptedInput> script = [.. Enumerable.Range(0, 3).SelectMany(static i => (ScriptedInput[])[Call("pay", i), Reported()])];
        var (told, shortest) = (0, script);
        Assert.Throws<OperationCanceledException>(() => Shrinker.Shrink(_agent, _run, script, DateTimeOffset.UnixEpoch,
            static path => path.Calls.Count > 0, shorter =>
            {
                (told, shortest) = (told + 1, shorter);
                cancel.Cancel();
            }, cancel.Token));
        Assert.Equal(1, told);
        Assert.True(shortest.Count < script.Count);
    }

    private static ScriptedInput Reported() => new(new ToolReport("", new Ok(Json.None), [], 0));

    private static ScriptedInput Call(string tool, int n) => new((Decision)new CallTool(tool, Input(n)));

    private static Json.Object Input(int n) => Json.Object.Of(("n", n));

    private static Alphabet Without(string tool) =>
        Alphabet with { Proposals = Alphabet.Proposals.Where(line => line.Input.Decision?.CallTool?.Name != tool).ToSeq() };

    private static string Report(Exploration found)
    {
        using var text = new StringWriter();
        CheckReport.Print(new Page(Output.Plain(text)), new Scenario(_run, _agent, [], [], [], [], null), found);
        return text.ToString().ReplaceLineEndings("\n");
    }
}
