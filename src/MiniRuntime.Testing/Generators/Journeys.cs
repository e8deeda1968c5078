using FsCheck;
using FsCheck.Fluent;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>Generators and shrinkers for whole journeys.</summary>
/// <param name="moves">What the world does.</param>
/// <param name="runs">What runs are for.</param>
/// <param name="setups">The agents that begin.</param>
/// <param name="others">The agents that may succeed them.</param>
/// <param name="simpler">Simpler agents; none where the agent is given.</param>
/// <param name="isGiven">
/// True when the agent is given, so that journeys of a particular kind may be impossible for it; false when one can be made for them.
/// </param>
internal sealed class Journeys(MoveGen moves, Gen<Run> runs, Gen<Setup> setups, Gen<Setup> others, Func<Setup, IEnumerable<Setup>> simpler,
    bool isGiven)
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
            Tools = Vocabulary.Any.Tools.Select(name => new Tool(name, "", SideEffect.Write)).ToSeq(),
            Policy = policy,
            Approvals = Approvals.On,
            Budget = new Budget(40, null, 40, 40, 40, 40, deadline: TimeSpan.FromHours(hours)),
        };

    public Gen<Journey> Any => Gen.Frequency(
        (4, With(setups, moves.Any)), (2, With(setups, moves.Distracted)), (2, With(isGiven ? setups : Patient, moves.Slow)));

    public Gen<Saga> Sagas =>
        from journey in With(setups, moves.WithCrashes)
        from first in Setups.Upgraded(journey.Setup, others)
        from second in Setups.Upgraded(first, others)
        select new Saga(journey.Setup, journey.Run, journey.Begins, journey.Moves, [first, second]);

    private Gen<Journey> With(Gen<Setup> setup, Gen<Move> move) =>
        from agent in setup
        from run in runs
        from begins in Begins
        from length in Gen.Choose(0, 35)
        from all in move.ListOf(length)
        select new Journey(agent, run, begins, all.ToSeq());

    /// <summary>Moves go first: what is left of a story is then told with less.</summary>
    public IEnumerable<Journey> Simpler(Journey journey) =>
    [
        .. Shrink.List(journey.Moves).Select(moves => journey with { Moves = moves }),
        .. simpler(journey.Setup).Select(setup => journey with { Setup = setup }),
        .. Runs.Simpler(journey.Run).Select(run => journey with { Run = run }),
        .. Shrink.Towards(journey.Begins, new Moment(TimeSpan.Zero, 0, 0)).Select(begins => journey with { Begins = begins }),
        .. from i in Enumerable.Range(0, journey.Moves.Count)
           from move in MoveGen.Simpler(journey.Moves[i])
           select journey with { Moves = journey.Moves.Select((old, at) => at == i ? move : old).ToSeq() },
    ];

    public IEnumerable<Saga> Simpler(Saga saga) =>
    [
        .. Simpler((Journey)saga).Select(journey => (Saga)journey),
        .. Shrink.List(saga.Successors, setup => setup == saga.Setup ? [] : isGiven ? [saga.Setup] : [saga.Setup, .. Setups.Simpler(setup)])
            .Select(setups => saga with { Successors = setups }),
    ];

    // Journeys of a particular kind: for laws that would otherwise mostly have nothing to say.
    // ----------------------------------------------------------------------------------------

    /// <summary>Somebody is asked for an approval at least once, and the run does not end at the first trouble.</summary>
    public Gen<Asking> Asking => isGiven ? With(setups, moves.Any).Select(static journey => new Asking(journey)) :
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
            moves.Any)
        let asking = new Asking(journey)
        where asking.IsOne
        select asking;

    public IEnumerable<Asking> Simpler(Asking story) =>
        Simpler(story.Journey).Select(static journey => new Asking(journey)).Where(candidate => isGiven || candidate.IsOne);

    /// <summary>Calls that come to be in doubt, and many crashes.</summary>
    public Gen<Doubting> Doubting => isGiven
        ? Doubts(setups, from other in others from next in others select new[] { other, next }, moves.Call)
        : from all in Writers
          from story in Doubts(Gen.Constant(all[0]), Gen.Constant(all[1..]), Pay)
          where story.IsOne
          select story;

    public IEnumerable<Doubting> Simpler(Doubting story) =>
        Simpler(story.Saga).Select(static saga => new Doubting(saga)).Where(candidate => isGiven || candidate.IsOne);

    // Every other story begins with a call that is handed from agent to agent to agent, which chance alone would seldom bring about.
    private Gen<Doubting> Doubts(Gen<Setup> first, Gen<Setup[]> successors, Gen<CallTool> call) =>
        from story in With(first, moves.WithDoubts(call))
        from rest in successors
        from proposal in call
        from relay in Gen.Elements(true, false)
        from lost in Gen.Choose(0, 2)
        let handed = new Move[]
        {
            new Saying(Moment.Plain, proposal), new Crash(0, 1), new Saying(Moment.Plain, new Recovered()), new Crash(lost, 2),
        }
        let all = relay ? [.. handed, .. story.Moves] : story.Moves
        select new Doubting(new Saga(story.Setup, story.Run, story.Begins, all, rest.ToSeq()));

    private static Gen<CallTool> Pay { get; } = from input in Gen.Elements(Json.Object.Empty, Json.Object.Of(("amount", 1)))
                                                select new CallTool("pay", input);

    private static Gen<Tool> Writer { get; } =
        from effect in Gen.Frequency((4, Gen.Constant(SideEffect.Write)), (1, Gen.Constant(SideEffect.Read)))
        from idempotent in Gen.Frequency((2, Gen.Constant(true)), (1, Gen.Constant(false)))
        from enabled in Gen.Frequency((6, Gen.Constant(true)), (1, Gen.Constant(false)))
        select new Tool("pay", "", effect, idempotent: idempotent, enabled: enabled);

    /// <summary>Three agents with one tool that writes, who differ in what it promises and whether it may run.</summary>
    private static Gen<Setup[]> Writers { get; } =
        from policies in Gen.Elements(Policy.Permissive, Policy.Default, new Policy([new Rule(new Deny("closed"))])).ListOf(3)
        from tools in Writer.ListOf(3)
        from asks in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false))).ListOf(3)
        from steps in Gen.Choose(2, 6)
        from tolerance in Gen.Choose(0, 4)
        select Enumerable.Range(0, 3).Select(i => new Setup([tools[i]], new Budget(steps, null, 2, 2, tolerance, tolerance),
            i == 0 ? Policy.Permissive : policies[i], asks[i] ? Approvals.On : Approvals.Off, ContextRules.Default)).ToArray();
}

/// <summary>A journey in which somebody is asked for an approval.</summary>
internal sealed record Asking(Journey Journey)
{
    public bool IsOne => Walk.Of(Journey, stopAtError: true).Legs.Any(leg => leg.After.Phase.AwaitingApproval is not null);

    public override string ToString() => Journey.ToString();
}

/// <summary>A saga in which a call comes to be in doubt.</summary>
internal sealed record Doubting(Saga Saga)
{
    public bool IsOne => Agent.States(Walk.Of(Saga, stopAtError: true).Trace).Any(at => at.State.Phase.InDoubt is not null);

    public override string ToString() => Saga.ToString();
}
