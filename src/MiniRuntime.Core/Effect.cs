using OneOf;

namespace MiniRuntime.Core;

/// <summary>
/// What the world is asked to do. <see cref="Record"/> comes first, for every new event; then at most one piece of work,
/// whose answer comes back as an input.
/// </summary>
public sealed class Effect : OneOfBase<Record, AskModel, ExecuteTool, AskApproval, AskReply, AskResolution>, IEquatable<Effect>
{
    private Effect(OneOf<Record, AskModel, ExecuteTool, AskApproval, AskReply, AskResolution> value) : base(value) { }

    /// <summary>Keep an event.</summary>
    public static implicit operator Effect(Record value) => new(Guard.NotNull(value));

    /// <summary>Ask the model.</summary>
    public static implicit operator Effect(AskModel value) => new(Guard.NotNull(value));

    /// <summary>Execute a call.</summary>
    public static implicit operator Effect(ExecuteTool value) => new(Guard.NotNull(value));

    /// <summary>Ask for an approval.</summary>
    public static implicit operator Effect(AskApproval value) => new(Guard.NotNull(value));

    /// <summary>Ask a person the model's question.</summary>
    public static implicit operator Effect(AskReply value) => new(Guard.NotNull(value));

    /// <summary>Ask a person what became of a call.</summary>
    public static implicit operator Effect(AskResolution value) => new(Guard.NotNull(value));

    /// <summary>The effect, when it keeps an event.</summary>
    public Record? Record => IsT0 ? AsT0 : null;

    /// <summary>The effect, when it asks the model.</summary>
    public AskModel? AskModel => IsT1 ? AsT1 : null;

    /// <summary>The effect, when it executes a call.</summary>
    public ExecuteTool? ExecuteTool => IsT2 ? AsT2 : null;

    /// <summary>The effect, when it asks for an approval.</summary>
    public AskApproval? AskApproval => IsT3 ? AsT3 : null;

    /// <summary>The effect, when it asks a person the model's question.</summary>
    public AskReply? AskReply => IsT4 ? AsT4 : null;

    /// <summary>The effect, when it asks a person what became of a call.</summary>
    public AskResolution? AskResolution => IsT5 ? AsT5 : null;

    /// <summary>The result of the function for this case, given the context. All functions can be static.</summary>
    public TResult Match<TContext, TResult>(TContext context, Func<TContext, Record, TResult> record,
        Func<TContext, AskModel, TResult> askModel, Func<TContext, ExecuteTool, TResult> executeTool,
        Func<TContext, AskApproval, TResult> askApproval, Func<TContext, AskReply, TResult> askReply,
        Func<TContext, AskResolution, TResult> askResolution) => Index switch
        {
            0 => record(context, AsT0),
            1 => askModel(context, AsT1),
            2 => executeTool(context, AsT2),
            3 => askApproval(context, AsT3),
            4 => askReply(context, AsT4),
            _ => askResolution(context, AsT5),
        };

    /// <summary>True when both are the same case with equal contents.</summary>
    public bool Equals(Effect? other) => other is not null && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Effect);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The case, as its record prints.</summary>
    public override string ToString() => Value.ToString()!;

    /// <summary>True when both are the same case with equal contents.</summary>
    public static bool operator ==(Effect? left, Effect? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when case or contents differ.</summary>
    public static bool operator !=(Effect? left, Effect? right) => !(left == right);
}

/// <summary>Keep this event. Until it is kept, none of the work that follows may begin.</summary>
/// <param name="Event">The event.</param>
public sealed record Record(TraceEvent Event);

/// <summary>Ask the model; answered by a decision, an invalid decision or a model failure.</summary>
/// <param name="Packet">What to give it.</param>
public sealed record AskModel(ContextPacket Packet);

/// <summary>Execute a call; answered by a tool report that names the call and the attempt (<see cref="Call.Attempts"/>).</summary>
/// <param name="Permit">The permit.</param>
public sealed record ExecuteTool(AuthorizedCall Permit);

/// <summary>Ask a person whether a call may run; answered by an approval or a rejection.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Call">The exact call.</param>
/// <param name="Request">The request to name in the answer.</param>
/// <param name="Reason">Why approval is needed.</param>
public sealed record AskApproval(string RunId, Call Call, ApprovalRequest Request, string Reason);

/// <summary>Ask a person the model's question; answered by a reply.</summary>
/// <param name="RunId">The run.</param>
/// <param name="QuestionId">The question to name in the answer.</param>
/// <param name="Question">What the model wants to know.</param>
public sealed record AskReply(string RunId, string QuestionId, string Question);

/// <summary>Ask a person what became of a call; answered by a resolution.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Call">The call in doubt.</param>
public sealed record AskResolution(string RunId, Call Call);
