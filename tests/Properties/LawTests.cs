using System.Globalization;

namespace MiniRuntime.Properties;

/// <summary>The laws that users check over their agents, checked here over agents of any kind.</summary>
public sealed class LawTests
{
    // All but the one that takes most of the time and has a test of its own, beside these: SimulatedProcessesTests.
    public static TheoryData<string> All =>
        [.. Laws.OfAnyAgent.Select(static law => law.Name).Where(static law => law != SimulatedProcessesTests.Law)];

    // A failure tells the counterexample, and the seed with which it is found again. Whoever has these run a thousand times, on mutants,
    // needs few cases each: MINIRUNTIME_CASES=20.
    [Theory]
    [MemberData(nameof(All))]
    public void Holds_over_agents_of_any_kind(string law)
    {
        var (named, cases) = (Laws.OfAnyAgent.Named(law), Environment.GetEnvironmentVariable("MINIRUNTIME_CASES"));
        named.Verify(cases is null ? named.Cases : int.Parse(cases, CultureInfo.InvariantCulture));
    }

    // Seeds that broke a law which was at fault itself: memory that expired while proposals came in one by one.
    [Theory]
    [InlineData("Proposals made at once do what they would do one by one", "11837348725512969354,1943088259354433785,13")]
    public void Holds_where_it_did_not(string law, string seed) => Laws.OfAnyAgent.Named(law).Verify(300, seed);
}
