using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Where a run stands, as JSON for programs that show runs to people. It goes one way: a state is read from its trace
/// (<see cref="Agent.Fold"/>), and from nothing else.
/// </summary>
public static class StateView
{
    /// <summary>
    /// <c>{ runId, goal, phase, steps, maxSteps, observations, toolsCalled, answer, stopReason, labels, spent, packets, events, … }</c>,
    /// the <c>queue</c> of what was proposed and is still to be taken, and what belongs to the phase: the call, the request or the question,
    /// or how the run ended. What a tool returned is in the trace.
    /// </summary>
    public static JsonText Of(State state) => JsonText.Object(
    [
        ("runId", state.RunId), ("goal", state.Run.Goal), ("phase", state.Phase.Name), ("steps", state.Spent.Steps),
        ("maxSteps", state.Start.Budget.MaxSteps), ("observations", JsonText.Array(state.Observations.Select(Of))),
        ("toolsCalled", JsonText.Array(state.ToolsCalled.Select(static JsonText (tool) => tool))), ("answer", state.Answer),
        ("stopReason", state.Stopped?.Reason.Name()), ("labels", JsonText.Array(state.Labels.Select(static JsonText (label) => label))),
        ("spent", Codec.Write(state.Spent)), ("queue", state.Queue.Count == 0 ? null : JsonText.Array(state.Queue.Select(Codec.WriteProposal))), ("packets", state.Packets),
        ("events", state.Events), .. Of(state.Phase),
    ]);

    private static JsonText Of(Observation seen) => JsonText.Object([("kind", seen.Kind.Name()), ("summary", seen.Summary)]);

    private static Fields Of(Phase phase) => phase.Match<int, Fields>(0,
        ready: static (_, _) => [],
        thinking: static (_, _) => [],
        judging: static (_, judging) => [("proposal", Codec.Decision.Encode(judging.Proposal))],
        awaitingApproval: static (_, waiting) =>
            [("call", EffectView.Of(waiting.Call)), ("request", Codec.Write(waiting.Request)), ("reason", waiting.Reason)],
        permitted: static (_, permitted) => [("call", EffectView.Of(permitted.Call))],
        executing: static (_, executing) => [("call", EffectView.Of(executing.Call))],
        inDoubt: static (_, doubt) => [("call", EffectView.Of(doubt.Call))],
        awaitingReply: static (_, waiting) => [("questionId", waiting.Id), ("question", waiting.Question.Question)],
        stopped: static (_, stopped) => [("stop", JsonText.Object(Codec.Fields(stopped)))]);
}
