using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>A whole tail of a journal that is lost, with all that the store knew of it: nobody can tell but who kept a head elsewhere.</summary>
public sealed class LostTailTests : CommandTests
{
    [Fact]
    public async Task The_loss_of_a_tail_is_told_by_a_head_that_was_kept()
    {
        await RunAsync(5, "run", Refund, "--store", "runs.db");
        List<JournalLine> lines;
        await using (var store = SqliteStore.Open(In("runs.db"))) lines = await store.AllLinesAsync("refund_17");
        var head = Text(await JsonAsync("verify", "refund_17"), "runs", "0", "head");
        Assert.Equal(lines[^1].Hash, head);
        // It holds every head that it ever had.
        foreach (var line in (JournalLine[])[lines[^1], lines[0]])
            await RunAsync(0, "verify", "refund_17", "--head", line.Hash.ToUpperInvariant());

        for (var lost = 1; lost <= 3; lost++)
        {
            Lose("runs.db", lines, lost);
            // By itself it is the journal of a run that has come this far.
            Assert.Contains($"whole     refund_17: {lines.Count - lost} events", (await RunAsync(0, "verify")).Output);
            var told = (await RunAsync(1, "verify", "refund_17", "--head", head)).Output;
            Assert.Contains($"BROKEN    refund_17: no event of it has the hash that was kept; a tail is lost, or it is another journal. (Whole "
                + $"from the first on: {lines.Count - lost} events.)", told);
            Assert.Contains("a tail is lost", Text(await JsonAsync("verify", "refund_17", "--head", head), "runs", "0", "fault"));
            await RunAsync(0, "verify", "refund_17", "--head", lines[^(lost + 1)].Hash);
        }
    }

    // As above, for whoever has the store in a program.
    [Fact]
    public async Task The_loss_of_a_tail_shows_in_the_head_that_a_store_has()
    {
        var journal = Journals.Of("refund_17");
        await using (var store = SqliteStore.Open(In("runs.db"))) await store.KeepAsync("refund_17");
        var (lines, kept) = (Journals.Lines(journal), JournalLine.Verify(Journals.Lines(journal)));
        for (var lost = 0; lost < lines.Count; lost++)
        {
            if (lost > 0) Lose("runs.db", lines, lost);
            await using var store = SqliteStore.Open(In("runs.db"));
            var (entry, check) = (await store.FindAsync("refund_17"), JournalLine.Verify(await store.AllLinesAsync("refund_17")));
            Assert.Equal((entry!.Head, null), (check.Head, check.Fault));
            Assert.Equal(lost == 0, check.Head == kept.Head);
            Assert.Equal(journal.Take(lines.Count - lost), await store.ReadAsync("refund_17"));
        }
    }

    // Events alone are missed by the store itself.
    [Fact]
    public async Task A_tail_that_the_store_still_counts_is_missed_without_a_head()
    {
        await RunAsync(5, "run", Refund, "--store", "runs.db");
        Damage("runs.db", "DELETE FROM events WHERE sequence >= 7");
        Assert.Contains("BROKEN    refund_17: run refund_17 should have 9 events that end with", (await RunAsync(1, "verify")).Output);
        Assert.Contains("should have 9 events", (await RunAsync(2, "show", "refund_17")).Errors);
    }

    // The last events, and the store's record of them.
    private void Lose(string store, List<JournalLine> lines, int lost)
    {
        var left = lines.Count - lost;
        Damage(store, $"DELETE FROM events WHERE sequence >= {left}");
        Damage(store, $"UPDATE runs SET events = {left}, head = x'{lines[left - 1].Hash}'");
    }
}
