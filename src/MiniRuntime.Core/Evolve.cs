namespace MiniRuntime.Core;

// Evolve: state and event → state. The only way that a state changes, and it asks nobody: no agent, no policy, no registry. Null means
// that the event cannot stand here, which is how Fold refuses a trace that breaks the grammar. Each event makes one state, by one `new`
// that names all that changes; `s` is always the state before.
public sealed partial class Agent
{
    private static State? Evolve(State? before, TraceEvent? traced)
    {
        if (before is null)
            return traced is { Sequence: 0, Step: 0, Fact.RunStarted: { } start } && start.Run.Id == traced.RunId ? new State(start) : null;
        if (traced?.RunId != before.RunId || traced.Sequence != before.Events || traced.Step != before.StepOf(traced.Fact)) return null;
        return traced.Fact.Match(before,
            runStarted: static (_, _) => null,
            contextBuilt: static (s, built) => s.NeedsPacket
                ? new State(s, new Thinking(built), packets: s.Packets + 1,
                    labels: built.Memory.Count == 0 ? null : WithMemory(s, built.Memory))
                : null,
            accepted: static (s, accepted) => Accept(s, accepted),
            ignored: static (s, ignored) => new State(s, s.Phase, s.Spent.Bill(ignored.Stamp)),
            callRefused: static (s, refused) => Unavailable(s, refused),
            callJudged: static (s, judged) => CallVerdict(s, judged),
            callAuthorized: static (s, authorized) => Authorize(s, authorized),
            otherJudged: static (s, judged) => OtherVerdict(s, judged),
            stopped: static (s, stopped) => End(s, stopped));
    }

    // What came in. It is paid for, whatever comes of it.

    private static State? Accept(State before, Accepted accepted)
    {
        if (accepted.Queued ? !before.IsNext(accepted.Input) : Unfit(before, accepted.Input, accepted.Stamp) is not null) return null;
        return accepted.Input.Match((s: before, paid: before.Spent.Pay(accepted.Stamp), withoutTime: accepted.Stamp.At is null),
            decision: static (at, decision) => Propose(at.s, at.paid, decision),
            invalidDecision: static (at, invalid) => Trouble(at.s, at.paid.Step().InvalidDecision(),
                Seen(at.s, ObservationKind.Decision, "invalid_decision"),
                new Turn(at.s.IdOf(at.s.Spent.Steps), null, invalid.Raw ?? "", new Error(invalid.Reason)),
                new Stopped(StopReason.InvalidDecision, Detail: invalid.Reason)),
            modelFailure: static (at, failure) => Trouble(at.s, at.paid.ModelFailure(),
                Seen(at.s, ObservationKind.System, "model_failure"), null,
                new Stopped(StopReason.InvalidDecision, Detail: $"model_failure: {failure.Reason}")),
            toolReport: static (at, report) => Report(at.s, at.paid, at.s.Phase.Executing!.Call, report.Result, report.Labels),
            personSaid: static (at, said) => said.Match(at,
                approve: static (at, approve) => Answered(at.s, at.paid, at.s.Phase.AwaitingApproval!, approve, at.withoutTime),
                reject: static (at, reject) => RefuseOrDoubt(at.s, at.paid, Seen(at.s, ObservationKind.System, "approval", "rejected"),
                    at.s.Phase.AwaitingApproval!.Call, reject.Reason),
                reply: static (at, reply) => Replied(at.s, at.paid, at.s.Phase.AwaitingReply!, reply),
                resolve: static (at, resolve) => Resolved(at.s, at.paid, at.s.Phase.InDoubt!, resolve)),
            recovered: static (at, _) => new State(at.s, new InDoubt(at.s.Phase.Executing!.Call), at.paid,
                Seen(at.s, ObservationKind.System, "recovered")),
            tick: static (at, _) => at.s.Phase.AwaitingApproval is { } waiting && IsOverdue(waiting.Request, at.paid)
                ? Expire(at.s, at.paid, waiting)
                // The deadline ends a wait, but not a doubt.
                : at.s.Phase.AwaitingApproval?.Call is { MayHaveHappened: true } call
                    ? new State(at.s, new InDoubt(call, NeedsPerson: true), at.paid)
                    // What was permitted and not begun is looked at again, now that the time is known.
                    : new State(at.s, at.s.Phase.Permitted is null ? Phase.Between : at.s.Phase, at.paid),
            cancel: static (at, _) => new State(at.s, new Ready(EndWith(at.s.Phase.Call, StopReason.Cancelled)), at.paid),
            decisions: static (at, decisions) => new State(at.s, Phase.Between, at.paid, queue: decisions.Items));
    }

