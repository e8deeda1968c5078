using OneOf;

namespace MiniRuntime.Core;

/// <summary>
/// A law about paths: of one run, for <see cref="Judge"/>; of all the runs that an agent admits, for an explorer, which lets a law follow a
/// path call by call (<see cref="Advance"/>) and keeps no more of the past than the law's progress.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Demand">What it demands.</param>
/// <param name="Message">What to say when it is broken; null for a sentence made from the demand.</param>
public sealed record TrajectoryLaw(string Name, Demand Demand, string? Message = null)
{
    /// <summary>The progress of a law that is broken. It stays broken, whatever follows.</summary>
    public const int Broken = -1;

    /// <summary>Its name.</summary>
    public string Name { get; } = Guard.Text(Name);

    /// <summary>What it demands.</summary>
    public Demand Demand { get; } = Guard.NotNull(Demand);

    /// <summary>What to say when it is broken, or null.</summary>
    public string? Message { get; } = Guard.OptionalText(Message);

    /// <summary>The verdict on a path.</summary>
    public LawResult Judge(Trajectory path)
    {
        var progress = 0;
        foreach (var call in path.Calls)
            if ((progress = Advance(progress, call)) == Broken) return new LawResult(Name, [$"{Message ?? $"{Demand}"}: {call}"]);
        return path.Stopped is { } stopped && !Admits(stopped)
            ? new LawResult(Name, [$"{Message ?? $"{Demand}"}: {stopped.Reason.Name()}"])
            : new LawResult(Name, []);
    }

    /// <summary>
    /// How far the law has got after one more call: 0 at first, <see cref="Broken"/> once it is broken. For a call whose results can still
    /// bring labels ask again with the same progress as before it.
    /// </summary>
    public int Advance(int progress, ExecutedCall call) => progress == Broken ? Broken : Demand.Match((progress, call),
        never: static (at, never) => never.Of.Matches(at.call, true) && !(never.UnlessApproved && at.call.Approved) ? Broken : 0,
        before: static (at, before) => at.progress == 1 ? 1
            : before.Then.Matches(at.call, true) ? Broken
            : before.First.Matches(at.call, false) ? 1 : 0,
        neverAfter: static (at, after) => at.progress == 1
            ? after.Then.Matches(at.call, true) ? Broken : 1
            : after.First.Matches(at.call, true) ? 1 : 0,
        atMost: static (at, most) => !most.Of.Matches(at.call, true) ? at.progress
            : at.progress < most.Count ? at.progress + 1 : Broken,
        ends: static (at, _) => at.progress);

    /// <summary>True unless the law forbids a run to end so. A run that has not ended breaks no law by that.</summary>
    public bool Admits(Stopped stopped) => Demand.Ends is not { } ends || ends.Reasons.Contains(stopped.Reason);
}

/// <summary>The verdict of a law on a run's path.</summary>
/// <param name="Law">The law's name.</param>
/// <param name="Reasons">Why it is broken; none when it holds.</param>
public sealed record LawResult(string Law, Seq<string> Reasons)
{
    /// <summary>The law's name.</summary>
    public string Law { get; } = Guard.Text(Law);

    /// <summary>Why it is broken; none when it holds.</summary>
    public Seq<string> Reasons { get; } = Guard.Texts(Reasons)!;

    /// <summary>True when the law holds.</summary>
    public bool Passed => Reasons.Count == 0;
}

/// <summary>What a law demands of the executed calls, or of the end.</summary>
public sealed class Demand : OneOfBase<Never, Before, NeverAfter, AtMost, Ends>, IEquatable<Demand>
{
    private Demand(OneOf<Never, Before, NeverAfter, AtMost, Ends> value) : base(value) => Guard.NotNull(Value);

    /// <summary>No such call, or none without an approval.</summary>
    public static implicit operator Demand(Never value) => new(value);

    /// <summary>One kind of call first, before the other.</summary>
    public static implicit operator Demand(Before value) => new(value);

    /// <summary>No call of one kind after one of the other.</summary>
    public static implicit operator Demand(NeverAfter value) => new(value);

    /// <summary>So many such calls, no more.</summary>
    public static implicit operator Demand(AtMost value) => new(value);

    /// <summary>An end for one of these reasons.</summary>
    public static implicit operator Demand(Ends value) => new(value);

