using OneOf;

namespace MiniRuntime.Core;

/// <summary>
/// What happened. A fact holds what was decided, not the grounds to decide it again, so no later policy rewrites it; and it names earlier
/// data rather than repeating it, so a trace grows by the same amount per step however long the run is.
/// </summary>
public sealed class Fact :
    OneOfBase<RunStarted, ContextBuilt, Accepted, Ignored, CallRefused, CallJudged, CallAuthorized, OtherJudged, Stopped>, IEquatable<Fact>
{
    private Fact(OneOf<RunStarted, ContextBuilt, Accepted, Ignored, CallRefused, CallJudged, CallAuthorized, OtherJudged, Stopped> value)
        : base(value) { }

    /// <summary>The run began.</summary>
    public static implicit operator Fact(RunStarted value) => new(Guard.NotNull(value));

    /// <summary>A packet for the model was put together.</summary>
    public static implicit operator Fact(ContextBuilt value) => new(Guard.NotNull(value));

    /// <summary>An input came in and took effect.</summary>
    public static implicit operator Fact(Accepted value) => new(Guard.NotNull(value));

    /// <summary>An input came in and did not fit.</summary>
    public static implicit operator Fact(Ignored value) => new(Guard.NotNull(value));

    /// <summary>A proposed call named no tool that could run.</summary>
    public static implicit operator Fact(CallRefused value) => new(Guard.NotNull(value));

    /// <summary>Policy judged a proposed call.</summary>
    public static implicit operator Fact(CallJudged value) => new(Guard.NotNull(value));

    /// <summary>A permit was issued.</summary>
    public static implicit operator Fact(CallAuthorized value) => new(Guard.NotNull(value));

    /// <summary>Policy judged something other than a call.</summary>
    public static implicit operator Fact(OtherJudged value) => new(Guard.NotNull(value));

    /// <summary>The run ended.</summary>
    public static implicit operator Fact(Stopped value) => new(Guard.NotNull(value));

    /// <summary>The fact, when it is the run's start.</summary>
    public RunStarted? RunStarted => IsT0 ? AsT0 : null;

    /// <summary>The fact, when it is a packet.</summary>
    public ContextBuilt? ContextBuilt => IsT1 ? AsT1 : null;

    /// <summary>The fact, when it is an accepted input.</summary>
    public Accepted? Accepted => IsT2 ? AsT2 : null;

    /// <summary>The fact, when it is an ignored input.</summary>
    public Ignored? Ignored => IsT3 ? AsT3 : null;

    /// <summary>The fact, when it is a call that no tool may run.</summary>
    public CallRefused? CallRefused => Value as CallRefused;

    /// <summary>The fact, when it is a verdict on a call.</summary>
    public CallJudged? CallJudged => IsT5 ? AsT5 : null;

    /// <summary>The fact, when it is a permit.</summary>
    public CallAuthorized? CallAuthorized => IsT6 ? AsT6 : null;

    /// <summary>The fact, when it is a verdict on something other than a call.</summary>
    public OtherJudged? OtherJudged => Value as OtherJudged;

    /// <summary>The fact, when it is the run's end.</summary>
    public Stopped? Stopped => IsT8 ? AsT8 : null;

    /// <summary>The result of the function for this case, given the context. All functions can be static.</summary>
    public TResult Match<TContext, TResult>(TContext context, Func<TContext, RunStarted, TResult> runStarted,
        Func<TContext, ContextBuilt, TResult> contextBuilt, Func<TContext, Accepted, TResult> accepted,
        Func<TContext, Ignored, TResult> ignored, Func<TContext, CallRefused, TResult> callRefused,
        Func<TContext, CallJudged, TResult> callJudged, Func<TContext, CallAuthorized, TResult> callAuthorized,
        Func<TContext, OtherJudged, TResult> otherJudged, Func<TContext, Stopped, TResult> stopped) => Index switch
        {
            0 => runStarted(context, AsT0),
            1 => contextBuilt(context, AsT1),
            2 => accepted(context, AsT2),
            3 => ignored(context, AsT3),
            4 => callRefused(context, AsT4),
            5 => callJudged(context, AsT5),
            6 => callAuthorized(context, AsT6),
            7 => otherJudged(context, AsT7),
            _ => stopped(context, AsT8),
        };

    /// <summary>True when both are the same case with equal contents.</summary>
    public bool Equals(Fact? other) => other is not null && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Fact);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The case, as its record prints.</summary>
    public override string ToString() => Value.ToString()!;

    /// <summary>True when both are the same case with equal contents.</summary>
    public static bool operator ==(Fact? left, Fact? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when case or contents differ.</summary>
    public static bool operator !=(Fact? left, Fact? right) => !(left == right);
}

