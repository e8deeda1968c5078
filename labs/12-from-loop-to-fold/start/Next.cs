namespace Lab12;

// Next: what follows from the state alone, if anything does. Budget, registry and policy are asked here and nowhere else.
public sealed partial record Agent
{
    private Fact? Next(State state)
    {
        // <exercise-2>
        // What did the loop do next, where nobody had to be waited for?
        return null;
        // </exercise-2>
    }

    private static Fact Gate(string tool, PolicyDecision verdict)
    {
        // <exercise-3>
        // Lab 10's gate: three verdicts, three ways on.
        return new CallAuthorized(tool);
        // </exercise-3>
    }
}
