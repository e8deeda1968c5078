using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// An auditor of the gate, who believes nothing but what was traced and handed out: before each permit there must stand an allow, or a
/// fresh approval of exactly this call by somebody else, from the agent that issues the permit; and there must be budget left.
/// </summary>
internal sealed class GateAudit
{
    private readonly Dictionary<string, CallTool> _proposals = [];
    private readonly Dictionary<string, CallJudged> _verdicts = [];
    private readonly Dictionary<string, (int Attempt, CallJudged Ground, bool Unrepeatable)> _permits = [];
    private readonly HashSet<string> _open = [];
    private readonly HashSet<string> _usedRequests = [];
    private readonly Dictionary<string, DateTimeOffset> _approvedUntil = [];
    private readonly Ledger _ledger = new();
    private TraceEvent? _latest;
    private Run _run = null!;

    public static void Of(Walk walk)
    {
        var gate = new GateAudit();
        foreach (var leg in walk.Legs)
        {
            foreach (var traced in leg.Events.Take(leg.Kept)) gate.See(traced, leg.Setup.Agent.Hash);
            if (leg.Begun?.ExecuteTool is { } execute) gate.Execute(execute.Permit, leg.Setup.Agent);
        }
    }

    private void See(TraceEvent traced, string agentHash)
    {
        if (traced.Fact.RunStarted is { } started) _run = started.Run;
        if (traced.Fact.Accepted is { } accepted) See(accepted);
        if (traced.Fact.CallAuthorized is { } permit) Permit(permit, agentHash);
        _ledger.Enter(traced.Fact);
        _latest = traced;
        if (traced.Fact.CallJudged is not { } judged) return;
        Expect.Equal(agentHash, judged.AgentHash);
        // The permission is the verdict's own, or waits for the approval; an older one for this call is gone either way.
        _verdicts[judged.CallId] = judged;
        _open.Remove(judged.CallId);
        _approvedUntil.Remove(judged.CallId);
        if (judged.Verdict.Allow is not null) _open.Add(judged.CallId);
    }

    private void See(Accepted accepted)
    {
        if (accepted.Input.Decision?.CallTool is { } call) _proposals[$"{_run.Id}:{_ledger.Steps}"] = call;
        if (accepted.Input.PersonSaid?.Approve is not { } approve) return;
        var (id, judged) = _verdicts.Single(entry => entry.Value.Request?.Id == approve.RequestId);
        var request = judged.Request!;
        Expect.Equal(request.Hash, approve.Hash);
        Expect.Equal(request.Hash, ApprovalRequest.HashOf(_run.Id, id, _proposals[id], judged.Tool));
        // The actor tries it too, under many names; whoever else there is has one.
        Expect.NotNull(_run.Actor);
        Expect.Equal(Reviewers.Name, approve.Reviewer);
        Expect.True(_usedRequests.Add(request.Id), $"{request.Id} was approved twice");
        var now = accepted.Stamp.At > _ledger.Now || _ledger.Now is null ? accepted.Stamp.At : _ledger.Now;
        if (accepted.Stamp.At is null || request.Expires is null || now > request.Expires) return;
        if (approve.EditedInput is { } edited) _proposals[$"{_run.Id}:{_ledger.Steps}"] = new CallTool(judged.Tool.Name, edited);
        else
        {
            _open.Add(id);
            _approvedUntil[id] = request.Expires.Value;
        }
    }

    private void Permit(CallAuthorized permit, string agentHash)
    {
        Expect.True(_ledger.ToolCalls < _ledger.Budget.MaxToolCalls, $"{permit}: no call is left");
        Expect.True(_ledger.Steps <= _ledger.Budget.MaxSteps, $"{permit}: the steps are overdrawn");
        Expect.False(_ledger.BillOrTimeIsUp, $"{permit}: no token, money or time is left");
        Expect.True(_verdicts.TryGetValue(permit.CallId, out var ground), $"{permit}: policy was never asked");
        Expect.True(ground.AgentHash == agentHash, $"{permit}: only another agent's policy allowed it");
        var earlier = _permits.GetValueOrDefault(permit.CallId);
        Expect.Equal(earlier.Attempt + 1, permit.Attempt);
        // A call in doubt that may be repeated needs no second allow, as long as it is the same agent that allowed the first time; and no
        // second approval, as long as the first one holds.
        var repeats = earlier.Ground?.AgentHash == agentHash && ground.Tool.Repeatable
            && !(_approvedUntil.TryGetValue(permit.CallId, out var until) && _ledger.Now > until);
        Expect.True(_open.Remove(permit.CallId) || repeats, $"{permit}: no unused allow or approval stands before it");
        Expect.False(earlier.Unrepeatable, $"{permit}: repeated by guess");
        Expect.True(earlier.Ground?.Tool.SideEffect != SideEffect.Write || ground.Tool.Repeatable, $"{permit}: repeated without the key");
        _permits[permit.CallId] = (permit.Attempt, ground, !ground.Tool.Repeatable);
    }

    private void Execute(AuthorizedCall permit, Agent agent)
    {
        var authorized = _latest?.Fact.CallAuthorized;
        Expect.NotNull(authorized);
        Expect.Equal((authorized.CallId, authorized.Attempt), (permit.Call.Id, permit.Call.Attempts));
        Expect.Equal(_run.Id, permit.RunId);
        Expect.Equal(agent.Hash, permit.AgentHash);
        Expect.Equal(_proposals[permit.Call.Id], permit.Call.Proposal);
        Expect.Equal(_verdicts[permit.Call.Id].Tool, permit.Call.Tool);
        Expect.Contains(agent.Tools, tool => tool.Enabled && tool.Ref == permit.Call.Tool && tool.Name == permit.Call.Proposal.Name);
    }
}
