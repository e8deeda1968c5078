namespace Lab09;

/// <summary>The loop: it asks a model, and decides what becomes of what the model proposes.</summary>
public sealed class AgentLoop(IModel model, ITools tools)
{
    /// <summary>Runs to the end: the state that comes back has a stop reason.</summary>
    public State Run(State state)
    {
        // <exercise-1>
        while (state.StopReason is null)
        {
            if (state.Steps >= state.MaxSteps) return state with { StopReason = StopReason.BudgetExhausted };
            var decision = model.Propose(state);
            state = Observe(state with { Steps = state.Steps + 1 }, "decision", decision.Kind);
            state = Take(state, decision);
        }
        return state;
        // </exercise-1>
    }

    // What a proposal leads to.
    private State Take(State state, Decision decision) => decision switch
    {
        // <exercise-2>
        Answer answer when string.IsNullOrWhiteSpace(answer.Text) => state with { StopReason = StopReason.InvalidDecision },
        Answer answer => state with { Answer = answer.Text, StopReason = StopReason.Success },
        AskHuman => state with { StopReason = StopReason.Blocked },
        Stop stop => state with { StopReason = stop.Reason },
        CallTool call => Execute(state, call),
        // </exercise-2>
        _ => state,
    };

    private State Execute(State state, CallTool call)
    {
        // <exercise-3>
        var result = tools.Execute(call);
        state = state with { ToolsCalled = state.ToolsCalled.Add(call.Name) };
        return Observe(state, "tool", $"{call.Name}:{result.Status}");
        // </exercise-3>
    }

    private static State Observe(State state, string kind, string summary) =>
        state with { Observations = state.Observations.Add(new Observation(kind, summary)) };
}
