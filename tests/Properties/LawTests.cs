namespace MiniRuntime.Properties;

/// <summary>The laws that users check over their agents, checked here over agents of any kind.</summary>
public sealed class LawTests
{
    // All but the one that takes most of the time and has a test of its own, beside these: SimulatedProcessesTests.
    public static TheoryData<Law> All => [.. Laws.OfAnyAgent.Where(static law => law.Name != SimulatedProcessesTests.Law)];

    // A failure tells the counterexample, and the seed with which it is found again.
    [Theory]
    [MemberData(nameof(All))]
    public void Holds_over_agents_of_any_kind(Law law) => law.Verify(law.Cases);
}
