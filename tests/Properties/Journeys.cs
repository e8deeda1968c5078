namespace MiniRuntime.Properties;

/// <summary>Generators and shrinkers for whole journeys.</summary>
internal static class Journeys
{
    private static Gen<Moment> Begins { get; } = Gen.Frequency(
        (7, Gen.Constant(new Moment(TimeSpan.Zero, 0, 0))), (1, Gen.Constant(new Moment(null, 0, 0))), (1, MoveGen.Moment));

    /// <summary>An agent that waits a lot: writes that cannot be repeated, people who can be asked, and a budget that forgives.</summary>
    private static Gen<Setup> Patient { get; } =
        from setup in Setups.Setup
        from policy in Gen.Elements(Policy.Permissive, Policy.Default)
        from hours in Gen.Elements(1, 24)
        select setup with
        {
            Tools = Setups.Names.Select(name => new Tool(name, "", SideEffect.Write)).ToSeq(),
            Policy = policy,
            Approvals = Approvals.On,
            Budget = new Budget(40, null, 40, 40, 40, 40, deadline: TimeSpan.FromHours(hours)),
        };

    public static Gen<Journey> Any { get; } = Gen.Frequency(
        (4, With(Setups.Setup, MoveGen.Any)), (2, With(Setups.Setup, MoveGen.Distracted)), (2, With(Patient, MoveGen.Slow)));

    public static Gen<Saga> Sagas { get; } =
        from journey in With(Setups.Setup, MoveGen.WithCrashes)
        from first in Setups.Upgraded(journey.Setup)
        from second in Setups.Upgraded(first)
        select new Saga(journey.Setup, journey.Run, journey.Begins, journey.Moves, [first, second]);

    public static Gen<Journey> With(Gen<Setup> setup, Gen<Move> move) =>
        from agent in setup
        from run in Runs.Any
        from begins in Begins
        from length in Gen.Choose(0, 35)
        from moves in move.ListOf(length)
        select new Journey(agent, run, begins, moves.ToSeq());

    /// <summary>Moves go first: what is left of a story is then told with less.</summary>
    public static IEnumerable<Journey> Simpler(Journey journey) =>
    [
        .. Shrink.List(journey.Moves).Select(moves => journey with { Moves = moves }),
        .. Setups.Simpler(journey.Setup).Select(setup => journey with { Setup = setup }),
        .. Runs.Simpler(journey.Run).Select(run => journey with { Run = run }),
        .. Shrink.Towards(journey.Begins, new Moment(TimeSpan.Zero, 0, 0)).Select(begins => journey with { Begins = begins }),
        .. from i in Enumerable.Range(0, journey.Moves.Count)
           from simpler in MoveGen.Simpler(journey.Moves[i])
           select journey with { Moves = journey.Moves.Select((move, at) => at == i ? simpler : move).ToSeq() },
    ];

    public static IEnumerable<Saga> Simpler(Saga saga) =>
    [
        .. Simpler((Journey)saga).Select(journey => (Saga)journey),
        .. Shrink.List(saga.Successors, setup => Shrink.Towards(setup, saga.Setup).Concat(Setups.Simpler(setup)))
            .Select(setups => saga with { Successors = setups }),
    ];

    // Journeys of a particular kind: for laws that would otherwise mostly have nothing to say.
    // ----------------------------------------------------------------------------------------

    /// <summary>Somebody is asked for an approval at least once, and the run does not end at the first trouble.</summary>
    public static Gen<Asking> Asking { get; } =
        from journey in With(
            from setup in Setups.Setup
            from valid in Gen.Elements(TimeSpan.FromDays(7), TimeSpan.FromMinutes(2), TimeSpan.Zero)
            from steps in Gen.Choose(2, 9)
            select setup with
            {
                Approvals = new Approvals(true, valid),
                Policy = setup.Policy == Policy.Permissive ? Policy.Default : setup.Policy,
                Budget = new Budget(steps, maxRefusals: 3, maxToolFailures: 3),
            },
            MoveGen.Any)
        let asking = new Asking(journey)
        where asking.IsOne
        select asking;

    public static IEnumerable<Asking> Simpler(Asking story) =>
        Simpler(story.Journey).Select(journey => new Asking(journey)).Where(simpler => simpler.IsOne);

