namespace MiniRuntime.Properties;

/// <summary>
/// All that a law can be about: for each type a generator and a shrinker. States are never made freely: they come from walking a
/// <see cref="Journey"/> from its start, so every state that a law sees can be reached.
/// </summary>
public static class Arbitraries
{
    public static Arbitrary<Json> Json() => Arb.From(Values.Any, Values.Simpler);

    public static Arbitrary<Json.Object> Object() => Arb.From(Values.Input, Values.Simpler);

    public static Arbitrary<decimal> Number() => Arb.From(Values.Number, number => Shrink.Towards(number, 0, 1, decimal.Truncate(number)));

    public static Arbitrary<Tool> Tool() => Arb.From(Setups.Tool, Setups.Simpler);

    public static Arbitrary<Rule> Rule() => Arb.From(Setups.Rule, Setups.Simpler);

    public static Arbitrary<Condition> Condition() => Arb.From(Setups.Condition);

    public static Arbitrary<Policy> Policy() => Arb.From(Setups.AnyPolicy, Setups.Simpler);

    public static Arbitrary<Budget> Budget() => Arb.From(Setups.Budget, Setups.Simpler);

    public static Arbitrary<Setup> Setup() => Arb.From(Setups.Setup, Setups.Simpler);

    public static Arbitrary<MemoryItem> MemoryItem() => Arb.From(Runs.Item("m"), Runs.Simpler);

    public static Arbitrary<Run> Run() => Arb.From(Runs.Any, Runs.Simpler);

    public static Arbitrary<PolicyRequest> Request() => Arb.From(Requests.Any, Requests.Simpler);

    public static Arbitrary<PolicyDecision> Verdict() => Arb.From(Setups.Verdict);

    public static Arbitrary<Journey> Journey() => Arb.From(Journeys.Any, Journeys.Simpler);

    public static Arbitrary<Saga> Saga() => Arb.From(Journeys.Sagas, Journeys.Simpler);

    public static Arbitrary<Asking> Asking() => Arb.From(Journeys.Asking, Journeys.Simpler);

    public static Arbitrary<Doubting> Doubting() => Arb.From(Journeys.Doubting, Journeys.Simpler);

    public static Arbitrary<Plain> Plain() => Arb.From(Journeys.Plain, Journeys.Simpler);
}
