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
    public static Replay Of(Agent agent, IReadOnlyList<TraceEvent> trace) => Of([(0, agent)], trace);

    /// <summary>Replays a trace in which one agent took another's place.</summary>
    /// <param name="agents">
    /// The agents to decide with, one at least, in order: each from the event of this number on; the first from the beginning on.
    /// </param>
    /// <param name="trace">As above.</param>
    public static Replay Of(IReadOnlyList<(long From, Agent Agent)> agents, IReadOnlyList<TraceEvent> trace)
    {
        var (before, events, other) = ((State?)null, 0L, (string?)null);
        var (agent, next) = (agents[0].Agent, 1);
        // What came of one input, or of a journal that was cut, and how far it has been compared.
        var (comes, at) = (Seq<TraceEvent>.Empty, 0);
        foreach (var (traced, after) in Agent.States(trace))
        {
            var isOther = false;
            for (; next < agents.Count && agents[next].From <= events; next++) (agent, isOther) = (agents[next].Agent, true);
            var decidedBy = traced.Fact.RunStarted?.AgentHash ?? traced.Fact.CallJudged?.AgentHash ?? agent.Hash;
            if (decidedBy != agent.Hash) other ??= decidedBy;
            if (at == comes.Count || isOther || ComesIn(traced.Fact)) (comes, at) = (Again(agent, before, traced.Fact), 0);
            var again = at < comes.Count ? comes[at++] : null;
            // Equal events are written alike, and that is most of them.
            if (traced != again && (Written(traced), Written(again)) is var (was, now) && was != now)
                return new Replay(events, $"Event {events} was {was} and comes out as {now}.", other);
            (before, events) = (after, events + 1);
        }
        return new Replay(events, events < trace.Count ? $"Event {events} cannot stand where it stands." : null, other);
    }

    private static bool ComesIn(Fact fact) => fact.RunStarted is not null || fact.Accepted is { Queued: false } || fact.Ignored is not null;

    private static string Written(TraceEvent? traced) => traced is null ? "nothing" : JournalFormat.Write(traced);

    // From what came in; or by itself, since a journal may have been cut in the middle of a step and gone on.
    private static Seq<TraceEvent> Again(Agent agent, State? before, Fact fact) =>
        (before is null ? (fact.RunStarted is { } start ? agent.Start(start.Run, start.Stamp) : null)
            : fact.Accepted is { Queued: false } accepted ? agent.Step(before, accepted.Input, accepted.Stamp)
            : fact.Ignored is { } ignored ? agent.Step(before, ignored.Input, ignored.Stamp)
            : agent.Resume(before))?.Events ?? [];
}
