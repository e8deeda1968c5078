using System.Text.Json.Nodes;

namespace Lab10;

/// <summary>The loop of Lab 09, with a trace; and between a proposal and a tool, a registry and a gate.</summary>
public sealed class AgentLoop(IModel model, ToolRegistry tools, Policy policy)
{
    /// <summary>Runs to the end: the state that comes back has a stop reason.</summary>
    public State Run(State state)
    {
        while (state.StopReason is null)
        {
            if (state.Steps >= state.MaxSteps) return End(state, StopReason.BudgetExhausted);
            var decision = model.Propose(state);
            state = state with { Steps = state.Steps + 1 };
            state = Trace(state, "decision", Wire.Of(decision));
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
        // <exercise-3>
        var verdict = policy.Judge(tool);
        state = Trace(state, "policy_decision", new JsonObject { ["tool"] = tool.Name, ["policy"] = Wire.Of(verdict) });
        state = Observe(state, "policy", $"{tool.Name}:{Wire.Name(verdict.Status)}");
        if (verdict.Status == Verdict.Deny) return End(state, StopReason.Refused, verdict.Reason, tool.Name);
        if (verdict.Status == Verdict.ApprovalRequired) return End(state, StopReason.Blocked, verdict.Reason, tool.Name);
        // </exercise-3>
        return Execute(state, tool, call);
    }

    private static State Execute(State state, Tool tool, CallTool call)
    {
        // <exercise-4>
        var result = tool.Code(call.Input);
        state = state with { ToolsCalled = state.ToolsCalled.Add(tool.Name) };
        state = Trace(state, "tool_result", new JsonObject { ["tool"] = tool.Name, ["result"] = Wire.Of(result) });
        state = Observe(state, "tool", $"{tool.Name}:{result.Status}");
        return result.Status switch
        {
            "error" => End(state, StopReason.ToolFailure, result.Reason, tool.Name),
            "refused" => End(state, StopReason.Refused, result.Reason, tool.Name),
            _ => state,
        };
        // </exercise-4>
    }

    private static State End(State state, StopReason reason, string? why = null, string? tool = null)
    {
        var data = new JsonObject { ["stopReason"] = Wire.Name(reason), ["reason"] = why, ["tool"] = tool };
        return state with { StopReason = reason, Trace = state.Trace.Add(new TraceEvent(state.Steps, "stop", data)) };
    }

    // An event of the step that is under way: the one that was charged last.
    private static State Trace(State state, string type, JsonObject data) =>
        state with { Trace = state.Trace.Add(new TraceEvent(state.Steps - 1, type, data)) };

    private static State Observe(State state, string kind, string summary) =>
        state with { Observations = state.Observations.Add(new Observation(kind, summary)) };
}
