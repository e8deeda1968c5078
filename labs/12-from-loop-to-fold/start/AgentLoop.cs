namespace Lab12;

/// <summary>
/// Given: the loop of Lab 11, in this lab's words. It works, and it is what your step is compared with. But look at where its state is:
/// half of it is in <c>_state</c>, and half is the line that is being executed. Nobody can stop it there, keep it, and go on tomorrow.
/// </summary>
public sealed class AgentLoop(Agent agent, IWorld world)
{
    private State _state = new();
    private Items<Fact> _trace = [];

    /// <summary>Runs to the end.</summary>
    public StepResult Run()
    {
        while (_state.Phase is not Stopped)
        {
            if (_state.Steps >= agent.MaxSteps)
            {
                End(StopReason.BudgetExhausted);
                break;
            }
            Trace(new ContextBuilt([.. agent.Tools.Select(static tool => tool.Name)]));
            var decision = world.Propose(_state);
            Trace(new Accepted(new Proposed(decision)));
            _state = _state with { Steps = _state.Steps + 1 };
            Observe("decision", decision.Kind);
            Take(decision);
        }
        return new StepResult(_state, _trace);
    }

    private void Take(Decision decision)
    {
        switch (decision)
        {
            case Answer answer when string.IsNullOrWhiteSpace(answer.Text):
                End(StopReason.InvalidDecision, "empty_answer");
                break;
            case Answer answer:
                _state = _state with { Answer = answer.Text };
                End(StopReason.Success);
                break;
            case AskHuman:
                End(StopReason.Blocked);
                break;
            case Stop stop:
                End(stop.Reason);
                break;
            case CallTool call:
                Call(call);
                break;
        }
    }

    private void Call(CallTool call)
    {
        if (agent.Find(call.Name) is not { } tool)
        {
            End(StopReason.Refused, "unknown_tool", call.Name);
            return;
        }
        var verdict = agent.Judge(tool);
        Trace(new CallJudged(tool.Name, verdict));
        Observe("policy", $"{tool.Name}:{verdict.Status}");
        if (verdict.Status == Verdict.Deny) End(StopReason.Refused, verdict.Reason, tool.Name);
        else if (verdict.Status == Verdict.ApprovalRequired) End(StopReason.Blocked, verdict.Reason, tool.Name);
        else Execute(tool, call);
    }

    private void Execute(Tool tool, CallTool call)
    {
        Trace(new CallAuthorized(tool.Name));
        _state = _state with { ToolsCalled = _state.ToolsCalled.Add(tool.Name) };
        var result = world.Execute(call);
        Trace(new Accepted(new Returned(result)));
        Observe("tool", $"{tool.Name}:{result.Status}");
        if (result.Status == "error") End(StopReason.ToolFailure, result.Reason, tool.Name);
        else if (result.Status == "refused") End(StopReason.Refused, result.Reason, tool.Name);
    }

    private void End(StopReason reason, string? why = null, string? tool = null)
    {
        Trace(new Ended(reason, why, tool));
        _state = _state with { Phase = new Stopped(reason, why, tool) };
    }

    private void Trace(Fact fact) => _trace = _trace.Add(fact);

    private void Observe(string kind, string summary) =>
        _state = _state with { Observations = _state.Observations.Add(new Observation(kind, summary)) };
}
