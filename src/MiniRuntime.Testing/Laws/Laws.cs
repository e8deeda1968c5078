using System.Reflection;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// The laws that every run of every agent obeys, to be checked over an agent of one's own:
/// <c>Laws.All(agent).Verify()</c>. They hold for whatever is built of tools, policy as data and budgets; policy written as code can break
/// them, by not being a function of what it is asked.
/// </summary>
public static class Laws
{
    // What the others take for granted comes first.
    private static readonly Type[] _subjects =
    [
        typeof(TotalityLaws), typeof(TraceLaws), typeof(PolicyLaws), typeof(GateLaws), typeof(ApprovalLaws), typeof(DoubtLaws),
        typeof(BudgetLaws), typeof(TerminationLaws), typeof(JournalLaws), typeof(IgnoredLaws), typeof(UpgradeLaws), typeof(ContextLaws),
        typeof(LabelLaws), typeof(QueueLaws), typeof(CodecLaws), typeof(StoreLaws), typeof(LoopLaws), typeof(ProcessLaws),
    ];

    /// <summary>All laws, over runs of this agent.</summary>
    /// <param name="agent">The agent: its tools, policy and budget, whatever they are.</param>
    /// <param name="calls">
    /// Calls of its tools to be among those that are made: policy written as code may look at what nobody can tell from outside.
    /// </param>
    /// <param name="runs">Runs whose actors, tenants and routes are to be among those that runs have.</param>
    /// <exception cref="ArgumentException">An input schema of the agent is unusable, or the timeout of a tool is.</exception>
    public static Seq<Law> All(Agent agent, IEnumerable<CallTool>? calls = null, IEnumerable<Run>? runs = null) =>
        All(AgentArbitraries.Of(agent, calls, runs));

    /// <summary>The law of this name.</summary>
    /// <exception cref="ArgumentException">None of these laws has this name.</exception>
    public static Law Named(this IEnumerable<Law> laws, string name) =>
        laws.FirstOrDefault(law => law.Name == name) ?? throw new ArgumentException($"There is no law '{name}'.", nameof(name));

    /// <summary>Checks these laws in turn, up to the first that is broken: the later ones take the earlier ones for granted.</summary>
    /// <param name="laws">The laws.</param>
    /// <param name="cases">How many cases to try for each.</param>
    /// <param name="seed">A number of your own, for the same cases each time; by default other cases each time.</param>
    /// <exception cref="FormatException">The seed is none, or the three numbers of one law's one case.</exception>
    /// <exception cref="LawBrokenException">A law is broken. The message tells a counterexample.</exception>
    public static void Verify(this IEnumerable<Law> laws, int cases = 100, string? seed = null)
    {
        if (seed?.Contains(',', StringComparison.Ordinal) == true)
            throw new FormatException($"'{seed}' is the seed of one case of one law: laws.Named(\"…\").Verify(seed: \"{seed}\").");
        foreach (var law in laws) law.Verify(cases, seed);
    }

    /// <summary>All laws, over runs of agents of any kind.</summary>
    internal static Seq<Law> OfAnyAgent { get; } = All(AgentArbitraries.Any);

    private static Seq<Law> All(AgentArbitraries arbitraries) =>
    [
        .. from subject in _subjects
           from body in subject.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
           let law = body.GetCustomAttribute<LawAttribute>()
           where law is not null
           select new Law(body, law, arbitraries),
    ];
}
