namespace MiniRuntime.Properties;

/// <summary>A journey without people, doubt, memory and code in policy: what the naive model knows of.</summary>
public sealed record Plain(Journey Journey)
{
    public static Arbitrary<Plain> Arbitrary() => Arb.From(
        from journey in Arbitraries.Journey().Generator
        from rules in Arbitraries.Policy().Generator
        select new Plain(journey with
        {
            Setup = journey.Setup with { Approvals = Approvals.Off, Policy = new Policy(rules.Rules), Context = ContextRules.Default },
            Run = new Run(journey.Run.Id, journey.Run.Goal, journey.Run.Actor, journey.Run.Tenant, journey.Run.Route),
            Moves = journey.Moves.Select(WithoutDoubt).ToSeq(),
        }),
        static story => Arbitraries.Journey().Shrinker(story.Journey)
            .Where(static journey => journey.Setup is { Asks: false, Policy.Code: null } && journey.Setup.Context == ContextRules.Default)
            .Select(static journey => new Plain(journey)));

    public override string ToString() => Journey.ToString();

    private static Move WithoutDoubt(Move move) => move switch
    {
        Answering { Result.Lost: not null } answering => answering with { Result = new Error("not lost") },
        Reporting { Result.Lost: not null } reporting => reporting with { Result = new Error("not lost") },
        Saying { Input.Recovered: not null } saying => saying with { Input = new Tick() },
        _ => move,
    };
}
