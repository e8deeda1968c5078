using MiniRuntime.Core;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>A damaged run hides no other, and no command passes over it in silence.</summary>
public sealed class DamagedStoreCommandTests : CommandTests
{
    [Theory]
    [InlineData("head = x'00'")]
    [InlineData("deleted = 7")]
    [InlineData("events = -4")]
    public async Task A_record_that_cannot_be_read_is_named_and_the_others_are_shown(string damage)
    {
        await KeptAsync();
        Damage("runs.db", $"UPDATE runs SET {damage} WHERE run_id = 'one'");
        var (table, errors) = await RunAsync(1, "runs");
        Assert.Contains("stopped: success", table);
        Assert.Contains("awaiting_approval", table);
        Assert.Matches("one +damaged", table);
        Assert.Contains("one: the record of run one cannot be read", errors);
        var runs = await JsonAsync("runs");
        Assert.Equal(("one", "damaged", Json.None),
            (Text(runs, "runs", "0", "runId"), Text(runs, "runs", "0", "phase"), Commands.At(runs, "runs", "0", "goal")));
        Assert.Contains("the record of run one", Text(runs, "runs", "0", "fault"));

        var (checks, _) = await RunAsync(1, "verify");
        Assert.Contains("BROKEN    one: the record of run one cannot be read", checks);
        Assert.Contains("(Whole from the first on: 4 events.)", checks);
        Assert.Contains("whole     two: 4 events", checks);
        Assert.Contains("whole     refund_17: 9 events", checks);

        Assert.Contains("for approval of refund", (await RunAsync(1, "approvals")).Output);
        Assert.Contains("waiting   refund_17: approval", (await RunAsync(2, "resume", "--all")).Output);
        Assert.Contains("1 deleted.", (await RunAsync(1, "delete", "--older-than", "0")).Output);
        await RunAsync(1, "export", "--to", "rest.jsonl");
        Assert.Contains("\"runId\":\"refund_17\"", await File.ReadAllTextAsync(In("rest.jsonl")));
    }

    [Fact]
    public async Task A_run_whose_record_says_that_it_is_deleted_is_missed_by_no_command()
    {
        await KeptAsync();
        Damage("runs.db", $"UPDATE runs SET deleted = {Shell.RunRow.DeletedSet} WHERE run_id = 'one'");
        Damage("runs.db", "UPDATE runs SET events = 0 WHERE run_id = 'two'");
        var (table, errors) = await RunAsync(1, "runs");
        foreach (var run in (string[])["one", "two"])
        {
            Assert.Matches($"{run} +damaged", table);
            Assert.Contains($"{run}: the record of run {run} says that there is none, and it has events.", errors);
            Assert.Contains($"BROKEN    {run}: the record of run {run} says", (await RunAsync(1, "verify")).Output);
        }
        Assert.Contains("more events than it should", (await RunAsync(2, "show", "one")).Errors);
        await RunAsync(1, "export", "--to", "rest.jsonl");
        Assert.Equal(4 + 4 + 9, (await File.ReadAllLinesAsync(In("rest.jsonl"))).Length);
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_does_not_take_those_before_it_away()
    {
        await KeptAsync();
        Damage("runs.db", "UPDATE events SET hash = x'00' WHERE run_id = 'refund_17' AND sequence = 6");
        Damage("runs.db", "DELETE FROM events WHERE run_id = 'two' AND sequence = 1");
        var (checks, _) = await RunAsync(1, "verify");
        Assert.Contains("BROKEN    refund_17: A hash has not 32 bytes. (Whole from the first on: 6 events.)", checks);
        Assert.Contains("BROKEN    two: event 1: it is missing; the next line is event 2. (Whole from the first on: 1 events.)", checks);
        Assert.Contains("whole     one: 4 events", checks);
        await RunAsync(1, "export", "refund_17", "--to", "whole.jsonl");
        Assert.Equal(6, (await File.ReadAllLinesAsync(In("whole.jsonl"))).Length);
    }

    // Would catch: an export that hands on what was changed as if it were whole.
    [Fact]
    public async Task A_run_whose_chain_is_broken_is_named_and_its_whole_part_is_taken_out_with_the_others()
    {
        await KeptAsync();
        var whole = (await RunAsync(0, "export")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Damage("runs.db", "UPDATE events SET text = replace(text, 'kettle', 'cattle') WHERE run_id = 'refund_17' AND sequence = 5");
        Damage("runs.db", "UPDATE events SET hash = zeroblob(32) WHERE run_id = 'two' AND sequence = 0");
        var (told, errors) = await RunAsync(1, "export");
        Assert.Equal(whole[..(4 + 5)], told.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("refund_17: event 5: it is not what it was", errors);
        Assert.Contains("two: event 0: it is not what it was", errors);
        Assert.DoesNotContain("one:", errors);
        await RunAsync(1, "export", "--to", "rest.jsonl");
        await RunAsync(0, "import", "rest.jsonl", "--store", "other.db");
    }

    private async Task KeptAsync()
    {
        Answers("one");
        Answers("two");
        await RunAsync(5, "run", "one.json", "two.json", Refund, "--store", "runs.db");
    }
}
