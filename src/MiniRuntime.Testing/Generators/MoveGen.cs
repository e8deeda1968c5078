using FsCheck;
using FsCheck.Fluent;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// Generators and shrinkers for moves: most answer what is pending, some come late, twice, for nothing or from the wrong person.
/// </summary>
internal sealed class MoveGen(Vocabulary words)
{
    public static Gen<Moment> Moment { get; } =
        from seconds in Gen.Frequency((20, Gen.Choose(0, 60)), (2, Gen.Choose(-600, -1)), (1, Gen.Elements(3600, 700_000)))
        from how in Gen.Choose(0, 19)
        from tokens in Gen.Frequency((3, Gen.Constant(0L)), (3, Gen.Choose(1, 60).Select(n => (long)n)))
        from cost in Gen.Frequency((4, Gen.Constant(0m)), (2, Gen.Elements(0.01m, 0.25m, 1.5m)))
        select how switch
        {
            0 => new Moment(null, tokens, cost),
            1 => new Moment(null, 0, 0),
            2 when seconds == 7 => new Moment(TimeSpan.MaxValue, long.MaxValue, decimal.MaxValue),
            3 when seconds < 12 => new Moment(TimeSpan.FromSeconds(seconds), long.MaxValue - 5, decimal.MaxValue - 0.5m),
            _ => new Moment(TimeSpan.FromSeconds(seconds), tokens, cost),
        };

    /// <summary>A call of a tool that the agent has, or could have.</summary>
    public Gen<CallTool> Call => from name in Gen.Elements(words.Tools) from input in words.Input(name) select new CallTool(name, input);

    private Gen<Decision> Decision => Gen.Frequency(
        (24, Gen.Frequency((24, Call),
            (1, from name in Gen.Elements("ghost", "", "PAY", "look ") from input in Values.Input select new CallTool(name, input)))
            .Select(static call => (Decision)call)),
        (3, from text in Values.Text select (Decision)new AskHuman(text)),
        (2, from text in Gen.Frequency((3, Values.Text), (1, Gen.Elements("", " \n", "\uFEFF", "\u200B\u00AD\0")))
            select (Decision)new Answer(text)),
        (1, from reason in Gen.Elements(Enum.GetValues<StopReason>()) select (Decision)new Stop(reason)));

    public static Gen<ToolResult> Result { get; } = Gen.Frequency(
        (10, from data in Values.Any select (ToolResult)new Ok(data)),
        (1, from why in Values.Text select (ToolResult)new Refused(why)),
        (2, from why in Values.Text select (ToolResult)new Error(why)),
        (5, from why in Values.Text select (ToolResult)new Lost(why)));

    private static Gen<Aim> AnyAim { get; } = Gen.Elements(Enum.GetValues<Aim>());

    private static Gen<Review> Review { get; } = Gen.Frequency((6, Gen.Constant(Testing.Review.Approve)),
        (2, Gen.Constant(Testing.Review.Edit)), (1, Gen.Constant(Testing.Review.Reject)));

    private static Gen<Resolution> Outcome { get; } = Gen.Frequency((3, Gen.Constant(Resolution.Happened)),
        (2, Gen.Constant(Resolution.DidNotHappen)), (1, Gen.Constant(Resolution.Abandon)));

    /// <summary>A move that an ordinary world makes: it answers what is pending.</summary>
    public Gen<Move> Fitting =>
        from when in Moment
        from decision in Decision
        from result in Result
        from labels in words.SomeLabels
        from review in Review
        from outcome in Outcome
        from data in Values.Input
        from more in More
        select (Move)new Answering(when, decision, result, labels, review, outcome, data) { More = more };

    // Mostly nothing: one proposal at a time.
    private Gen<Seq<Input>> More =>
        from count in Gen.Frequency((12, Gen.Constant(0)), (1, Gen.Choose(1, 3)))
        from proposals in Gen.Frequency((9, Decision.Select(static decision => (Input)decision)),
            (1, from reason in Values.Text select (Input)new InvalidDecision(reason))).ListOf(count)
        select proposals.ToSeq();

    public Gen<Move> Stray => Moment.SelectMany(when => Gen.Frequency(
        (5, from decision in Decision
            from other in Gen.Elements<Decision>(decision, new Answer("42"), new Stop(StopReason.Blocked), new AskHuman("which?"))
            select (Move)new Saying(when, other)),
        (2, from reason in Values.Text from raw in Values.Text select (Move)new Saying(when, new InvalidDecision(reason, raw))),
        (2, from reason in Values.Text select (Move)new Saying(when, new ModelFailure(reason))),
        (2, from first in Decision from second in Decision select (Move)new Saying(when, new Decisions(first).Then(second))),
        (3, from aim in AnyAim from result in Result from labels in words.SomeLabels select (Move)new Reporting(when, aim, result, labels)),
        (5, from aim in AnyAim from edit in Values.Input from edited in Gen.Choose(0, 3)
            select (Move)new Approving(when, aim, edited == 0 ? edit : null)),
        (2, from aim in AnyAim select (Move)new Rejecting(when, aim)),
        (2, from aim in AnyAim from text in Values.Text from labels in words.SomeLabels select (Move)new Replying(when, aim, text, labels)),
        (2, from aim in AnyAim from outcome in Outcome from data in Values.Any select (Move)new Resolving(when, aim, outcome, data)),
        (4, Gen.Constant((Move)new Saying(when, new Recovered()))),
        (4, from jump in Gen.Elements(0, 0, 2, 24 * 8)
            select (Move)new Saying(when.After is null ? when : when with { After = TimeSpan.FromHours(jump) }, new Tick())),
        (4, from back in Gen.Choose(0, 4) select (Move)new Repeating(when, back)),
        (1, Gen.Constant((Move)new Saying(when, new Cancel())))));

