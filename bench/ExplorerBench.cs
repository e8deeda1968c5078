using BenchmarkDotNet.Attributes;
using MiniRuntime.Core;
using MiniRuntime.Testing;

namespace MiniRuntime.Bench;

/// <summary>The explorer on an agent of four tools with people, doubts and labels; per transition, of which this space has so many.</summary>
public class ExplorerBench
{
    private const int Transitions = 100_413;

    private readonly Agent _agent = new(
        [
            new Tool("read_inbox", "Reads the mails of today.", SideEffect.Read, labels: ["untrusted"]),
            new Tool("read_style_guide", "Reads the house style.", SideEffect.Read),
            new Tool("share_draft", "Saves a draft and returns a link to it.", SideEffect.Draft),
            new Tool("send_newsletter", "Sends the newsletter to all subscribers.", SideEffect.Write),
        ],
        new Budget(6, maxRefusals: 2, maxToolFailures: 1, maxInvalidDecisions: 1),
        new Policy([.. Policy.Default.Rules, new Rule(new Deny("untrusted"), tool: "share_draft", labels: ["untrusted"])]),
        Approvals.On);

    private readonly Seq<TrajectoryLaw> _laws =
    [
        new TrajectoryLaw("nothing_untrusted_is_published", new NeverAfter(new CallPattern(label: "untrusted"), new CallPattern("share_draft"))),
        new TrajectoryLaw("nobody_writes_alone", new Never(new CallPattern(sideEffect: SideEffect.Write), UnlessApproved: true)),
    ];

    /// <summary>The whole space, to its closing.</summary>
    /// <exception cref="InvalidOperationException">The space has another size than it is divided by.</exception>
    [Benchmark(OperationsPerInvoke = Transitions)]
    public Exploration Explorer_transition()
    {
        var found = Explorer.Explore(_agent, new Run("bench", "Draft the newsletter", "ann"), _laws);
        return found is { Coverage: Coverage.Closed, Transitions: Transitions }
            ? found
            : throw new InvalidOperationException($"{found.Coverage} after {found.Transitions} transitions; correct the constant.");
    }
}
