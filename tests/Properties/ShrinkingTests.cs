namespace MiniRuntime.Properties;

/// <summary>Counterexamples get simpler, and at some point they are simple.</summary>
public sealed class ShrinkingTests
{
    // Would catch: two values that are each a simpler one of the other, over which the search for the simplest case never ends.
    [Property(MaxTest = 100)]
    public void Shrinking_ends_even_when_every_simpler_case_fails_too(Saga saga)
    {
        for (var steps = 0; Arbitraries.Saga().Shrinker(saga).FirstOrDefault() is { } simpler; steps++)
        {
            Assert.True(steps < 500, $"{saga}");
            saga = simpler;
        }
    }
}
