using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// An input of a script that plays all that came in, rather than only what the model said. Where its ids are blank (and the hash of an
/// approval), or the attempt that a tool's report answers is 0, they are those of what is open when it is played, so that a script goes on
/// making sense when a line is taken out of it.
/// </summary>
/// <param name="Input">The input, perhaps with blanks.</param>
/// <param name="After">How long after the one before it.</param>
/// <param name="Tokens">Model tokens that it cost.</param>
/// <param name="Cost">Money that it cost.</param>
public sealed record ScriptedInput(Input Input, TimeSpan After = default, long Tokens = 0, decimal Cost = 0)
{
    /// <summary>The input with its blanks filled in.</summary>
    public Input Against(State state) => Input.ToolReport is null && Input.PersonSaid is null
        ? Input
        : Address(Input, state.Phase, blank: false);

    /// <summary>An input with blanks for what is open in this state: what <see cref="Against"/> fills in again.</summary>
    public static Input Blank(Input input, State state) => Address(input, state.Phase, blank: true);

    /// <summary>
    /// Plays a script from the start of a run to its last line. Input schemas hold here as they do in a runtime: a call that breaks its
    /// tool's is an invalid decision, and an edited input that does is not told to the run.
    /// </summary>
    /// <param name="agent">The agent that governs the run.</param>
    /// <param name="run">What the run is for.</param>
    /// <param name="script">What comes in, in order.</param>
    /// <param name="begins">When the run begins.</param>
    /// <param name="unfit">Told of each line whose edited input breaks the tool's schema: its position, 0 first, and what is wrong.</param>
    /// <returns>What each step gives.</returns>
    public static IEnumerable<StepResult> Play(Agent agent, Run run, IEnumerable<ScriptedInput> script, DateTimeOffset begins,
        Action<int, string>? unfit = null)
    {
        var (step, now, schemas, position) = (agent.Start(run, new Stamp(begins)), begins, new InputSchemas(agent.Tools), -1);
        yield return step;
        foreach (var line in script)
        {
            position++;
            now = DateTimeOffset.MaxValue - now < line.After ? DateTimeOffset.MaxValue : now + line.After;
            var input = line.Against(step.State);
            if (schemas.Fault(step.State, input) is { } fault) unfit?.Invoke(position, fault);
            else yield return step = agent.Step(step.State, schemas.Checked(input), new Stamp(now, line.Tokens, line.Cost));
        }
    }

    // The input with blanks for what is open, or with what is open for its blanks.
    private static Input Address(Input input, Phase phase, bool blank) => input.Match((phase, blank),
        decision: static (_, decision) => decision,
        invalidDecision: static (_, invalid) => (Input)invalid,
        modelFailure: static (_, failure) => failure,
        toolReport: static (at, report) => at.phase.Executing?.Call is not { } open ? report : new ToolReport(
            Swap(report.CallId, open.Id, "", at.blank), report.Result, report.Labels, Swap(report.Attempt, open.Attempts, 0, at.blank)),
        personSaid: static (at, said) => said.Match(at,
            approve: static (at, approve) => at.phase.AwaitingApproval?.Request is not { } open ? approve : (PersonSaid)new Approve(
                Swap(approve.RequestId, open.Id, "", at.blank), Swap(approve.Hash, open.Hash, "", at.blank), approve.Reviewer,
                approve.EditedInput),
            reject: static (at, reject) => at.phase.AwaitingApproval?.Request is not { } open ? reject
                : new Reject(Swap(reject.RequestId, open.Id, "", at.blank), reject.Reviewer, reject.Reason),
            reply: static (at, reply) => at.phase.AwaitingReply is not { } open ? reply
                : new Reply(Swap(reply.QuestionId, open.Id, "", at.blank), reply.Text, reply.Person, reply.Labels),
            resolve: static (at, resolve) => at.phase.InDoubt?.Call is not { } open ? resolve
                : new Resolve(Swap(resolve.CallId, open.Id, "", at.blank), resolve.Resolution, resolve.Person, resolve.Data)),
        recovered: static (_, recovered) => recovered,
        tick: static (_, tick) => tick,
        cancel: static (_, cancel) => cancel,
        decisions: static (_, decisions) => decisions);

    private static T Swap<T>(T value, T open, T nothing, bool blank) where T : IEquatable<T> =>
        value.Equals(blank ? open : nothing) ? (blank ? nothing : open) : value;
}
