using System.Globalization;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;
using Xunit.Abstractions;

namespace MiniRuntime.Trajectories;

/// <summary>A real process, really killed: before and after every append, before and after every effect.</summary>
public sealed class CrashEverywhereTests(ITestOutputHelper output)
{
    private readonly SortedDictionary<string, int> _seen = new(StringComparer.Ordinal);

    [Fact]
    public async Task A_run_whose_process_is_killed_anywhere_goes_on_and_comes_to_the_same_end()
    {
        // In two halves, before the approval and after it: the first is not gone through once more for each place in the second.
        using TemporaryFolder fresh = new(), approved = new(), whole = new();
        var first = await DriveAsync(approved, later: 0);
        await AnswerAsync(approved, later: 1);
        Copy(approved, whole);
        var second = await DriveAsync(whole, later: 2);
        var end = (await TraceAsync(whole, later: 3)).ToList();
        Assert.Equal(StopReason.Success, end[^1].Fact.Stopped?.Reason);

        for (var at = 1; at <= first; at++) await DiesAsync(fresh, at, end);
        for (var at = 1; at <= second; at++) await DiesAsync(approved, at, end);

        output.WriteLine($"{first} and {second} places: {string.Join(", ", _seen.Select(static seen => $"{seen.Key} {seen.Value}"))}");
        // Two appends; then a permit, four effects, their four results, three decisions and an answer.
        Assert.Equal((4, 26), (first, second));
        Assert.Equal(["DidNotHappen", "Happened", "look again", "mail again", "note again"], _seen.Keys);
    }

    // Killed once, at this place; then taken up by one process after the other, and answered where it asks, until it has ended.
    private async Task DiesAsync(TemporaryFolder before, int at, IReadOnlyList<TraceEvent> whole)
    {
        using var folder = new TemporaryFolder();
        Copy(before, folder);
        var later = 2;
        await DriveAsync(folder, later++, at);
        var inDoubt = await ExecutingAsync(folder, later++) == "pay";
        for (var doubts = 0; ;)
        {
            switch (await AnswerAsync(folder, later++))
            {
                case "ended":
                    Assert.Equal(inDoubt ? 1 : 0, doubts);
                    await CompareAsync(folder, later, whole);
                    return;
                case "approved":
                    break;
                case { } settled:
                    doubts++;
                    Count(settled);
                    break;
                default:
                    await DriveAsync(folder, later++);
                    break;
            }
        }
    }

    private async Task CompareAsync(TemporaryFolder folder, int later, IReadOnlyList<TraceEvent> whole)
    {
        await using var store = new CrashingRun(folder.Path, later).Open();
        var trace = await store.ReadAsync(CrashingRun.Id);
        Assert.Equal(Path(whole), Path(trace));
        Assert.Equal((trace.Count, null), (Replay.Of(CrashingRun.Agent, trace).Events, Replay.Of(CrashingRun.Agent, trace).Difference));
        Assert.Null(JournalLine.Verify(await store.AllLinesAsync(CrashingRun.Id)).Fault);

        var effects = CrashingRun.World(folder.Path).Select(static line => line.Split(' ')[1]).CountBy(static tool => tool)
            .ToDictionary();
        Assert.Equal((1, 1), (effects["pay"], effects["mail"]));
        Assert.All(["look", "note"], tool => Assert.InRange(effects[tool], 1, 2));
        foreach (var again in trace.Where(static traced => traced.Fact.CallAuthorized is { Attempt: > 1 }))
        {
            var id = again.Fact.CallAuthorized!.CallId;
            var judged = trace.Select(static traced => traced.Fact.CallJudged).Last(judged => judged?.CallId == id);
            Count($"{judged!.Tool.Name} again");
        }
    }

    // What a run went through, without what a crash adds to it: recoveries, repetitions, times, ids, and steps whose call had not happened.
    private static IEnumerable<string> Path(IReadOnlyList<TraceEvent> trace)
    {
        var undone = trace.Where(static traced => Settled(traced.Fact) == Resolution.DidNotHappen).Select(static traced => traced.Step)
            .ToHashSet();
        return trace.Where(traced => traced.Sequence == 0 || !undone.Contains(traced.Step)).Select(static traced => Told(traced.Fact))
            .OfType<string>();
    }

