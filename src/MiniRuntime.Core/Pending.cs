namespace MiniRuntime.Core;

// Pending: what the world owes, read off the state. So work survives a crash: fold the trace, and it is owed again.
public sealed partial class Agent
{
    /// <summary>
    /// The one piece of work that this state waits for. After a restart, first step with <see cref="Recovered"/>:
    /// a call that was executing is then in doubt, and is not simply executed again.
    /// </summary>
    /// <param name="state">Where the run stands.</param>
    /// <returns>
    /// The work; null when the run has stopped, is in the middle of a step (see <see cref="Resume"/>), or executes a call that another
    /// agent permitted.
    /// </returns>
    public Effect? Pending(State state) => Next(state) is null ? Owed(state) : null;

    private Effect? Owed(State state) => state.Phase.Match((agent: this, state),
        ready: static (_, _) => (Effect?)null,
        thinking: static (at, thinking) => new AskModel(at.agent.Render(at.state, thinking.Context)),
        judging: static (_, _) => null,
        awaitingApproval: static (at, waiting) => new AskApproval(at.state.RunId, waiting.Call, waiting.Request, waiting.Reason),
        permitted: static (_, _) => null,
        executing: static (at, executing) =>
            executing.Call.AgentHash == at.agent.Hash && AuthorizedCall.Of(at.state) is { } permit
                ? new ExecuteTool(permit)
                : (Effect?)null,
        inDoubt: static (at, doubt) => new AskResolution(at.state.RunId, doubt.Call),
        awaitingReply: static (at, waiting) => new AskReply(at.state.RunId, waiting.Id, waiting.Question.Question),
        stopped: static (_, _) => null);
}
