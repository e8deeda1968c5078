using OneOf;

namespace MiniRuntime.Core;

/// <summary>
/// What a run is doing. It rests in Thinking, AwaitingApproval, AwaitingReply, Executing, InDoubt and Stopped, where the world owes it
/// something (or nothing more); from the others it moves on by itself.
/// </summary>
public sealed class Phase : OneOfBase<Ready, Thinking, Judging, AwaitingApproval, Permitted, Executing, InDoubt, AwaitingReply, Stopped>,
    IEquatable<Phase>
{
    private Phase(OneOf<Ready, Thinking, Judging, AwaitingApproval, Permitted, Executing, InDoubt, AwaitingReply, Stopped> value)
        : base(value) { }

    /// <summary>Between steps, and nothing speaks against going on.</summary>
    internal static Phase Between { get; } = new Ready();

    /// <summary>Between steps.</summary>
    public static implicit operator Phase(Ready value) => new(Guard.NotNull(value));

    /// <summary>The model is asked.</summary>
    public static implicit operator Phase(Thinking value) => new(Guard.NotNull(value));

    /// <summary>A proposal is looked at.</summary>
    public static implicit operator Phase(Judging value) => new(Guard.NotNull(value));

    /// <summary>A person is asked whether a call may run.</summary>
    public static implicit operator Phase(AwaitingApproval value) => new(Guard.NotNull(value));

    /// <summary>A call may run.</summary>
    public static implicit operator Phase(Permitted value) => new(Guard.NotNull(value));

    /// <summary>A call is being executed.</summary>
    public static implicit operator Phase(Executing value) => new(Guard.NotNull(value));

    /// <summary>Nobody knows what came of a call.</summary>
    public static implicit operator Phase(InDoubt value) => new(Guard.NotNull(value));

    /// <summary>A person is asked a question.</summary>
    public static implicit operator Phase(AwaitingReply value) => new(Guard.NotNull(value));

    /// <summary>The run has ended.</summary>
    public static implicit operator Phase(Stopped value) => new(Guard.NotNull(value));

    /// <summary>The phase, when it is between steps.</summary>
    public Ready? Ready => IsT0 ? AsT0 : null;

    /// <summary>The phase, when the model is asked.</summary>
    public Thinking? Thinking => IsT1 ? AsT1 : null;

    /// <summary>The phase, when a proposal is looked at.</summary>
    public Judging? Judging => IsT2 ? AsT2 : null;

    /// <summary>The phase, when approval is asked.</summary>
    public AwaitingApproval? AwaitingApproval => IsT3 ? AsT3 : null;

    /// <summary>The phase, when a call may run.</summary>
    public Permitted? Permitted => IsT4 ? AsT4 : null;

    /// <summary>The phase, when a call is being executed.</summary>
    public Executing? Executing => IsT5 ? AsT5 : null;

    /// <summary>The phase, when a call is in doubt.</summary>
    public InDoubt? InDoubt => IsT6 ? AsT6 : null;

    /// <summary>The phase, when a person is asked a question.</summary>
    public AwaitingReply? AwaitingReply => IsT7 ? AsT7 : null;

    /// <summary>The phase, when the run has ended.</summary>
    public Stopped? Stopped => IsT8 ? AsT8 : null;

    /// <summary>The call that is open: asked for, permitted, executing or in doubt; null where none is.</summary>
    public Call? Call => AwaitingApproval?.Call ?? Permitted?.Call ?? Executing?.Call ?? InDoubt?.Call;

    /// <summary>True when no step is open: the last one is over, and the next begins with the model's answer.</summary>
    internal bool IsBetweenSteps => Index is 0 or 1 or 8;

    /// <summary>On the wire: <c>ready</c>, <c>thinking</c>, <c>awaiting_approval</c> and so on.</summary>
    public string Name => Index switch
    {
        0 => "ready",
        1 => "thinking",
        2 => "judging",
        3 => "awaiting_approval",
        4 => "permitted",
        5 => "executing",
        6 => "in_doubt",
        7 => "awaiting_reply",
        _ => "stopped",
    };

    /// <summary>The result of the function for this case, given the context. All functions can be static.</summary>
    public TResult Match<TContext, TResult>(TContext context, Func<TContext, Ready, TResult> ready,
        Func<TContext, Thinking, TResult> thinking, Func<TContext, Judging, TResult> judging,
        Func<TContext, AwaitingApproval, TResult> awaitingApproval, Func<TContext, Permitted, TResult> permitted,
        Func<TContext, Executing, TResult> executing, Func<TContext, InDoubt, TResult> inDoubt,
        Func<TContext, AwaitingReply, TResult> awaitingReply, Func<TContext, Stopped, TResult> stopped) => Index switch
        {
            0 => ready(context, AsT0),
            1 => thinking(context, AsT1),
            2 => judging(context, AsT2),
            3 => awaitingApproval(context, AsT3),
            4 => permitted(context, AsT4),
            5 => executing(context, AsT5),
            6 => inDoubt(context, AsT6),
            7 => awaitingReply(context, AsT7),
            _ => stopped(context, AsT8),
        };

    /// <summary>True when both are the same case with equal contents.</summary>
    public bool Equals(Phase? other) => other is not null && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Phase);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The case, as its record prints.</summary>
    public override string ToString() => Value.ToString()!;

    /// <summary>True when both are the same case with equal contents.</summary>
    public static bool operator ==(Phase? left, Phase? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when case or contents differ.</summary>
    public static bool operator !=(Phase? left, Phase? right) => !(left == right);
}

/// <summary>Between steps: about to stop, or to build the next packet.</summary>
/// <param name="Ending">How the run is about to stop; null where nothing speaks against going on.</param>
/// <param name="Memory">The verdicts on the memory in scope for the next packet; null where policy was not asked (yet).</param>
public sealed record Ready(Stopped? Ending = null, Seq<Verdict>? Memory = null);

/// <summary>The model is asked.</summary>
/// <param name="Context">What it is given.</param>
public sealed record Thinking(ContextBuilt Context);

/// <summary>A proposed call or answer is looked at.</summary>
/// <param name="Id">The id that it will have.</param>
/// <param name="Proposal">The proposal.</param>
public sealed record Judging(string Id, Decision Proposal);

/// <summary>A person is asked whether a call may run.</summary>
/// <param name="Call">The call.</param>
/// <param name="Request">What the person is asked.</param>
/// <param name="Reason">Why approval is needed.</param>
public sealed record AwaitingApproval(Call Call, ApprovalRequest Request, string Reason);

/// <summary>A call may run, by policy or by approval; the budget has yet to be asked.</summary>
/// <param name="Call">The call.</param>
public sealed record Permitted(Call Call);

/// <summary>A call is being executed.</summary>
/// <param name="Call">The call.</param>
public sealed record Executing(Call Call);

/// <summary>Nobody knows what came of a call.</summary>
/// <param name="Call">The call.</param>
/// <param name="NeedsPerson">True when the gate was asked again and did not open: only a person can settle it now.</param>
public sealed record InDoubt(Call Call, bool NeedsPerson = false);

/// <summary>A person is asked a question.</summary>
/// <param name="Id">The question's id: the run's name and the number of the step that it opened.</param>
/// <param name="Question">What the model asked.</param>
public sealed record AwaitingReply(string Id, AskHuman Question);
