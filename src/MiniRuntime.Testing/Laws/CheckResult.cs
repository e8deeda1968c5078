namespace MiniRuntime.Testing;

/// <summary>What came of checking a law.</summary>
/// <param name="Law">The law.</param>
/// <param name="Counterexample">The simplest case found to break it, as a story, and what is wrong there; null when it held.</param>
/// <param name="Cases">How many cases were tried.</param>
/// <param name="Shrinks">How many times the counterexample was made simpler.</param>
/// <param name="Seed">With this seed the same counterexample is found at once; null when the law held.</param>
public sealed record CheckResult(Law Law, string? Counterexample, int Cases, int Shrinks, string? Seed)
{
    /// <summary>True when no case broke the law.</summary>
    public bool Held => Counterexample is null;

    /// <summary>All that a person needs to know about it.</summary>
    public override string ToString() => Counterexample is null
        ? $"{Law.Name}: held in {Cases} cases"
        : $"""
            {Law.Name}: broken

            This law would catch {Law.Catches}
            Case {Cases} broke it. In as few words as {Shrinks} simplifications could find:

            {Counterexample.TrimEnd()}

            To see it again: laws.Named("{Law.Name}").Verify(seed: "{Seed}")
            """;
}