    /// <summary>A world that talks past the run: most of what comes in is for something else.</summary>
    public Gen<Move> Distracted => Gen.Frequency((1, Fitting), (2, Stray));

    public Gen<Move> Any => Gen.Frequency((5, Fitting), (2, Stray));

    /// <summary>As above, with crashes. After one, a call that was executing is usually recovered at once, as a shell does.</summary>
    public Gen<Move> WithCrashes => Gen.Frequency((8, Fitting), (3, Stray),
        (2, from when in Moment select (Move)new Saying(when, new Recovered())),
        (3, from lost in Gen.Choose(0, 3) from successor in Gen.Choose(0, 2) select (Move)new Crash(lost, successor)));

    /// <summary>Calls of a tool, many of them lost, recovered and taken up again.</summary>
    public Gen<Move> WithDoubts(Gen<CallTool> call) => Gen.Frequency(
        (6, from fitting in Fitting
            from lost in Gen.Choose(0, 2)
            from proposal in call
            select (Move)((Answering)fitting with
            {
                Decision = proposal,
                Result = lost == 0 ? new Lost("timeout") : ((Answering)fitting).Result,
            })),
        (3, Gen.Constant((Move)new Saying(Testing.Moment.Plain, new Recovered()))),
        (3, from lost in Gen.Choose(0, 3) from successor in Gen.Choose(0, 2) select (Move)new Crash(lost, successor)),
        (1, Stray));

    /// <summary>Questions and lost calls, which both wait for a person; and much that comes in meanwhile.</summary>
    public Gen<Move> Slow => Gen.Frequency(
        (2, from fitting in Fitting
            from asks in Gen.Choose(0, 3)
            from lost in Gen.Choose(0, 1)
            let answering = (Answering)fitting
            select (Move)(answering with
            {
                Decision = asks == 0 ? new AskHuman("which?") : answering.Decision,
                Result = lost == 0 ? new Lost("timeout") : answering.Result,
            })),
        (3, Stray));

    public static IEnumerable<Move> Simpler(Move move)
    {
        if (move is not Crash)
        {
            if (move.When != Testing.Moment.Plain) yield return move with { When = Testing.Moment.Plain };
            if (move.When is not { Tokens: 0, Cost: 0 }) yield return move with { When = new Moment(move.When.After, 0, 0) };
        }
        switch (move)
        {
            case Answering m:
                foreach (var decision in Simpler(m.Decision)) yield return m with { Decision = decision };
                foreach (var more in Shrink.List(m.More)) yield return m with { More = more };
                foreach (var result in Shrink.Towards<ToolResult>(m.Result, new Ok(Json.None))) yield return m with { Result = result };
                foreach (var labels in Shrink.List(m.Labels)) yield return m with { Labels = labels };
                foreach (var review in Shrink.Towards(m.Review, Testing.Review.Approve)) yield return m with { Review = review };
                foreach (var outcome in Shrink.Towards(m.Outcome, Resolution.Happened)) yield return m with { Outcome = outcome };
                foreach (var data in Values.Simpler(m.Data)) yield return m with { Data = data };
                break;
            case Saying { Input.Decision: { } said } m:
                foreach (var decision in Simpler(said)) yield return m with { Input = decision };
                break;
            case Reporting m:
                foreach (var aim in Shrink.Towards(m.Aim, Aim.Right)) yield return m with { Aim = aim };
                foreach (var result in Shrink.Towards<ToolResult>(m.Result, new Ok(Json.None))) yield return m with { Result = result };
                foreach (var labels in Shrink.List(m.Labels)) yield return m with { Labels = labels };
                break;
            case Approving m:
                foreach (var aim in Shrink.Towards(m.Aim, Aim.Right)) yield return m with { Aim = aim };
                if (m.Edit is not null) yield return m with { Edit = null };
                break;
            case Replying m:
                foreach (var labels in Shrink.List(m.Labels)) yield return m with { Labels = labels };
                break;
            case Crash m:
                foreach (var lost in Shrink.Count(m.Lost)) yield return m with { Lost = lost };
                foreach (var successor in Shrink.Count(m.Successor)) yield return m with { Successor = successor };
                break;
        }
    }

    private static IEnumerable<Decision> Simpler(Decision decision) => decision.CallTool is { } call
        ? Values.Simpler(call.Input).Select(input => (Decision)new CallTool(call.Name, input))
        : Shrink.Towards<Decision>(decision, new Answer("a"));
}