    /// <summary>One tool that writes, agents that differ in what it promises and whether it may run, and many crashes.</summary>
    public static Gen<Doubting> Doubting { get; } =
        from policies in Gen.Elements(Policy.Permissive, Policy.Default, new Policy([new Rule(new Deny("closed"))])).ListOf(3)
        from tools in Writer.ListOf(3)
        from asks in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false))).ListOf(3)
        from steps in Gen.Choose(2, 6)
        from tolerance in Gen.Choose(0, 4)
        let setups = Enumerable.Range(0, 3).Select(i => new Setup([tools[i]], new Budget(steps, null, 2, 2, tolerance, tolerance),
            i == 0 ? Policy.Permissive : policies[i], asks[i] ? Approvals.On : Approvals.Off, ContextRules.Default)).ToArray()
        from story in With(Gen.Constant(setups[0]), MoveGen.WithDoubts)
        // Every other story begins with a call that is handed from agent to agent to agent, which chance alone would seldom bring about.
        from relay in Gen.Elements(true, false)
        from lost in Gen.Choose(0, 2)
        let handed = new Move[] { Pay, new Crash(0, 1), new Saying(Moment.Plain, new Recovered()), new Crash(lost, 2) }
        let moves = relay ? [.. handed, .. story.Moves] : story.Moves
        let doubting = new Doubting(new Saga(setups[0], story.Run, story.Begins, moves, [setups[1], setups[2]]))
        where doubting.IsOne
        select doubting;

    public static IEnumerable<Doubting> Simpler(Doubting story) =>
        Simpler(story.Saga).Select(saga => new Doubting(saga)).Where(simpler => simpler.IsOne);

    /// <summary>No people, no doubt, no memory, no code in policy: what the naive model knows of.</summary>
    public static Gen<Plain> Plain { get; } =
        from journey in With(Setups.Setup, MoveGen.Any)
        from rules in Setups.AnyPolicy
        select new Plain(journey with
        {
            Setup = journey.Setup with { Approvals = Approvals.Off, Policy = new Policy(rules.Rules), Context = ContextRules.Default },
            Run = new Run(journey.Run.Id, journey.Run.Goal, journey.Run.Actor, journey.Run.Tenant, journey.Run.Route),
            Moves = journey.Moves.Select(WithoutDoubt).ToSeq(),
        });

    public static IEnumerable<Plain> Simpler(Plain story) => Simpler(story.Journey)
        .Where(journey => journey.Setup is { Asks: false, Policy.Code: null } && journey.Setup.Context == ContextRules.Default)
        .Select(journey => new Plain(journey));

    private static Move Pay => new Saying(Moment.Plain, new CallTool("pay", Json.Object.Empty));

    private static Gen<Tool> Writer { get; } =
        from effect in Gen.Frequency((4, Gen.Constant(SideEffect.Write)), (1, Gen.Constant(SideEffect.Read)))
        from idempotent in Gen.Frequency((2, Gen.Constant(true)), (1, Gen.Constant(false)))
        from enabled in Gen.Frequency((6, Gen.Constant(true)), (1, Gen.Constant(false)))
        select new Tool("pay", "", effect, idempotent: idempotent, enabled: enabled);

    private static Move WithoutDoubt(Move move) => move switch
    {
        Answering { Result.Status: "lost" } answering => answering with { Result = new Error("not lost") },
        Reporting { Result.Status: "lost" } reporting => reporting with { Result = new Error("not lost") },
        Saying { Input: var input } saying when input == new Recovered() => saying with { Input = new Tick() },
        _ => move,
    };
}

/// <summary>A journey in which somebody is asked for an approval.</summary>
public sealed record Asking(Journey Journey)
{
    internal bool IsOne => new Path(Journey, stopAtError: true).Legs.Any(leg => leg.After.Phase.AwaitingApproval is not null);

    public override string ToString() => Journey.ToString();
}

/// <summary>A saga in which a call comes to be in doubt.</summary>
public sealed record Doubting(Saga Saga)
{
    internal bool IsOne => Agent.States(new Path(Saga, stopAtError: true).Trace).Any(at => at.State.Phase.InDoubt is not null);

    public override string ToString() => Saga.ToString();
}

/// <summary>A journey without people, doubt and memory.</summary>
public sealed record Plain(Journey Journey)
{
    public override string ToString() => Journey.ToString();
}
