using System.Text.Json.Nodes;

namespace Lab11;

/// <summary>The loop of Lab 10. Each question to the model has a packet of its own, and the packet is on record.</summary>
public sealed class AgentLoop(IModel model, ToolRegistry tools, Policy policy, ContextBuilder context)
{
    /// <summary>Runs to the end: the state that comes back has a stop reason.</summary>
    public State Run(State state)
    {
        while (state.StopReason is null)
        {
            if (state.Steps >= state.MaxSteps) return End(state, StopReason.BudgetExhausted);
            // <exercise-2>
            var packet = context.Build(state);
            state = Trace(state, state.Steps, "context_built", Wire.Of(packet));
            // </exercise-2>
            var decision = model.Propose(packet);
            state = state with { Steps = state.Steps + 1 };
            state = Trace(state, state.Steps - 1, "decision", Wire.Of(decision));
            state = Observe(state, "decision", decision.Kind);
            state = Take(state, decision);
        }
        return state;
    }

    // What a proposal leads to.
    private State Take(State state, Decision decision) => decision switch
    {
        Answer answer when string.IsNullOrWhiteSpace(answer.Text) => End(state, StopReason.InvalidDecision, "empty_answer"),
        Answer answer => End(state with { Answer = answer.Text }, StopReason.Success),
        AskHuman => End(state, StopReason.Blocked),
        Stop stop => End(state, stop.Reason),
        CallTool call => Call(state, call),
        _ => state,
    };

    // The way of a proposed call: does the tool exist, may it run, and only then does it.
    private State Call(State state, CallTool call)
    {
        if (tools.Find(call.Name) is not { } tool)
            return End(Observe(state, "tool", $"unknown:{call.Name}"), StopReason.Refused, "unknown_tool", call.Name);
        var verdict = policy.Judge(tool);
        state = Trace(state, state.Steps - 1, "policy_decision", new JsonObject { ["tool"] = tool.Name, ["policy"] = Wire.Of(verdict) });
        state = Observe(state, "policy", $"{tool.Name}:{Wire.Name(verdict.Status)}");
        if (verdict.Status == Verdict.Deny) return End(state, StopReason.Refused, verdict.Reason, tool.Name);
        if (verdict.Status == Verdict.ApprovalRequired) return End(state, StopReason.Blocked, verdict.Reason, tool.Name);
        return Execute(state, tool, call);
    }

    private static State Execute(State state, Tool tool, CallTool call)
    {
        var result = tool.Code(call.Input);
        state = state with { ToolsCalled = state.ToolsCalled.Add(tool.Name) };
        state = Trace(state, state.Steps - 1, "tool_result", new JsonObject { ["tool"] = tool.Name, ["result"] = Wire.Of(result) });
        state = Observe(state, "tool", $"{tool.Name}:{result.Status}");
        return result.Status switch
        {
            "error" => End(state, StopReason.ToolFailure, result.Reason, tool.Name),
            "refused" => End(state, StopReason.Refused, result.Reason, tool.Name),
            _ => state,
        };
    }

    private static State End(State state, StopReason reason, string? why = null, string? tool = null)
    {
        var data = new JsonObject { ["stopReason"] = Wire.Name(reason), ["reason"] = why, ["tool"] = tool };
        return Trace(state with { StopReason = reason }, state.Steps, "stop", data);
    }

    // An event of this step: the number of steps that were charged before it.
    private static State Trace(State state, int step, string type, JsonObject data) =>
        state with { Trace = state.Trace.Add(new TraceEvent(step, type, data)) };

    private static State Observe(State state, string kind, string summary) =>
        state with { Observations = state.Observations.Add(new Observation(kind, summary)) };
}
