using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>What is done with whole journals.</summary>
internal static class StoreLaws
{
    [Law("a decision that depends on something that is not in the trace, or on how a journal was cut.", Cases = 200)]
    public static void Every_trace_replays_to_the_byte(Saga saga)
    {
        // One agent throughout, however often its process ended: another one may decide otherwise.
        var walk = (saga with { Successors = saga.Successors.Select(_ => saga.Setup).ToSeq() }).Walk();
        var replay = Replay.Of(walk.Agent, walk.Trace);
        Expect.Equal(((long)walk.Trace.Count, null, null), (replay.Events, replay.Difference, replay.OtherAgent));
    }

    [Law("a change to a trace that a replay does not see.")]
    public static void A_replay_sees_a_verdict_that_was_never_given(Journey journey)
    {
        var walk = journey.Walk();
        for (var at = 0; at < walk.Trace.Count; at++)
        {
            if (walk.Trace[at].Fact.CallJudged is not { Request: null, Verdict: var was } judged) continue;
            var forged = walk.Trace[at] with { Fact = judged with { Verdict = was.Reason is null ? new Deny("forged") : new Allow() } };
            var replay = Replay.Of(walk.Agent, walk.Trace.Take(at).Append(forged).ToSeq());
            Expect.Equal((long)at, replay.Events);
            Expect.NotNull(replay.Difference);
        }
    }

    [Law("a fork that shares less than it says, keeps an id of the run that it came from, or takes along a permit.", Cases = 150)]
    public static void A_fork_is_the_same_run_under_another_name_and_never_has_a_call_under_way(Journey journey)
    {
        var walk = journey.Walk();
        foreach (var (traced, state) in Agent.States(walk.Trace))
        {
            var shared = walk.Trace.Take((int)traced.Sequence + 1).ToSeq();
            var underWay = state.Phase.Permitted is not null || state.Phase.Executing is not null || state.Phase.InDoubt is not null
                || state.Phase.AwaitingApproval is { Call.MayHaveHappened: true };
            if (underWay)
            {
                Expect.Throws<StoreException>(() => Fork.Of(shared, "fork"));
                continue;
            }
            var forked = Agent.Fold(Fork.Of(shared, "fork")).State!;
            Expect.Equal("fork", forked.RunId);
            Expect.Equal((state.Spent, state.Observations, state.ToolsCalled, state.Labels, state.Answer, state.Events),
                (forked.Spent, forked.Observations, forked.ToolsCalled, forked.Labels, forked.Answer, forked.Events));
            Expect.DoesNotContain(forked.Turns, turn => turn.Id.StartsWith($"{journey.Run.Id}:", StringComparison.Ordinal));
            // And back again it is the run that it was.
            Expect.Equal(shared, Fork.Of(Fork.Of(shared, "fork"), journey.Run.Id));
        }
    }

    [Law("a journal that does not come back from a file, or comes back although it was changed.", Cases = 150)]
    public static void An_exported_journal_comes_back_whole_or_not_at_all(Saga saga, int where)
    {
        var lines = Lines(saga.Walk().Trace).ToSeq();
        var file = lines.Select(JournalFile.Write).ToList();
        Expect.Equal(lines, Expect.Single(JournalFile.Read(file).Value));

        var at = (int)((uint)where % file.Count);
        Refused([.. file[..at], .. file[(at + 1)..]], at < file.Count - 1);
        Refused([.. file[..at], file[at], file[at], .. file[(at + 1)..]], true);
        Refused([.. file[..at], file[at][..^1], .. file[(at + 1)..]], true);
        var step = saga.Walk().Trace[at].Step;
        Refused([.. file[..at], file[at].Replace($"\"step\":{step}", $"\"step\":{step + 1}", StringComparison.Ordinal), .. file[(at + 1)..]], true);

        // The loss of a whole tail leaves a whole journal: only its head, kept elsewhere, tells.
        static void Refused(List<string> file, bool refused) =>
            Expect.Equal(refused || file.Count == 0, !JournalFile.Read(file).IsValid);
    }

    private static IEnumerable<JournalLine> Lines(IEnumerable<TraceEvent> trace)
    {
        var head = JournalLine.Origin;
        foreach (var traced in trace)
        {
            var line = JournalLine.Of(traced, head);
            yield return line;
            head = line.Hash;
        }
    }
}