    private static State Propose(State s, Spent paid, Decision decision)
    {
        var (id, charged, seen) = (s.IdOf(s.Spent.Steps), paid.Step(), Seen(s, ObservationKind.Decision, decision.Kind));
        return decision.Match((s, id, charged, seen, decision),
            answer: static (at, answer) => answer.IsBlank
                ? Trouble(at.s, at.charged.InvalidDecision(), at.seen, new Turn(at.id, at.decision, null, new Error("empty_answer")),
                    new Stopped(StopReason.InvalidDecision, Detail: "empty_answer"))
                : new State(at.s, new Judging(at.id, at.decision), at.charged, at.seen),
            callTool: static (at, _) => new State(at.s, new Judging(at.id, at.decision), at.charged, at.seen),
            askHuman: static (at, ask) => new State(at.s, new AwaitingReply(at.id, ask), at.charged,
                at.seen.Add(new Observation(ObservationKind.System, "human", ask.Question))),
            stop: static (at, stop) => new State(at.s, new Ready(new Stopped(stop.Reason, StoppedBy.Model)), at.charged, at.seen));
    }

    private static State Report(State s, Spent paid, Call call, ToolResult result, Seq<string> reported)
    {
        var seen = Seen(s, ObservationKind.Tool, call.Tool.Name, result.Status);
        var labels = LabelSet.Union(LabelSet.Union(s.Labels, reported), call.Tool.Labels);
        // A call in doubt may have been refused one time too many. The run had to go on until it was known what became of the call.
        var overdue = s.Start.Budget.Tolerates(s.Spent)
            ? null
            : new Stopped(StopReason.Refused, Detail: "refused_in_doubt", Tool: call.Tool.Name);
        return result.Match((s, paid, seen, labels, call, overdue, turn: new Turn(call.Id, call.Proposal, null, result)),
            ok: static (at, _) =>
                new State(at.s, at.overdue is { } ending ? new Ready(ending) : Phase.Between, at.paid, at.seen, at.turn, at.labels),
            refused: static (at, refused) => Trouble(at.s, at.paid.Refusal(), at.seen, at.turn,
                new Stopped(StopReason.Refused, Detail: refused.Reason, Tool: at.call.Tool.Name), at.labels),
            error: static (at, error) => Trouble(at.s, at.paid.ToolFailure(), at.seen, at.turn,
                at.overdue ?? new Stopped(StopReason.ToolFailure, Detail: error.Reason, Tool: at.call.Tool.Name), at.labels),
            lost: static (at, _) => new State(at.s, new InDoubt(at.call), at.paid, at.seen, labels: at.labels));
    }

    private static State Answered(State s, Spent paid, AwaitingApproval waiting, Approve approve, bool withoutTime)
    {
        if (waiting.Request.Expires is not { } expires || withoutTime || IsOverdue(waiting.Request, paid)) return Expire(s, paid, waiting);
        if (approve.EditedInput is not { } edited)
            return new State(s, new Permitted(waiting.Call with { Approval = new Approval(approve.Reviewer, expires) }), paid,
                Seen(s, ObservationKind.System, "approval", "granted"));
        // The call that was asked for is closed; the edited one is new: charged, and judged like any other. Without a step left there is no
        // new call, and the run ends.
        var seen = Seen(s, ObservationKind.System, "approval", "edited");
        var closed = new Turn(waiting.Call.Id, waiting.Call.Proposal, null, new Refused("edited_by_reviewer"));
        return s.Start.Budget.Exhausted(paid)
            ? new State(s, Phase.Between, paid, seen, closed)
            : new State(s, new Judging(s.IdOf(paid.Steps), new CallTool(waiting.Call.Tool.Name, edited)), paid.Step(), seen, closed);
    }

