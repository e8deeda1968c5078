namespace MiniRuntime.Core;

// Evolve: state and event → state. The only way that a state changes, and it asks nobody: no agent, no policy, no registry. Null means
// that the event cannot stand here, which is how Fold refuses a trace that breaks the grammar.
public sealed partial class Agent
{
    private static State? Evolve(State? before, TraceEvent traced)
    {
        if (before is null)
            return traced is { Sequence: 0, Step: 0, Fact.RunStarted: { } start } && start.Run.Id == traced.RunId ? new State(start) : null;
        var step = traced.Fact.Stopped is null ? before.StepNumber : before.Spent.Steps;
        if (traced.RunId != before.RunId || traced.Sequence != before.Events || traced.Step != step) return null;
        return traced.Fact.Match(new State(before) { Events = before.Events + 1 },
            runStarted: static (_, _) => null,
            contextBuilt: static (s, built) => s.Phase.Ready is { Ending: null }
                ? new State(s) { Phase = new Thinking(built), Packets = s.Packets + 1, Labels = WithMemory(s, built.Memory) }
                : null,
            accepted: static (s, accepted) => Accept(s, accepted),
            ignored: static (s, ignored) => new State(s) { Spent = s.Spent.Bill(ignored.Stamp) },
            callRefused: static (s, refused) => NotFound(s, refused),
            callJudged: static (s, judged) => Judged(s, judged),
            callAuthorized: static (s, authorized) => Authorize(s, authorized),
            otherJudged: static (s, judged) => Judged(s, judged),
            stopped: static (s, stopped) => End(s, stopped));
    }

    // What came in.

    private static State? Accept(State before, Accepted accepted)
    {
        if (Unfit(before, accepted.Input, accepted.Stamp) is not null) return null;
        var paid = new State(before) { Spent = before.Spent.Pay(accepted.Stamp) };
        return accepted.Input.Match((s: paid, late: accepted.Stamp.At is null),
            decision: static (at, decision) => Propose(at.s, decision),
            invalidDecision: static (at, invalid) => Trouble(
                See(at.s, ObservationKind.Decision, "invalid_decision"), at.s.Spent.Step().InvalidDecision(),
                new Turn(at.s.IdOf(at.s.Spent.Steps), null, invalid.Raw ?? "", new Error(invalid.Reason)),
                new Stopped(StopReason.InvalidDecision, Detail: invalid.Reason)),
            modelFailure: static (at, failure) => Trouble(
                See(at.s, ObservationKind.System, "model_failure"), at.s.Spent.ModelFailure(), null,
                new Stopped(StopReason.InvalidDecision, Detail: $"model_failure: {failure.Reason}")),
            toolReport: static (at, report) => Report(
                new State(at.s) { Labels = LabelSet.Union(at.s.Labels, report.Labels) }, at.s.Phase.Executing!.Call, report.Result),
            personSaid: static (at, said) => said.Match(at,
                approve: static (at, approve) => Answered(at.s, at.s.Phase.AwaitingApproval!, approve, at.late),
                reject: static (at, reject) => RefuseCall(
                    See(at.s, ObservationKind.System, "approval", "rejected"), at.s.Phase.AwaitingApproval!.Call, reject.Reason),
                reply: static (at, reply) => Replied(at.s, at.s.Phase.AwaitingReply!, reply),
                resolve: static (at, resolve) => Resolved(at.s, at.s.Phase.InDoubt!, resolve)),
            recovered: static (at, _) => new State(See(at.s, ObservationKind.System, "recovered"))
            {
                Phase = new InDoubt(at.s.Phase.Executing!.Call),
            },
            tick: static (at, _) => at.s.Phase.AwaitingApproval is not { } waiting ? new State(at.s) { Phase = new Ready() }
                : IsOverdue(waiting.Request, at.s.Spent)
                    ? RefuseCall(See(at.s, ObservationKind.System, "approval", "expired"), waiting.Call, "approval_expired")
                // The deadline ends a wait, but not a doubt.
                : new State(at.s) { Phase = waiting.Call.MayHaveHappened ? new InDoubt(waiting.Call, true) : new Ready() },
            cancel: static (at, _) => new State(at.s) { Phase = new Ready(new Stopped(StopReason.Cancelled)) });
    }

    private static State Propose(State s, Decision decision)
    {
        var id = s.IdOf(s.Spent.Steps);
        var charged = new State(See(s, ObservationKind.Decision, decision.Kind)) { Spent = s.Spent.Step() };
        return decision.Match((charged, id, decision),
            answer: static (at, answer) => answer.IsBlank
                ? Trouble(at.charged, at.charged.Spent.InvalidDecision(), new Turn(at.id, at.decision, null, new Error("empty_answer")),
                    new Stopped(StopReason.InvalidDecision, Detail: "empty_answer"))
                : new State(at.charged) { Phase = new Judging(at.id, at.decision) },
            callTool: static (at, _) => new State(at.charged) { Phase = new Judging(at.id, at.decision) },
            askHuman: static (at, ask) => new State(See(at.charged, ObservationKind.System, "human", ask.Question))
            {
                Phase = new AwaitingReply(at.id, ask),
            },
            stop: static (at, stop) => new State(at.charged) { Phase = new Ready(new Stopped(stop.Reason, StoppedBy.Model)) });
    }

