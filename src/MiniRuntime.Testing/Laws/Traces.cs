using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>Traces of different agents, made comparable.</summary>
internal static class Traces
{
    /// <summary>The facts of a step without the hashes of the agent, which differ when anything about the agent does.</summary>
    public static List<Fact> Blind(StepResult result) => result.Effects.Select(effect => effect.Record?.Event.Fact).OfType<Fact>()
        .Select(fact => fact.CallJudged is { } judged ? judged with { AgentHash = "" }
            : fact.RunStarted is { } started ? started with { AgentHash = "", Budget = new Budget(0) }
            : fact)
        .ToList();
}