    private static State Expire(State s, Spent paid, AwaitingApproval waiting) =>
        RefuseOrDoubt(s, paid, Seen(s, ObservationKind.System, "approval", "expired"), waiting.Call, "approval_expired");

    private static State Replied(State s, Spent paid, AwaitingReply waiting, Reply reply) => new(s, Phase.Between, paid,
        Seen(s, ObservationKind.System, "human", "replied"), new Turn(waiting.Id, waiting.Question, null, new Ok(reply.Text)),
        LabelSet.Union(s.Labels, reply.Labels));

    private static State Resolved(State s, Spent paid, InDoubt doubt, Resolve resolve) => resolve.Resolution switch
    {
        Resolution.Happened => Report(s, paid, doubt.Call, new Ok(resolve.Data ?? Json.None), []),
        Resolution.DidNotHappen => Report(s, paid, doubt.Call, new Error("did_not_happen"), []),
        _ => new State(s, new Ready(new Stopped(StopReason.Cancelled, Detail: "in_doubt", Tool: doubt.Call.Tool.Name)), paid),
    };

    // What followed.

    private static State? Unavailable(State s, CallRefused refused)
    {
        var seen = Seen(s, ObservationKind.Tool, refused.Status, refused.Tool);
        if (s.Phase.Judging is { Proposal.CallTool: { } proposal } judging)
            return judging.Id == refused.CallId && proposal.Name == refused.Tool
                ? Refuse(s, s.Spent, seen, judging.Id, proposal, refused.Reason)
                : null;
        var again = s.Phase.AwaitingApproval?.Call ?? s.Phase.Permitted?.Call;
        return again?.Id == refused.CallId && again.Proposal.Name == refused.Tool
            ? RefuseOrDoubt(s, s.Spent, seen, again, refused.Reason)
            : null;
    }

    private static State? CallVerdict(State s, CallJudged judged)
    {
        var again = s.Phase.Executing is null ? s.Phase.Call : null;
        var call = s.Phase.Judging is { Proposal.CallTool: { } proposal } judging
            ? new Call(judging.Id, proposal, judged.Tool, judged.AgentHash)
            : again is null ? null : again with { Tool = judged.Tool, AgentHash = judged.AgentHash, Approval = null };
        if (call is null || call.Id != judged.CallId || call.Proposal.Name != judged.Tool.Name) return null;
        var seen = Seen(s, ObservationKind.Policy, judged.Tool.Name, judged.Verdict.Status);
        return judged.Verdict.Match((s, seen, call, judged.Request),
            allow: static (at, _) => new State(at.s, new Permitted(at.call), seen: at.seen),
            approvalRequired: static (at, why) => new State(at.s, seen: at.seen, phase:
                at.Request is { } request ? new AwaitingApproval(at.call, request, why.Reason)
                : at.call.MayHaveHappened ? new InDoubt(at.call, NeedsPerson: true)
                : new Ready(new Stopped(StopReason.Blocked, Detail: why.Reason, Tool: at.call.Tool.Name))),
            deny: static (at, deny) => RefuseOrDoubt(at.s, at.s.Spent, at.seen, at.call, deny.Reason));
    }

    private static State? Authorize(State s, CallAuthorized authorized)
    {
        var call = s.Phase.Permitted?.Call ?? s.Phase.InDoubt?.Call;
        if (call is null || call.Id != authorized.CallId || call.Attempts + 1 != authorized.Attempt) return null;
        var permitted = call with
        {
            Attempts = authorized.Attempt,
            MayHaveHappened = call.MayHaveHappened || call.Tool.SideEffect == SideEffect.Write,
        };
        return new State(s, new Executing(permitted), s.Spent.ToolCall(), called: call.Attempts == 0 ? call.Tool.Name : null);
    }

