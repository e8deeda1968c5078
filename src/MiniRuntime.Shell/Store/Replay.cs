using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// What came of replaying a trace: deciding everything in it once more, from what came in alone, and comparing it with what was recorded,
/// byte for byte.
/// </summary>
/// <param name="Events">How many events came out the same, from the first on.</param>
/// <param name="Difference">What came out otherwise after them; null when nothing did.</param>
/// <param name="OtherAgent">
/// The content hash of an agent other than this one that decided in this trace; null when there was none. Where there was, a difference says
/// that the agents differ, not that the trace is wrong.
/// </param>
public sealed record Replay(long Events, string? Difference, string? OtherAgent)
{
    /// <summary>Replays a trace.</summary>
    /// <param name="agent">The agent to decide with.</param>
    /// <param name="trace">A run's events from the first on. What cannot be folded is a difference.</param>
    public static Replay Of(Agent agent, IReadOnlyList<TraceEvent> trace)
    {
        var (before, events, other) = ((State?)null, 0L, (string?)null);
        foreach (var (traced, after) in Agent.States(trace))
        {
            var decidedBy = traced.Fact.RunStarted?.AgentHash ?? traced.Fact.CallJudged?.AgentHash ?? agent.Hash;
            if (decidedBy != agent.Hash) other ??= decidedBy;
            var again = Again(agent, before, traced.Fact);
            var (was, comes) = (JournalFormat.Write(traced), again is null ? "nothing" : JournalFormat.Write(again));
            if (was != comes) return new Replay(events, $"Event {events} was {was} and comes out as {comes}.", other);
            (before, events) = (after, events + 1);
        }
        return new Replay(events, events < trace.Count ? $"Event {events} cannot stand where it stands." : null, other);
    }

    // One event at a time, since a journal may have been cut in the middle of a step and gone on: from what came in, or by itself.
    private static TraceEvent? Again(Agent agent, State? before, Fact fact)
    {
        var step = before is null ? (fact.RunStarted is { } start ? agent.Start(start.Run, start.Stamp) : null)
            : fact.Accepted is { } accepted ? agent.Step(before, accepted.Input, accepted.Stamp)
            : fact.Ignored is { } ignored ? agent.Step(before, ignored.Input, ignored.Stamp)
            : agent.Resume(before);
        return step is { Events: [var first, ..] } ? first : null;
    }
}