    /// <summary>The demand, when there must be no such call.</summary>
    public Never? Never => Value as Never;

    /// <summary>The demand, when one kind of call must come before another.</summary>
    public Before? Before => Value as Before;

    /// <summary>The demand, when one kind of call must not come after another.</summary>
    public NeverAfter? NeverAfter => Value as NeverAfter;

    /// <summary>The demand, when it is about how many calls there are.</summary>
    public AtMost? AtMost => Value as AtMost;

    /// <summary>The demand, when it is about the end.</summary>
    public Ends? Ends => IsT4 ? AsT4 : null;

    /// <summary>The patterns that it names.</summary>
    public Seq<CallPattern> Patterns => Match<int, Seq<CallPattern>>(0,
        never: static (_, never) => [never.Of],
        before: static (_, before) => [before.First, before.Then],
        neverAfter: static (_, after) => [after.First, after.Then],
        atMost: static (_, most) => [most.Of],
        ends: static (_, _) => []);

    /// <summary>The result of the function for this case, given the context. All functions can be static.</summary>
    public TResult Match<TContext, TResult>(TContext context, Func<TContext, Never, TResult> never,
        Func<TContext, Before, TResult> before, Func<TContext, NeverAfter, TResult> neverAfter, Func<TContext, AtMost, TResult> atMost,
        Func<TContext, Ends, TResult> ends) => Index switch
        {
            0 => never(context, AsT0),
            1 => before(context, AsT1),
            2 => neverAfter(context, AsT2),
            3 => atMost(context, AsT3),
            _ => ends(context, AsT4),
        };

    /// <summary>True when both are the same case with equal contents.</summary>
    public bool Equals(Demand? other) => other is not null && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Demand);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>What is demanded, in a sentence.</summary>
    public override string ToString() => Match(0,
        never: static (_, never) => $"there must be no {Bare(never.Of)}{(never.UnlessApproved ? " that was not approved" : "")}",
        before: static (_, before) => $"before {before.Then} there must be {before.First}",
        neverAfter: static (_, after) => $"after {after.First} there must be no {Bare(after.Then)}",
        atMost: static (_, most) => $"there must be no {Bare(most.Of)} beyond the first {most.Count}",
        ends: static (_, ends) => $"the run must end with {string.Join(" or ", ends.Reasons.Select(static reason => reason.Name()))}");

    /// <summary>True when both are the same case with equal contents.</summary>
    public static bool operator ==(Demand? left, Demand? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when case or contents differ.</summary>
    public static bool operator !=(Demand? left, Demand? right) => !(left == right);

    private static string Bare(CallPattern pattern) => $"{pattern}"[2..];
}

/// <summary>No executed call matches; or only one that a person approved.</summary>
public sealed record Never(CallPattern Of, bool UnlessApproved = false)
{
    /// <summary>Which calls.</summary>
    public CallPattern Of { get; } = Guard.NotNull(Of);
}

/// <summary>Each call that matches the second pattern comes after one that matches the first.</summary>
public sealed record Before(CallPattern First, CallPattern Then)
{
    /// <summary>What has to come first.</summary>
    public CallPattern First { get; } = Guard.NotNull(First);

    /// <summary>What may come then.</summary>
    public CallPattern Then { get; } = Guard.NotNull(Then);
}

/// <summary>Once a call that matches the first pattern was executed, none that matches the second is.</summary>
public sealed record NeverAfter(CallPattern First, CallPattern Then)
{
    /// <summary>What closes the way.</summary>
    public CallPattern First { get; } = Guard.NotNull(First);

    /// <summary>What is then forbidden.</summary>
    public CallPattern Then { get; } = Guard.NotNull(Then);
}

/// <summary>No more than so many executed calls match.</summary>
public sealed record AtMost(int Count, CallPattern Of)
{
    /// <summary>How many may, 0 or more.</summary>
    public int Count { get; } = Guard.NotNegative(Count);

    /// <summary>Which calls.</summary>
    public CallPattern Of { get; } = Guard.NotNull(Of);
}

/// <summary>Every run ends for one of these reasons.</summary>
public sealed record Ends(Seq<StopReason> Reasons)
{
    /// <summary>The reasons.</summary>
    public Seq<StopReason> Reasons { get; } =
        Guard.NotNull(Reasons).Select(static reason => Guard.Declared(reason, StopReason.Cancelled)).ToSeq();
}