    private static State? OtherVerdict(State s, OtherJudged judged)
    {
        if (judged.Action == PolicyAction.MemoryRead)
            return s.NeedsPacket && s.Phase.Ready!.Memory is null ? new State(s, new Ready(null, judged.Verdicts)) : null;
        if (s.Phase.Judging is not { Proposal.Answer: { } answer } judging || judged.Verdicts is not [{ } verdict]) return null;
        if (verdict.Ref != judging.Id) return null;
        return verdict.Decision.Deny is { } deny
            ? Trouble(s, s.Spent.Refusal(), s.Observations, new Turn(judging.Id, judging.Proposal, null, new Refused(deny.Reason)),
                new Stopped(StopReason.Refused, Detail: deny.Reason))
            : new State(s, new Ready(new Stopped(StopReason.Success)), answer: answer.Text);
    }

    // A run ends where something announced it, or where the budget, a missing person or an unjudged answer can end it.
    private static State? End(State s, Stopped stopped)
    {
        if (s.Phase.Ready is { Ending: { } ending }) return ending == stopped ? new State(s, stopped) : null;
        if (s.Phase.Judging is { Proposal.Answer: { } answer } && stopped.Reason == StopReason.Success)
            return new State(s, stopped, answer: answer.Text);
        var fits = stopped.Reason switch
        {
            StopReason.BudgetExhausted => s.Phase.Ready is not null || s.Phase.Permitted is not null || s.Phase.InDoubt is not null,
            StopReason.Blocked => s.Phase.AwaitingReply is not null || s.Phase.InDoubt is not null,
            _ => false,
        };
        return fits ? new State(s, stopped) : null;
    }

    // Helpers.

    // An end that leaves a call behind which may have happened says so: somebody has to look.
    private static Stopped EndWith(Call? open, StopReason reason) =>
        open is { MayHaveHappened: true } ? new Stopped(reason, Detail: "in_doubt", Tool: open.Tool.Name) : new Stopped(reason);

    // A refused call is trouble like any other; but one that may have happened is not forgotten for it: a person has to say.
    private static State RefuseOrDoubt(State s, Spent paid, Seq<Observation> seen, Call call, string reason) => call.MayHaveHappened
        ? new State(s, new InDoubt(call, NeedsPerson: true), paid.Refusal(), seen)
        : Refuse(s, paid, seen, call.Id, call.Proposal, reason);

    private static State Refuse(State s, Spent paid, Seq<Observation> seen, string id, CallTool proposal, string reason) =>
        Trouble(s, paid.Refusal(), seen, new Turn(id, proposal, null, new Refused(reason)),
            new Stopped(StopReason.Refused, Detail: reason, Tool: proposal.Name));

    // Trouble is charged; the run goes on, and the model gets to see what went wrong, as long as the budget tolerates it.
    private static State Trouble(
        State s, Spent charged, Seq<Observation> seen, Turn? turn, Stopped ending, Seq<string>? labels = null)
    {
        var next = s.Start.Budget.Tolerates(charged) ? Phase.Between : new Ready(ending);
        return new State(s, next, charged, seen, turn, labels);
    }

    private static Seq<Observation> Seen(State s, ObservationKind kind, string subject, string? detail = null) =>
        s.Observations.Add(new Observation(kind, subject, detail));

    // One union for all items, and only of what is new: memory can be long, and every packet shows it.
    private static Seq<string> WithMemory(State s, Seq<string> shown) => LabelSet.Union(s.Labels,
        LabelSet.Of(Shown(s.Run.Memory, shown).SelectMany(static item => item.Labels).Where(label => !LabelSet.Contains(s.Labels, label))));
}
