using OneOf;

namespace MiniRuntime.Core;

/// <summary>What came of a tool call.</summary>
public sealed class ToolResult : OneOfBase<Ok, Refused, Error, Lost>, IEquatable<ToolResult>
{
    private ToolResult(OneOf<Ok, Refused, Error, Lost> value) : base(value) => Guard.NotNull(Value);

    /// <summary>It happened, with this data.</summary>
    public static implicit operator ToolResult(Ok value) => new(value);

    /// <summary>The tool declined.</summary>
    public static implicit operator ToolResult(Refused value) => new(value);

    /// <summary>It did not happen.</summary>
    public static implicit operator ToolResult(Error value) => new(value);

    /// <summary>Nobody knows whether it happened.</summary>
    public static implicit operator ToolResult(Lost value) => new(value);

    /// <summary>The result, when it is Ok.</summary>
    public Ok? Ok => IsT0 ? AsT0 : null;

    /// <summary>The result, when the tool declined.</summary>
    public Refused? Refused => Value as Refused;

    /// <summary>The result, when the call failed.</summary>
    public Error? Error => Value as Error;

    /// <summary>The result, when the outcome is unknown.</summary>
    public Lost? Lost => Value as Lost;

    /// <summary>On the wire: <c>ok</c>, <c>refused</c>, <c>error</c> or <c>lost</c>.</summary>
    public string Status => Index switch { 0 => "ok", 1 => "refused", 2 => "error", _ => "lost" };

    /// <summary>The result of the function for this case, given the context. All functions can be static.</summary>
    public TResult Match<TContext, TResult>(TContext context, Func<TContext, Ok, TResult> ok, Func<TContext, Refused, TResult> refused,
        Func<TContext, Error, TResult> error, Func<TContext, Lost, TResult> lost) => Index switch
        {
            0 => ok(context, AsT0),
            1 => refused(context, AsT1),
            2 => error(context, AsT2),
            _ => lost(context, AsT3),
        };

    /// <summary>True when both are the same case with equal contents.</summary>
    public bool Equals(ToolResult? other) => other is not null && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ToolResult);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The case, as its record prints.</summary>
    public override string ToString() => Value.ToString()!;

    /// <summary>True when both are the same case with equal contents.</summary>
    public static bool operator ==(ToolResult? left, ToolResult? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when case or contents differ.</summary>
    public static bool operator !=(ToolResult? left, ToolResult? right) => !(left == right);
}

/// <summary>The call happened and gave this data.</summary>
public sealed record Ok(Json Data)
{
    /// <summary>What the tool returned; JSON null where it returned nothing.</summary>
    public Json Data { get; } = Guard.NotNull(Data);
}

/// <summary>The tool declined, for this reason; nothing happened. Charged as a refusal.</summary>
public sealed record Refused(string Reason)
{
    /// <summary>Why.</summary>
    public string Reason { get; } = Guard.Text(Reason);
}

/// <summary>The call failed and did not happen. Charged as a tool failure.</summary>
public sealed record Error(string Reason)
{
    /// <summary>Why.</summary>
    public string Reason { get; } = Guard.Text(Reason);
}

/// <summary>The outcome is unknown: the call may have happened. It puts the call in doubt.</summary>
public sealed record Lost(string Reason)
{
    /// <summary>What is known.</summary>
    public string Reason { get; } = Guard.Text(Reason);
}
