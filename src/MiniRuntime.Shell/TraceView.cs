using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// A trace for programs that show runs to people. A journal names earlier data; here an event says what it speaks of:
/// <c>context_built</c> has the goal, the summary of the state and the last observations, and <c>tool_result</c> the tool's name.
/// All else is as <see cref="Codec.TraceEvent"/> writes it. It goes one way: what runs is folded is the journal.
/// </summary>
public static class TraceView
{
    /// <summary>How many observations a packet names.</summary>
    private const int Observations = 5;

    /// <summary>The events of a trace, as far as it can be folded (see <see cref="Agent.Fold"/>).</summary>
    public static IEnumerable<JsonText> Of(IEnumerable<TraceEvent> trace)
    {
        State? before = null;
        foreach (var (traced, after) in Agent.States(trace))
        {
            yield return Of(before, traced, after);
            before = after;
        }
    }

    /// <summary>One event, given the states around it.</summary>
    /// <param name="before">The state before the event; null for the first.</param>
    /// <param name="traced">The event.</param>
    /// <param name="after">The state after it.</param>
    public static JsonText Of(State? before, TraceEvent traced, State after)
    {
        var (type, data) = Codec.Parts(traced.Fact);
        if (traced.Fact.ContextBuilt is not null) data = [.. data, .. Shown(after)];
        if (traced.Fact.Accepted?.Input.ToolReport is not null) data = [.. data, ("tool", before?.Phase.Executing?.Call.Tool.Name)];
        return Codec.Event(traced, type, data);
    }

    private static Fields Shown(State state) =>
    [
        ("runId", state.RunId), ("goal", state.Run.Goal),
        ("stateSummary", state.Summary),
        ("observations", JsonText.Array(Last(state.Observations).Select(static seen => JsonText.Object([("summary", seen.Summary)])))),
    ];

    private static IEnumerable<Observation> Last(Seq<Observation> seen)
    {
        for (var i = Math.Max(0, seen.Count - Observations); i < seen.Count; i++) yield return seen[i];
    }
}
