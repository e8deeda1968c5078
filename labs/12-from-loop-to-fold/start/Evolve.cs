namespace Lab12;

// Evolve: state and fact → state. The only way that a state changes. It asks nobody: neither registry nor policy nor budget.
public sealed partial record Agent
{
    private static State Evolve(State state, Fact fact)
    {
        // <exercise-1>
        // What did the loop do to its state, and to the line at which it stood, when it wrote this fact?
        return state;
        // </exercise-1>
    }

    private static State Seen(State state, string kind, string summary) =>
        state with { Observations = state.Observations.Add(new Observation(kind, summary)) };
}
