using FsCheck;
using FsCheck.Fluent;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// The words that a world is told with. Pools are small, so that names, labels and rules meet often; those of a given agent are what its
/// tools and its policy speak of, and some that they do not.
/// </summary>
internal sealed record Vocabulary(string[] Tools, string[] Globs, string[] Fields, string[] Labels, string[] Actors, string[] Tenants,
    string[] Routes, Func<string, Gen<Json.Object>> Input)
{
    /// <summary>For agents of any kind.</summary>
    public static Vocabulary Any { get; } = new(
        ["look", "search", "draft", "pay", "mail", "Mail2"],
        ["*", "*a*", "look", "pay", "?a?", "mail*", "ghost", "", "*l", "Mail2"],
        ["amount", "to", "q", "/deep/q", "/items/0", "missing", ""],
        ["untrusted", "secret", "pii"],
        ["alice", "Bob", ""], ["acme", ""], ["mail", "web"],
        static _ => Values.Input);

    /// <summary>
    /// For one agent: its tools with inputs that its schemas and conditions tell apart, and the labels and people it knows; and what stands
    /// in calls and runs of its user's own.
    /// </summary>
    /// <exception cref="ArgumentException">An input schema is unusable.</exception>
    public static Vocabulary Of(Agent agent, IEnumerable<CallTool>? calls = null, IEnumerable<Run>? runs = null)
    {
        var (rules, given, samples) = (agent.Policy.Rules, (runs ?? []).ToList(), new InputSamples(agent, [], calls ?? []));
        var inputs = agent.Tools.ToDictionary(static tool => tool.Name, tool => samples.Of(tool), StringComparer.Ordinal);
        return new Vocabulary(
            agent.Tools.Count > 0 ? [.. agent.Tools.Select(static tool => tool.Name)] : Any.Tools,
            [.. agent.Tools.Select(static tool => tool.Name), "*", "*a*", "ghost"],
            [.. rules.SelectMany(static rule => rule.Input).Select(static condition => condition.Field), "amount", "missing"],
            [.. agent.Tools.SelectMany(static tool => tool.Ref.Labels).Concat(rules.SelectMany(static rule => rule.Labels))
                .Concat(Any.Labels).Distinct()],
            [.. Known(static run => run.Actor, static rule => rule.Actor, Any.Actors)
                .Where(static actor => !PersonName.AreAlike(actor, Reviewers.Name))],
            Known(static run => run.Tenant, static rule => rule.Tenant, Any.Tenants),
            Known(static run => run.Route, static rule => rule.Route, Any.Routes),
            name => inputs.TryGetValue(name, out var known) && known.Count > 0
                ? Gen.Frequency((6, Gen.Elements<Json.Object>(known)), (2, Values.Input))
                : Values.Input);

        string[] Known(Func<Run, string?> ofRun, Func<Rule, string?> ofRule, string[] others) =>
            [.. given.Select(ofRun).Concat(rules.Select(ofRule)).OfType<string>().Concat(others).Distinct()];
    }

    /// <summary>Mostly no label; sometimes one or more.</summary>
    public Gen<Seq<string>> SomeLabels { get; } = Gen.Frequency(
        (3, Gen.Constant(Seq<string>.Empty)),
        (1, from some in Gen.SubListOf(Labels) select some.Order(StringComparer.Ordinal).ToSeq()));
}
