using System.Diagnostics;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;
using Xunit.Abstractions;

namespace MiniRuntime.Trajectories;

/// <summary>A thousand runs of one process, which is killed, and so is the one that answers them.</summary>
public sealed class CrowdTests(ITestOutputHelper output)
{
    private const int Runs = 1000;

    [Fact]
    public async Task A_thousand_runs_of_which_some_wait_are_killed_again_and_again_and_all_come_to_their_end()
    {
        using var folder = new TemporaryFolder();
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var (random, later) = (new Random(seed), 0);
        for (; later < 5; later++)
        {
            using var answers = OtherProcess.Start("answer-crowd", folder.Path, $"{later}", $"{Runs}");
            using var drives = OtherProcess.Start("drive-crowd", folder.Path, $"{later}", $"{Runs}");
            // After so many drives, wherever all the others are then.
            for (var more = random.Next(1, 150); more > 0 && await drives.StandardOutput.ReadLineAsync() is not null;) more--;
            await KillAsync(drives);
            await KillAsync(answers);
            output.WriteLine($"killed with {Crowd.World(folder.Path).Length} effects in the world");
        }
        var ends = await Task.WhenAll(((string[])["drive-crowd", "answer-crowd"]).Select(role =>
            OtherProcess.RunAsync(role, folder.Path, $"{later}", $"{Runs}")));
        Assert.All(ends, static end => Assert.Equal((0, ""), (end.Code, end.Errors)));

        await using var store = new Crowd(folder.Path, later + 1).Open();
        var entries = await store.ListAsync();
        Assert.Equal(Enumerable.Range(0, Runs).Select(static i => $"run_{i}").Order(StringComparer.Ordinal),
            entries.Select(static run => run.RunId));
        Assert.Empty(await store.CheckAsync());
        var world = Crowd.World(folder.Path).ToLookup(static line => line.Split(':')[0]);
        Assert.Equal(Runs, world.Count);
        var (doubts, again) = (0, 0);
        foreach (var entry in entries)
        {
            Assert.Null(entry.DrivenBy);
            var trace = await store.ReadAsync(entry.RunId);
            Assert.Equal(StopReason.Success, trace[^1].Fact.Stopped?.Reason);
            Assert.Equal((entry.Events, entry.Head, null), JournalLine.Verify(await store.AllLinesAsync(entry.RunId)) is var check
                ? (check.Events, check.Head, check.Fault) : default);
            Assert.Null(Replay.Of(Crowd.Agent, trace).Difference);
            var permits = trace.Select(static traced => traced.Fact.CallAuthorized).OfType<CallAuthorized>().ToList();
            var settled = trace.Select(static traced => traced.Fact.Accepted?.Input.PersonSaid?.Resolve).OfType<Resolve>().ToList();
            // Every effect had a permit; a payment was made once, a look at most as often as it was permitted.
            var pays = Assert.Single(world[entry.RunId], static line => line.EndsWith(" pay", StringComparison.Ordinal));
            Assert.Contains(permits, permit => pays == $"{permit.CallId} pay");
            var looks = world[entry.RunId].Where(static line => line.EndsWith(" look", StringComparison.Ordinal));
            Assert.All(looks.CountBy(static line => line), look =>
                 Assert.InRange(look.Value, 1, permits.Count(permit => look.Key == $"{permit.CallId} look")));
            var asked = trace[0].Fact.RunStarted!.Run.Route == "asks";
            Assert.Equal(asked ? settled.Count(static said => said.Resolution == Resolution.DidNotHappen) + 1 : 0,
                trace.Count(static traced => traced.Fact.Accepted?.Input.PersonSaid?.Approve is not null));
            (doubts, again) = (doubts + settled.Count, again + permits.Count(static permit => permit.Attempt > 1));
        }
        output.WriteLine($"{doubts} payments were in doubt, {again} looks were repeated");
    }

    private static async Task KillAsync(Process process)
    {
        Assert.False(process.HasExited);
        process.Kill();
        await process.WaitForExitAsync();
    }
}
