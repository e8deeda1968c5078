namespace Lab09;

/// <summary>The loop: it asks a model, and decides what becomes of what the model proposes.</summary>
public sealed class AgentLoop(IModel model, ITools tools)
{
    /// <summary>Runs to the end: the state that comes back has a stop reason.</summary>
    public State Run(State state)
    {
        // <exercise-1>
        return Take(state, model.Propose(state));
        // </exercise-1>
    }

    // What a proposal leads to.
    private State Take(State state, Decision decision) => decision switch
    {
        // <exercise-2>
        CallTool call => Execute(state, call),
        // </exercise-2>
        _ => state,
    };

    private State Execute(State state, CallTool call)
    {
        // <exercise-3>
        tools.Execute(call);
        return state;
        // </exercise-3>
    }

    private static State Observe(State state, string kind, string summary) =>
        state with { Observations = state.Observations.Add(new Observation(kind, summary)) };
}
