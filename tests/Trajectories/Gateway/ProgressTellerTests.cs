using MiniRuntime.Mcp;
using MiniRuntime.Shell;
using ModelContextProtocol;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What a client is told of how far a call has got.</summary>
public sealed class ProgressTellerTests
{
    // Would catch: a server that says without end how far it is, before a client that does not read; and an order that gets lost.
    [Fact]
    public async Task What_a_slow_client_is_told_has_a_bound_and_an_order()
    {
        var (told, reads) = (new List<ProgressNotificationValue>(), new TaskCompletionSource());
        var teller = new ProgressTeller(Secrets.None, async value =>
        {
            await reads.Task;
            lock (told) told.Add(value);
        });
        for (var i = 0; i < 10_000; i++)
            teller.Tell(new ProgressNotificationValue { Progress = i, Message = new string('x', 2 * ProgressTeller.MaxMessage) });
        reads.SetResult();
        await teller.ToldAsync();
        Assert.Equal(Enumerable.Range(0, ProgressTeller.MostUntold).Select(static i => (float)i), told.Select(static value => value.Progress));
        Assert.All(told, static value => Assert.Equal(ProgressTeller.MaxMessage, value.Message!.Length));
        // Whoever reads again hears again.
        teller.Tell(new ProgressNotificationValue { Progress = 7 });
        await teller.ToldAsync();
        Assert.Equal(7, told[^1].Progress);
    }
}
