using FsCheck;
using FsCheck.Fluent;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// For FsCheck to find by type, as in <c>[Properties(Arbitrary = [typeof(Arbitraries)])]</c>: the parts that agents are made of, and what
/// can happen to any agent. For one given agent see <see cref="AgentArbitraries"/>.
/// </summary>
public static class Arbitraries
{
    /// <summary>Any JSON value.</summary>
    public static Arbitrary<Json> Json() => Of(Values.Any, Values.Simpler);

    /// <summary>An input of a tool.</summary>
    public static Arbitrary<Json.Object> Object() => Of(Values.Input, Values.Simpler);

    /// <summary>A number as JSON has it.</summary>
    public static Arbitrary<decimal> Number() =>
        Of(Values.Number, static number => Shrink.Towards(number, 0, 1, decimal.Truncate(number)));

    /// <summary>A tool.</summary>
    public static Arbitrary<Tool> Tool() => Of(Setups.Tool, Setups.Simpler);

    /// <summary>A rule.</summary>
    public static Arbitrary<Rule> Rule() => Of(Setups.Rule(Vocabulary.Any), Setups.Simpler);

    /// <summary>The rules of a policy.</summary>
    public static Arbitrary<Seq<Rule>> Rules() => Of(
        Setups.Rules(Setups.Rule(Vocabulary.Any)).Select(static policy => policy.Rules),
        static rules => Shrink.List(rules, Setups.Simpler));

    /// <summary>A condition.</summary>
    public static Arbitrary<Condition> Condition() => Arb.From(Setups.Condition(Vocabulary.Any));

    /// <summary>A policy: rules, code or both.</summary>
    public static Arbitrary<Policy> Policy() => Of(Setups.AnyPolicy, Setups.Simpler);

    /// <summary>A verdict of a rule.</summary>
    public static Arbitrary<PolicyDecision> Verdict() => Arb.From(Setups.Verdict);

    /// <summary>A budget: tight, empty or endless.</summary>
    public static Arbitrary<Budget> Budget() => Of(Setups.Budget, Setups.Simpler);

    /// <summary>A result of a tool.</summary>
    public static Arbitrary<ToolResult> Result() => Arb.From(MoveGen.Result);

    /// <summary>What an agent is made of.</summary>
    public static Arbitrary<Setup> Setup() => AgentArbitraries.Any.Setup;

    /// <summary>What a run is for, and for whom.</summary>
    public static Arbitrary<Run> Run() => AgentArbitraries.Any.Run;

    /// <summary>What policy is asked.</summary>
    public static Arbitrary<PolicyRequest> Request() => AgentArbitraries.Any.Request;

    /// <summary>An agent, a run, and all that comes in.</summary>
    public static Arbitrary<Journey> Journey() => AgentArbitraries.Any.Journey;

    /// <summary>As above, with crashes and changing agents.</summary>
    public static Arbitrary<Saga> Saga() => AgentArbitraries.Any.Saga;

    // FsCheck asks for the simpler values of every case, failed or not; they are made only when it looks at them.
    internal static Arbitrary<T> Of<T>(Gen<T> generator, Func<T, IEnumerable<T>> simpler)
    {
        return Arb.From(generator, Lazily);

        IEnumerable<T> Lazily(T value)
        {
            foreach (var candidate in simpler(value)) yield return candidate;
        }
    }
}