    private static State Report(State s, Call call, ToolResult result)
    {
        var seen = new State(See(s, ObservationKind.Tool, call.Tool.Name, result.Status))
        {
            Labels = LabelSet.Union(s.Labels, call.Tool.Labels),
        };
        var turn = new Turn(call.Id, call.Proposal, null, result);
        return result.Match((seen, call, turn),
            ok: static (at, _) => new State(at.seen) { Turns = at.seen.Turns.Add(at.turn), Phase = new Ready() },
            refused: static (at, refused) => Trouble(at.seen, at.seen.Spent.Refusal(), at.turn,
                new Stopped(StopReason.Refused, Detail: refused.Reason, Tool: at.call.Tool.Name)),
            error: static (at, error) => Trouble(at.seen, at.seen.Spent.ToolFailure(), at.turn,
                new Stopped(StopReason.ToolFailure, Detail: error.Reason, Tool: at.call.Tool.Name)),
            lost: static (at, _) => new State(at.seen) { Phase = new InDoubt(at.call) });
    }

    private static State Answered(State s, AwaitingApproval waiting, Approve approve, bool withoutTime)
    {
        if (waiting.Request.HasExpired(withoutTime ? null : s.Spent.Now))
            return RefuseCall(See(s, ObservationKind.System, "approval", "expired"), waiting.Call, "approval_expired");
        var seen = See(s, ObservationKind.System, "approval", approve.EditedInput is null ? "granted" : "edited");
        if (approve.EditedInput is null)
            return new State(seen) { Phase = new Permitted(waiting.Call with { ApprovedBy = approve.Reviewer }) };
        // The call that was asked for is closed; the edited one is new: charged, and judged like any other. Without a step left there is no
        // new call, and the run ends.
        var closed = new State(seen)
        {
            Turns = s.Turns.Add(new Turn(waiting.Call.Id, waiting.Call.Proposal, null, new Refused("edited_by_reviewer"))),
            Phase = new Ready(),
        };
        return s.Start.Budget.Exhausted(s.Spent) ? closed : new State(closed)
        {
            Spent = s.Spent.Step(),
            Phase = new Judging(s.IdOf(s.Spent.Steps), new CallTool(waiting.Call.Tool.Name, approve.EditedInput)),
        };
    }

    private static State Replied(State s, AwaitingReply waiting, Reply reply) => new(See(s, ObservationKind.System, "human", "replied"))
    {
        Labels = LabelSet.Union(s.Labels, reply.Labels),
        Turns = s.Turns.Add(new Turn(waiting.Id, waiting.Question, null, new Ok(reply.Text))),
        Phase = new Ready(),
    };

    private static State Resolved(State s, InDoubt doubt, Resolve resolve) => resolve.Resolution switch
    {
        Resolution.Happened => Report(s, doubt.Call, new Ok(resolve.Data ?? Json.None)),
        Resolution.DidNotHappen => Report(s, doubt.Call, new Error("did_not_happen")),
        _ => new State(s) { Phase = new Ready(new Stopped(StopReason.Cancelled, Detail: "in_doubt", Tool: doubt.Call.Tool.Name)) },
    };

    // What followed.

    private static State? NotFound(State s, CallRefused refused)
    {
        var seen = See(s, ObservationKind.Tool, refused.Reason == "unknown_tool" ? "unknown" : "refused", refused.Tool);
        if (s.Phase.Judging is { Proposal.CallTool: { } proposal } judging)
            return judging.Id == refused.CallId && proposal.Name == refused.Tool
                ? RefuseCall(seen, judging.Id, proposal, refused.Reason)
                : null;
        var again = s.Phase.AwaitingApproval?.Call ?? s.Phase.Permitted?.Call;
        return again?.Id == refused.CallId && again.Proposal.Name == refused.Tool ? RefuseCall(seen, again, refused.Reason) : null;
    }

    private static State? Judged(State s, CallJudged judged)
    {
        var again = s.Phase.AwaitingApproval?.Call ?? s.Phase.Permitted?.Call ?? s.Phase.InDoubt?.Call;
        var call = s.Phase.Judging is { Proposal.CallTool: { } proposal } judging
            ? new Call(judging.Id, proposal, judged.Tool, judged.AgentHash)
            : again is null ? null : again with { Tool = judged.Tool, AgentHash = judged.AgentHash, ApprovedBy = null };
        if (call is null || call.Id != judged.CallId || call.Proposal.Name != judged.Tool.Name) return null;
        var seen = See(s, ObservationKind.Policy, judged.Tool.Name, judged.Verdict.Status);
        return judged.Verdict.Match((seen, call, judged.Request),
            allow: static (at, _) => new State(at.seen) { Phase = new Permitted(at.call) },
            approvalRequired: static (at, why) => at.Request is { } request
                ? new State(at.seen) { Phase = new AwaitingApproval(at.call, request, why.Reason) }
                : at.call.MayHaveHappened ? new State(at.seen) { Phase = new InDoubt(at.call, NeedsPerson: true) }
                : new State(at.seen) { Phase = new Ready(new Stopped(StopReason.Blocked, Detail: why.Reason, Tool: at.call.Tool.Name)) },
            deny: static (at, deny) => RefuseCall(at.seen, at.call, deny.Reason));
    }