    private static string? Told(Fact fact) => fact.Match(0,
        runStarted: static (_, start) => $"starts: {start.Run.Goal}",
        contextBuilt: static (_, _) => "context",
        accepted: static (_, accepted) => accepted.Input switch
        {
            { Decision: { } decision } => $"{decision}",
            { ToolReport: { } report } => $"{report.Result}",
            { PersonSaid.Resolve: { } settled } => $"{(ToolResult)new Ok(settled.Data!)}",
            { PersonSaid.Approve: not null } => "approved",
            { Kind: "recovered" } => null,
            var other => $"{other}",
        },
        ignored: static (_, ignored) => $"ignored: {ignored.Reason}",
        callRefused: static (_, refused) => $"{refused.Tool} refused",
        callJudged: static (_, judged) => $"{judged.Tool.Name} {judged.Verdict}",
        callAuthorized: static (_, permit) => permit.Attempt == 1 ? "permit" : null,
        otherJudged: static (_, judged) => $"{judged.Action}",
        stopped: static (_, stopped) => $"{stopped}");

    private static Resolution? Settled(Fact fact) => fact.Accepted?.Input.PersonSaid?.Resolve?.Resolution;

    // Another process drives the run. Where it is not to die it tells how many places it came past.
    private static async Task<int> DriveAsync(TemporaryFolder folder, int later, int dieAt = 0)
    {
        var (code, said, errors) = await OtherProcess.RunAsync("drive", folder.Path, $"{later}", $"{dieAt}");
        Assert.True(dieAt > 0 ? code != 0 && said == "" && errors == "" : code == 0, $"{dieAt}: {code} {said} {errors}");
        return dieAt > 0 ? 0 : int.Parse(said, CultureInfo.InvariantCulture);
    }

    // A person answers what the run asks; about what is in doubt they look at the world. Null: it asks nothing.
    private static async Task<string?> AnswerAsync(TemporaryFolder folder, int later)
    {
        var run = new CrashingRun(folder.Path, later);
        await using var store = run.Open();
        if (await StateAsync(store) is not { } state) return null;
        if (state.Stopped is not null) return "ended";
        switch (CrashingRun.Agent.Pending(state))
        {
            case { AskApproval: { } ask }:
                await run.TellAsync(store, new Approve(ask.Request.Id, ask.Request.Hash, "bob"));
                return "approved";
            case { AskResolution.Call: { } call }:
                var happened = CrashingRun.World(folder.Path).Contains($"{call.Id} {call.Tool.Name}");
                var found = happened ? Resolution.Happened : Resolution.DidNotHappen;
                await run.TellAsync(store, new Resolve(call.Id, found, "bob", CrashingRun.Done(call.Tool.Name)));
                return $"{found}";
            default:
                return null;
        }
    }

    private static async Task<string?> ExecutingAsync(TemporaryFolder folder, int later)
    {
        await using var store = new CrashingRun(folder.Path, later).Open();
        return (await StateAsync(store))?.Phase.Executing?.Call.Tool.Name;
    }

    private static async Task<IReadOnlyList<TraceEvent>> TraceAsync(TemporaryFolder folder, int later)
    {
        await using var store = new CrashingRun(folder.Path, later).Open();
        return await store.ReadAsync(CrashingRun.Id);
    }

    private static async Task<State?> StateAsync(IRunStore store) => Agent.Fold(await store.ReadAsync(CrashingRun.Id)).State;

    private static void Copy(TemporaryFolder from, TemporaryFolder to)
    {
        foreach (var file in Directory.GetFiles(from.Path)) File.Copy(file, to.File(System.IO.Path.GetFileName(file)));
    }

    private void Count(string what) => _seen[what] = _seen.GetValueOrDefault(what) + 1;
}
