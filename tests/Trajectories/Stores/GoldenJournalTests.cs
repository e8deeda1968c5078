using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// Journals that earlier versions wrote, kept to be read for ever. Each stands beside the scenario whose inputs it plays, and the state that
/// it folds to. When the format gets a new version, add journals of it (write them by running these tests with MINIRUNTIME_GOLDEN=write);
/// those of the old versions stay as they are.
/// </summary>
public class GoldenJournalTests
{
    private static readonly DateTimeOffset _begins = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static string Folder => Repository.File("tests", "Trajectories", "Stores", "Golden");

    public static TheoryData<string> All =>
        [.. Directory.GetFiles(Folder, "*.json").Where(static file => !file.EndsWith(".state.json", StringComparison.Ordinal))
            .Select(static file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    // Would catch: a change to the format, to the fold or to a decision that earlier journals do not survive.
    [Theory]
    [MemberData(nameof(All))]
    public void A_journal_of_an_earlier_version_is_read_folded_and_replayed(string name)
    {
        var scenario = Play.Read(Path.Combine(Folder, $"{name}.json"));
        if (Environment.GetEnvironmentVariable("MINIRUNTIME_GOLDEN") == "write") Write(name, scenario);

        var lines = Assert.Single(JournalFile.Read(File.ReadLines(Path.Combine(Folder, $"{name}.jsonl"))).Value);
        Assert.Null(JournalLine.Verify(lines).Fault);
        var events = lines.Select(static line => line.Read()).ToSeq();
        Assert.Equal(new Replay(events.Count, null, null), Replay.Of(scenario.Agent, events));
        Assert.Equal(File.ReadAllText(Path.Combine(Folder, $"{name}.state.json")).Trim(), $"{StateView.Of(Agent.Fold(events).State!)}");
    }

    // Would catch: something that can stand in a journal and is in none of those that are kept.
    [Fact]
    public void Everything_that_can_stand_in_a_journal_stands_in_one_of_them()
    {
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(Folder, "*.jsonl"))
        {
            foreach (var line in JournalFile.Read(File.ReadLines(file)).Value[0]) kinds.UnionWith(KindsOf(line.Read().Fact));
        }
        Assert.Equal(
        [
            "accepted", "accepted answer", "accepted ask_human", "accepted cancel", "accepted decisions", "accepted invalid_decision",
            "accepted from the queue", "accepted model_failure",
            "accepted person_said", "accepted recovered", "accepted stop", "accepted tick", "accepted tool", "accepted tool_result",
            "answer verdict", "call authorized", "call judged", "call refused", "context", "error", "ignored", "lost", "memory verdict", "ok",
            "refused", "said approve", "said edit", "said reject", "said reply", "said resolve", "started", "stopped",
        ], kinds);
    }

    private static IEnumerable<string> KindsOf(Fact fact) => fact.Match<int, IEnumerable<string>>(0,
        runStarted: static (_, _) => ["started"],
        contextBuilt: static (_, _) => ["context"],
        accepted: static (_, accepted) =>
            [accepted.Queued ? "accepted from the queue" : "accepted", $"accepted {accepted.Input.Kind}", .. KindsOf(accepted.Input)],
        ignored: static (_, _) => ["ignored"],
        callRefused: static (_, _) => ["call refused"],
        callJudged: static (_, _) => ["call judged"],
        callAuthorized: static (_, _) => ["call authorized"],
        otherJudged: static (_, judged) => [judged.Action == PolicyAction.Answer ? "answer verdict" : "memory verdict"],
        stopped: static (_, _) => ["stopped"]);

    private static string[] KindsOf(Input input) => input.ToolReport is { Result: var result } ? [result.Status]
        : input.PersonSaid is not { } said ? []
        : said.Match<int, string[]>(0,
            approve: static (_, approve) => [approve.EditedInput is null ? "said approve" : "said edit"],
            reject: static (_, _) => ["said reject"],
            reply: static (_, _) => ["said reply"],
            resolve: static (_, _) => ["said resolve"]);

    private static void Write(string name, Scenario scenario)
    {
        var (lines, head, state) = (new List<string>(), JournalLine.Origin, (State?)null);
        foreach (var step in ScriptedInput.Play(scenario.Agent, scenario.Run, scenario.Inputs!, _begins))
        {
            state = step.State;
            foreach (var traced in step.Events)
            {
                var line = JournalLine.Of(traced, head);
                lines.Add(JournalFile.Write(line));
                head = line.Hash;
            }
        }
        File.WriteAllText(Path.Combine(Folder, $"{name}.jsonl"), string.Join("\n", lines) + "\n");
        File.WriteAllText(Path.Combine(Folder, $"{name}.state.json"), $"{StateView.Of(state!)}\n");
    }
}