    private static State? Authorize(State s, CallAuthorized authorized)
    {
        var call = s.Phase.Permitted?.Call ?? s.Phase.InDoubt?.Call;
        if (call is null || call.Id != authorized.CallId || call.Attempts + 1 != authorized.Attempt) return null;
        return new State(s)
        {
            Spent = s.Spent.ToolCall(),
            ToolsCalled = call.Attempts == 0 ? s.ToolsCalled.Add(call.Tool.Name) : s.ToolsCalled,
            Phase = new Executing(call with
            {
                Attempts = authorized.Attempt,
                MayHaveHappened = call.MayHaveHappened || call.Tool.SideEffect == SideEffect.Write,
            }),
        };
    }

    private static State? Judged(State s, OtherJudged judged)
    {
        if (judged.Action == PolicyAction.MemoryRead)
            return s.Phase.Ready is { Ending: null, Memory: null } ? new State(s) { Phase = new Ready(null, judged.Verdicts) } : null;
        if (s.Phase.Judging is not { Proposal.Answer: { } answer } judging || judged.Verdicts is not [{ } verdict]) return null;
        if (verdict.Ref != judging.Id) return null;
        return verdict.Decision.Deny is { } deny
            ? Trouble(s, s.Spent.Refusal(), new Turn(judging.Id, judging.Proposal, null, new Refused(deny.Reason)),
                new Stopped(StopReason.Refused, Detail: deny.Reason))
            : new State(s) { Answer = answer.Text, Phase = new Ready(new Stopped(StopReason.Success)) };
    }

    // A run ends where something announced it, or where the budget, a missing person or an unjudged answer can end it.
    private static State? End(State s, Stopped stopped)
    {
        if (s.Phase.Ready is { Ending: { } ending }) return ending == stopped ? new State(s) { Phase = stopped } : null;
        if (s.Phase.Judging is { Proposal.Answer: { } answer } && stopped.Reason == StopReason.Success)
            return new State(s) { Phase = stopped, Answer = answer.Text };
        var fits = stopped.Reason switch
        {
            StopReason.BudgetExhausted => s.Phase.Ready is not null || s.Phase.Permitted is not null || s.Phase.InDoubt is not null,
            StopReason.Blocked => s.Phase.AwaitingReply is not null || s.Phase.InDoubt is not null,
            _ => false,
        };
        return fits ? new State(s) { Phase = stopped } : null;
    }

    // Helpers.

    // A refused call is trouble like any other; but one that may have happened is not forgotten for it: a person has to say.
    private static State RefuseCall(State s, Call call, string reason) => call.MayHaveHappened
        ? new State(s) { Spent = s.Spent.Refusal(), Phase = new InDoubt(call, NeedsPerson: true) }
        : RefuseCall(s, call.Id, call.Proposal, reason);

    private static State RefuseCall(State s, string id, CallTool proposal, string reason) =>
        Trouble(s, s.Spent.Refusal(), new Turn(id, proposal, null, new Refused(reason)),
            new Stopped(StopReason.Refused, Detail: reason, Tool: proposal.Name));

    // Trouble is charged; the run goes on, and the model gets to see what went wrong, as long as the budget tolerates it.
    private static State Trouble(State s, Spent charged, Turn? turn, Stopped ending)
    {
        var budget = s.Start.Budget;
        var tolerated = charged.InvalidDecisions <= budget.MaxInvalidDecisions && charged.ModelFailures <= budget.MaxModelFailures
            && charged.ToolFailures <= budget.MaxToolFailures && charged.Refusals <= budget.MaxRefusals;
        return new State(s)
        {
            Spent = charged,
            Turns = turn is null ? s.Turns : s.Turns.Add(turn),
            Phase = new Ready(tolerated ? null : ending),
        };
    }

    private static State See(State s, ObservationKind kind, string subject, string? detail = null) =>
        new(s) { Observations = s.Observations.Add(new Observation(kind, subject, detail)) };

    private static Seq<string> WithMemory(State s, Seq<string> shown)
    {
        var labels = s.Labels;
        foreach (var item in s.Run.Memory)
            if (item.Labels.Count > 0 && shown.Contains(item.Id)) labels = LabelSet.Union(labels, item.Labels);
        return labels;
    }
}
