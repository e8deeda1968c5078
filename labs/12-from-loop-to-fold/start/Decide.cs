namespace Lab12;

// Decide: what came in → one fact, or null where it is not its turn.
public sealed partial record Agent
{
    private static Fact? Decide(State state, Input input)
    {
        // <exercise-2>
        // When is it the model's turn, and when a tool's?
        return null;
        // </exercise-2>
    }
}