/// <summary>The run began. The only fact that holds a run's own data, once.</summary>
/// <param name="Run">What the run is for.</param>
/// <param name="Budget">What it may use up.</param>
/// <param name="AgentHash">The content hash of the agent that began it.</param>
/// <param name="Stamp">When it began, and what that cost.</param>
public sealed record RunStarted(Run Run, Budget Budget, string AgentHash, Stamp Stamp);

/// <summary>A packet for the model was put together. It names what is in it; <see cref="ContextPacket"/> is rendered from it.</summary>
/// <param name="FirstTurn">The position of the oldest turn that is shown, 0 first; those before it are left out.</param>
/// <param name="Tools">The tools on offer, by name, in ordinal order.</param>
/// <param name="Memory">The memory shown, by id.</param>
/// <param name="Omitted">The memory left out, with a reason each.</param>
public sealed record ContextBuilt(int FirstTurn, Seq<string> Tools, Seq<string> Memory, Seq<Omission> Omitted)
{
    /// <summary>The position of the oldest turn that is shown, 0 or more.</summary>
    public int FirstTurn { get; } = Guard.NotNegative(FirstTurn);
}

/// <summary>An input came in, fitted the phase and took effect.</summary>
/// <param name="Input">The input.</param>
/// <param name="Stamp">When it arrived, and what it cost.</param>
/// <param name="Queued">
/// True for a proposal that came in earlier, with others (<see cref="Decisions"/>), and whose turn it is now: nothing came in.
/// </param>
public sealed record Accepted(Input Input, Stamp Stamp, bool Queued = false);

/// <summary>An input came in that did not fit: late, twice, or for something unknown. Nothing changed but the bill.</summary>
/// <param name="Input">The input, so that nothing that arrived is lost.</param>
/// <param name="Reason">Why it did not fit.</param>
/// <param name="Stamp">When it arrived, and what it cost.</param>
public sealed record Ignored(Input Input, string Reason, Stamp Stamp);

/// <summary>The registry has no tool that may run this call. It never reached policy.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Tool">The name that was proposed.</param>
/// <param name="Reason"><c>unknown_tool</c>, <c>tool_disabled</c>, or <c>not_repeatable</c> for a write in doubt.</param>
public sealed record CallRefused(string CallId, string Tool, string Reason)
{
    internal const string UnknownTool = "unknown_tool";

    /// <summary>What the run's history says of the tool: <c>unknown</c>, or <c>refused</c> where there is one that may not run.</summary>
    internal string Status => Reason == UnknownTool ? "unknown" : "refused";
}

/// <summary>Policy judged a proposed call.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Tool">The tool, as the registry knew it.</param>
/// <param name="Verdict">What policy said.</param>
/// <param name="AgentHash">The content hash of the agent whose policy it is. The verdict binds no other agent.</param>
/// <param name="Request">What a person is asked, when approval is required and approvals are on; null otherwise.</param>
public sealed record CallJudged(string CallId, ToolRef Tool, PolicyDecision Verdict, string AgentHash, ApprovalRequest? Request = null);

/// <summary>A permit was issued: the call may be executed once. There is no execution without this fact before it.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Attempt">Which permit for this call it is, 1 first; later ones repeat a call whose outcome was unknown.</param>
public sealed record CallAuthorized(string CallId, int Attempt)
{
    /// <summary>Which permit for this call it is, 1 or more.</summary>
    public int Attempt { get; } = Guard.NotNegative(Attempt - 1, nameof(Attempt)) + 1;
}

/// <summary>Policy judged an answer or the memory in scope. Traced only when policy has a say on that action.</summary>
/// <param name="Action">What was judged; never <see cref="PolicyAction.Tool"/>.</param>
/// <param name="Verdicts">The verdicts: one for an answer, one for each memory item in scope.</param>
/// <exception cref="ArgumentException">The action is a tool call.</exception>
public sealed record OtherJudged(PolicyAction Action, Seq<Verdict> Verdicts)
{
    /// <summary>What was judged: an answer or the memory in scope.</summary>
    public PolicyAction Action { get; } = Guard.Declared(Action, PolicyAction.Answer) != PolicyAction.Tool
        ? Action
        : throw new ArgumentException("A verdict on a tool call is CallJudged.", nameof(Action));
}

/// <summary>A verdict on one thing.</summary>
/// <param name="Ref">The id of the answer or of the memory item.</param>
/// <param name="Decision">What policy said.</param>
public sealed record Verdict(string Ref, PolicyDecision Decision);

/// <summary>The run ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="By">Who ended it.</param>
/// <param name="Detail">More about why, or null.</param>
/// <param name="Tool">The tool that it was about, or null.</param>
public sealed record Stopped(StopReason Reason, StoppedBy By = StoppedBy.Runtime, string? Detail = null, string? Tool = null)
{
    /// <summary>Why.</summary>
    public StopReason Reason { get; } = Guard.Declared(Reason, StopReason.Cancelled);

    /// <summary>Who ended it.</summary>
    public StoppedBy By { get; } = Guard.Declared(By, StoppedBy.Model);
}
