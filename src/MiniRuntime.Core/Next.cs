namespace MiniRuntime.Core;

// Next: what follows from the state alone, if anything does. Policy, registry and budget are asked here and nowhere else.
public sealed partial class Agent
{
    private Fact? Next(State state) => state.Phase.Match((agent: this, state),
        ready: static (at, ready) => at.agent.AfterReady(at.state, ready),
        thinking: static (_, _) => (Fact?)null,
        judging: static (at, judging) => judging.Proposal.Match((at.agent, at.state, judging.Id),
            answer: static (at, answer) => at.agent.JudgeAnswer(at.state, at.Id, answer),
            callTool: static (at, call) => at.agent.LookUpAndJudge(at.state, at.Id, call),
            askHuman: static (_, _) => (Fact?)null,
            stop: static (_, _) => null),
        awaitingApproval: static (at, waiting) => at.agent.JudgedHere(waiting.Call) ? null : at.agent.JudgeAgain(at.state, waiting.Call),
        permitted: static (at, permitted) => at.agent.JudgedHere(permitted.Call) && !HasExpired(permitted.Call.Approval, at.state.Spent)
            ? at.agent.Permit(at.state, permitted.Call)
            : at.agent.JudgeAgain(at.state, permitted.Call),
        executing: static (_, _) => null,
        inDoubt: static (at, doubt) => at.agent.AfterDoubt(at.state, doubt),
        awaitingReply: static (at, _) =>
            at.agent.Approvals.Enabled ? (Fact?)null : new Stopped(StopReason.Blocked, Detail: "human_required"),
        stopped: static (_, _) => null);

    private Fact? AfterReady(State state, Ready ready)
    {
        if (ready.Ending is not null) return ready.Ending;
        if (state.Start.Budget.Exhausted(state.Spent)) return new Stopped(StopReason.BudgetExhausted);
        if (state.Queue.Count > 0) return new Accepted(state.Queue[0], Stamp.None, Queued: true);
        if (ready.Memory is null && _judgesMemory && JudgeMemory(state) is { Count: > 0 } verdicts)
            return new OtherJudged(PolicyAction.MemoryRead, verdicts);
        return BuildContext(state, ready.Memory);
    }

    private Fact LookUpAndJudge(State state, string id, CallTool proposal)
    {
        if (!_registry.TryGetValue(proposal.Name, out var registered)) return new CallRefused(id, proposal.Name, CallRefused.UnknownTool);
        if (!registered.Enabled) return new CallRefused(id, proposal.Name, "tool_disabled");
        var tool = registered.Ref;
        var verdict = Policy.Judge(RequestFor(state, PolicyAction.Tool, proposal.Input, state.Labels, tool));
        var request = verdict.ApprovalRequired is not null && Approvals.Enabled
            ? new ApprovalRequest($"{id}#{state.Events}", ApprovalRequest.HashOf(state.RunId, id, proposal, tool), Expiry(state.Spent.Now))
            : null;
        return new CallJudged(id, tool, verdict, Hash, request);
    }

    // The only maker of permits' facts. The budget is asked at this moment, however the call came to be permitted.
    private Fact Permit(State state, Call call) => !state.Start.Budget.CallsExhausted(state.Spent)
        ? new CallAuthorized(call.Id, call.Attempts + 1)
        : EndWith(call, StopReason.BudgetExhausted);

    // Another agent's verdict, and a request made on its ground, bind nobody here: tools or policy may say otherwise now. Nor does an
    // approval whose time is up.
    private bool JudgedHere(Call call) => call.AgentHash == Hash;

    private Fact JudgeAgain(State state, Call call) => call.MayHaveHappened && !MayRepeat(call)
        ? new CallRefused(call.Id, call.Proposal.Name, "not_repeatable")
        : LookUpAndJudge(state, call.Id, call.Proposal);

    // What may be repeated is repeated: at once while the permission holds; under another agent, or when the approval has expired, after
    // passing the gate again.
    private Fact? AfterDoubt(State state, InDoubt doubt)
    {
        var call = doubt.Call;
        if (call.Tool.Repeatable && !doubt.NeedsPerson)
        {
            if (JudgedHere(call) && !HasExpired(call.Approval, state.Spent)) return Permit(state, call);
            if (MayRepeat(call)) return LookUpAndJudge(state, call.Id, call.Proposal);
        }
        return Approvals.Enabled ? (Fact?)null : new Stopped(StopReason.Blocked, Detail: "in_doubt", Tool: call.Tool.Name);
    }

    private static bool HasExpired(Approval? approval, Spent spent) => approval is not null && spent.Now > approval.Expires;

    private bool MayRepeat(Call call) =>
        _registry.TryGetValue(call.Tool.Name, out var now) && now is { Enabled: true, Ref.Repeatable: true };

    private Fact JudgeAnswer(State state, string id, Answer answer) => _judgesAnswers
        ? new OtherJudged(PolicyAction.Answer,
            [new Verdict(id, Policy.Judge(RequestFor(state, PolicyAction.Answer, Json.Object.Of(("text", answer.Text)), state.Labels)))])
        : new Stopped(StopReason.Success);

    private Seq<Verdict> JudgeMemory(State state) => state.Run.Memory.Where(item => Context.Scopes.Contains(item.Scope))
        .Select(item => new Verdict(item.Id, Policy.Judge(RequestFor(state, PolicyAction.MemoryRead,
            Json.Object.Of(("id", item.Id), ("scope", item.Scope.Name()), ("text", item.Text)),
            LabelSet.Union(state.Labels, item.Labels)))))
        .ToSeq();

    private static PolicyRequest RequestFor(
        State state, PolicyAction action, Json.Object input, Seq<string> labels, ToolRef? tool = null) =>
        new(action, state.Run.Actor, state.Run.Tenant, state.Run.Route, tool, input, labels, state.Start.Budget, state.Spent);

    private DateTimeOffset? Expiry(DateTimeOffset? now) => now is not { } at ? null
        : DateTimeOffset.MaxValue - at < Approvals.ValidFor ? DateTimeOffset.MaxValue : at + Approvals.ValidFor;
}
