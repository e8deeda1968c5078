using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>Parts of journeys for laws to look at, and traces of different agents made comparable.</summary>
internal static class Traces
{
    /// <summary>The facts of a step without the hashes of the agent, which differ when anything about the agent does.</summary>
    public static List<Fact> Blind(StepResult result) => result.Effects.Select(effect => effect.Record?.Event.Fact).OfType<Fact>()
        .Select(fact => fact.CallJudged is { } judged ? judged with { AgentHash = "" }
            : fact.RunStarted is { } started ? started with { AgentHash = "", Budget = new Budget(0) }
            : fact)
        .ToList();

    /// <summary>
    /// The states of a journey that rest in this phase, with nothing in the queue: else more follows an input than what comes of it alone,
    /// and the laws of the queue say what.
    /// </summary>
    public static IEnumerable<State> Reached(Journey journey, string phase) => journey.Walk().Legs.Select(static leg => leg.After)
        .Where(state => state.Phase.Name == phase && state.Queue.Count == 0);
}
