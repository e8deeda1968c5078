namespace MiniRuntime.Properties;

/// <summary>
/// All that a law can be about: for each type a generator and a shrinker. States are never made freely: they come from walking a
/// <see cref="Journey"/> from its start, so every state that a law sees can be reached.
/// </summary>
public static class Arbitraries
{
    public static Arbitrary<Json> Json() => Of(Values.Any, Values.Simpler);

    public static Arbitrary<Json.Object> Object() => Of(Values.Input, Values.Simpler);

    public static Arbitrary<decimal> Number() => Of(Values.Number, number => Shrink.Towards(number, 0, 1, decimal.Truncate(number)));

    public static Arbitrary<Tool> Tool() => Of(Setups.Tool, Setups.Simpler);

    public static Arbitrary<Rule> Rule() => Of(Setups.Rule, Setups.Simpler);

    public static Arbitrary<Seq<Rule>> Rules() => Of(Setups.Rules.Select(static policy => policy.Rules),
        static rules => Shrink.List(rules, Setups.Simpler));

    public static Arbitrary<Condition> Condition() => Of(Setups.Condition);

    public static Arbitrary<Policy> Policy() => Of(Setups.AnyPolicy, Setups.Simpler);

    public static Arbitrary<Budget> Budget() => Of(Setups.Budget, Setups.Simpler);

    public static Arbitrary<Setup> Setup() => Of(Setups.Setup, Setups.Simpler);

    public static Arbitrary<MemoryItem> MemoryItem() => Of(Runs.Item("m"), Runs.Simpler);

    public static Arbitrary<Run> Run() => Of(Runs.Any, Runs.Simpler);

    public static Arbitrary<PolicyRequest> Request() => Of(Requests.Any, Requests.Simpler);

    public static Arbitrary<PolicyDecision> Verdict() => Of(Setups.Verdict);

    public static Arbitrary<ToolResult> Result() => Of(MoveGen.Result);

    public static Arbitrary<Journey> Journey() => Of(Journeys.Any, Journeys.Simpler);

    public static Arbitrary<Saga> Saga() => Of(Journeys.Sagas, Journeys.Simpler);

    public static Arbitrary<Asking> Asking() => Of(Journeys.Asking, Journeys.Simpler);

    public static Arbitrary<Doubting> Doubting() => Of(Journeys.Doubting, Journeys.Simpler);

    public static Arbitrary<Plain> Plain() => Of(Journeys.Plain, Journeys.Simpler);

    // FsCheck asks for the simpler values of every case, failed or not; they are made only when it looks at them.
    private static Arbitrary<T> Of<T>(Gen<T> generator, Func<T, IEnumerable<T>>? simpler = null)
    {
        return Arb.From(generator, Lazily);

        IEnumerable<T> Lazily(T value)
        {
            foreach (var candidate in simpler?.Invoke(value) ?? []) yield return candidate;
        }
    }
}
