namespace MiniRuntime.Core;

// Decide: what came in → exactly one fact. An input either fits the phase and is accepted, or it is ignored, with the reason.
public sealed partial class Agent
{
    private Fact Decide(State state, Input input, Stamp stamp) =>
        (Unfit(state, input, stamp) ?? Untimely(state, input)) is { } reason
            ? new Ignored(input, reason, stamp)
            : new Accepted(input, stamp);

    // Nothing comes in while a step is unfinished (a journal was cut there): Resume finishes it. But what another agent asked a person
    // for can be refused at any time; approved it cannot be, since under this agent the call passes the gate again, with a new request.
    // And between a permission and its permit, and before a call in doubt is repeated, where a run can stand for days, it can be cancelled,
    // and time can end the permission.
    private string? Untimely(State state, Input input) =>
        state.Phase.AwaitingApproval is not null
            ? Unless(input.PersonSaid?.Approve is null || Next(state) is null, "approval_void")
            : Unless(MayInterrupt(state.Phase, input) || Next(state) is null, "step_not_finished");

    private static bool MayInterrupt(Phase phase, Input input) => phase.Permitted is not null
        ? input.Cancel is not null || input.Tick is not null
        : phase.InDoubt is not null && input.Cancel is not null;

    // Why this input does not fit where the run stands, or null where it does. It depends on the state alone, so Evolve can hold a trace
    // to it.
    private static string? Unfit(State state, Input input, Stamp stamp) => state.Phase.Stopped is not null
        ? "run_stopped"
        : input.Match((state, stamp),
            decision: static (at, _) => UnfitAnswer(at.state),
            invalidDecision: static (at, _) => UnfitAnswer(at.state),
            modelFailure: static (at, _) => UnfitAnswer(at.state),
            toolReport: static (at, report) => Unless(at.state.Phase.Executing?.Call.Id == report.CallId, "call_not_executing")
                ?? Unless(at.state.Phase.Executing?.Call.Attempts == report.Attempt, "attempt_not_executing"),
            personSaid: static (at, said) => UnfitWord(at.state, said),
            recovered: static (at, _) => Unless(at.state.Phase.Executing is not null, "nothing_was_executing"),
            tick: static (at, _) => Unless(IsDue(at.state.Phase, at.state.Start.Budget, at.state.Spent.Pay(at.stamp)), "nothing_due"),
            cancel: static (_, _) => null,
            decisions: static (at, _) => UnfitAnswer(at.state));

    private static string? UnfitAnswer(State state) => Unless(state.Phase.Thinking is not null, "no_decision_awaited");

    private static string? UnfitWord(State state, PersonSaid said) => said.Match(state,
        approve: static (state, approve) =>
            UnfitReview(state, approve.RequestId, approve.Reviewer)
            ?? Unless(state.Phase.AwaitingApproval?.Request.Hash == approve.Hash, "hash_does_not_match")
            // An edit closes the call that was asked for; one that may have happened cannot be closed so.
            ?? Unless(approve.EditedInput is null || state.Phase.AwaitingApproval?.Call.MayHaveHappened == false, "call_in_doubt"),
        reject: static (state, reject) => UnfitReview(state, reject.RequestId, reject.Reviewer),
        reply: static (state, reply) => Unless(state.Phase.AwaitingReply?.Id == reply.QuestionId, "question_not_open")
            ?? Unless(!PersonName.IsNobody(reply.Person), "person_is_unknown"),
        resolve: static (state, resolve) => Unless(state.Phase.InDoubt?.Call.Id == resolve.CallId, "call_not_in_doubt")
            ?? Unless(!PersonName.IsNobody(resolve.Person), "person_is_unknown"));

    // Nobody approves, or rejects, on their own behalf. Whose behalf it is must be known for that.
    private static string? UnfitReview(State state, string requestId, string reviewer) =>
        Unless(state.Phase.AwaitingApproval?.Request.Id == requestId, "request_not_open")
        ?? Unless(!PersonName.IsNobody(state.Run.Actor), "run_has_no_actor")
        ?? Unless(!PersonName.AreAlike(state.Run.Actor!, reviewer), "reviewer_is_the_actor")
        ?? Unless(!PersonName.IsNobody(reviewer), "reviewer_is_unknown");

    // Time alone ends a wait, for the model or for a person, and a permission that was not used. It does not end an execution or a doubt:
    // what may have happened in the world is waited for (the tool's own time limit is the shell's). The deadline holds at the next check.
    private static bool IsDue(Phase phase, Budget budget, Spent spent) =>
        (phase.AwaitingApproval is { } waiting && IsOverdue(waiting.Request, spent))
        || HasExpired(phase.Permitted?.Call.Approval, spent)
        || (phase is { Thinking: not null } or { AwaitingApproval: not null } or { AwaitingReply: not null } or { Permitted: not null }
            && budget.DeadlineHasCome(spent));

    private static bool IsOverdue(ApprovalRequest request, Spent spent) => request.Expires is { } expires && spent.Now > expires;

    private static string? Unless(bool fits, string reason) => fits ? null : reason;
}
