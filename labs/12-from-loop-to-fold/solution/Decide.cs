namespace Lab12;

// Decide: what came in → one fact, or null where it is not its turn.
public sealed partial record Agent
{
    private static Fact? Decide(State state, Input input)
    {
        // <exercise-2>
        return (state.Phase, input) is (Thinking, Proposed) or (Executing, Returned) ? new Accepted(input) : null;
        // </exercise-2>
    }
}
