using OneOf;

namespace MiniRuntime.Core;

/// <summary>
/// What the model proposed. It is an input to the core and decides nothing: the software does.
/// (Elm calls this a message; the decider literature calls it a command.)
/// A decision carries no id, so one that comes in twice counts twice: a host that can deliver one again must drop the second.
/// </summary>
public sealed class Decision : OneOfBase<Answer, CallTool, AskHuman, Stop>, IEquatable<Decision>
{
    private Decision(OneOf<Answer, CallTool, AskHuman, Stop> value) : base(value) => Guard.NotNull(Value);

    /// <summary>A final answer.</summary>
    public static implicit operator Decision(Answer value) => new(value);

    /// <summary>A tool call.</summary>
    public static implicit operator Decision(CallTool value) => new(value);

    /// <summary>A question to a person.</summary>
    public static implicit operator Decision(AskHuman value) => new(value);

    /// <summary>An end without an answer.</summary>
    public static implicit operator Decision(Stop value) => new(value);

    /// <summary>The proposal, when it is an answer.</summary>
    public Answer? Answer => IsT0 ? AsT0 : null;

    /// <summary>The proposal, when it is a tool call.</summary>
    public CallTool? CallTool => IsT1 ? AsT1 : null;

    /// <summary>The proposal, when it is a question to a person.</summary>
    public AskHuman? AskHuman => Value as AskHuman;

    /// <summary>The proposal, when it is to stop.</summary>
    public Stop? Stop => Value as Stop;

    /// <summary>On the wire: <c>answer</c>, <c>tool</c>, <c>ask_human</c> or <c>stop</c>.</summary>
    public string Kind => Index switch { 0 => "answer", 1 => "tool", 2 => "ask_human", _ => "stop" };

    /// <summary>The result of the function for this case, given the context. All functions can be static.</summary>
    public TResult Match<TContext, TResult>(TContext context, Func<TContext, Answer, TResult> answer,
        Func<TContext, CallTool, TResult> callTool, Func<TContext, AskHuman, TResult> askHuman, Func<TContext, Stop, TResult> stop) =>
        Index switch
        {
            0 => answer(context, AsT0),
            1 => callTool(context, AsT1),
            2 => askHuman(context, AsT2),
            _ => stop(context, AsT3),
        };

    /// <summary>True when both are the same case with equal contents.</summary>
    public bool Equals(Decision? other) => other is not null && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Decision);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The case, as its record prints.</summary>
    public override string ToString() => Value.ToString()!;

    /// <summary>True when both are the same case with equal contents.</summary>
    public static bool operator ==(Decision? left, Decision? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when case or contents differ.</summary>
    public static bool operator !=(Decision? left, Decision? right) => !(left == right);
}

/// <summary>"This is the answer." A blank one is an invalid decision; any other ends the run unless policy denies it.</summary>
public sealed record Answer(string Text)
{
    /// <summary>The answer's text.</summary>
    public string Text { get; } = Guard.Text(Text);

    /// <summary>True when nothing of the text can be seen.</summary>
    internal bool IsBlank => Text.EnumerateRunes().All(Invisible.Is);
}

/// <summary>"Run this tool on this input." Any name may be proposed; what exists, the registry knows.</summary>
public sealed record CallTool(string Name, Json.Object Input)
{
    /// <summary>The tool's name, matched exactly.</summary>
    public string Name { get; } = Guard.Text(Name);

    /// <summary>The input.</summary>
    public Json.Object Input { get; } = Guard.NotNull(Input);
}

/// <summary>"Ask a person this." Without approvals the run stops as blocked; with them it waits for a reply.</summary>
public sealed record AskHuman(string Question)
{
    /// <summary>The question.</summary>
    public string Question { get; } = Guard.Text(Question);
}

/// <summary>"End the run, for this reason." A model may give any reason.</summary>
public sealed record Stop(StopReason Reason)
{
    /// <summary>The reason that the run will show, with <see cref="StoppedBy.Model"/>.</summary>
    public StopReason Reason { get; } = Guard.Declared(Reason, StopReason.Cancelled);
}
