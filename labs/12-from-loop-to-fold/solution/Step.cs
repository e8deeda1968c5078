namespace Lab12;

// Given: the step. It has no loop that waits, no model, no tool, no clock: the world is outside.
public sealed partial record Agent
{
    /// <summary>Begins a run.</summary>
    public StepResult Start() => Follow(new State(), null);

    /// <summary>What came in becomes one fact; then all follows that follows by itself. What is not its turn changes nothing.</summary>
    public StepResult Step(State state, Input input) =>
        Decide(state, input) is { } fact ? Follow(state, fact) : new StepResult(state, []);

    /// <summary>The state after these facts, from the beginning.</summary>
    public static State Fold(IEnumerable<Fact> trace) => trace.Aggregate(new State(), Evolve);

    private StepResult Follow(State state, Fact? first)
    {
        Items<Fact> facts = [];
        for (var fact = first ?? Next(state); fact is not null; fact = Next(state))
        {
            var after = Evolve(state, fact);
            // Next looks at nothing but the state, so it would say the same for ever.
            if (after == state) throw new InvalidOperationException($"Evolve makes nothing of {fact} in {state.Phase}, and Next gave it.");
            (state, facts) = (after, facts.Add(fact));
        }
        return new StepResult(state, facts);
    }
}
