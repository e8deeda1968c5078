using OneOf;

namespace MiniRuntime.Core;

/// <summary>
/// What a person said to a waiting run. Who spoke is the host's to establish; what nobody said (<see cref="PersonName"/>) is ignored.
/// </summary>
public sealed class PersonSaid : OneOfBase<Approve, Reject, Reply, Resolve>, IEquatable<PersonSaid>
{
    private PersonSaid(OneOf<Approve, Reject, Reply, Resolve> value) : base(value) => Guard.NotNull(Value);

    /// <summary>The exact call may run.</summary>
    public static implicit operator PersonSaid(Approve value) => new(value);

    /// <summary>The call may not run.</summary>
    public static implicit operator PersonSaid(Reject value) => new(value);

    /// <summary>An answer to the model's question.</summary>
    public static implicit operator PersonSaid(Reply value) => new(value);

    /// <summary>What became of a call in doubt.</summary>
    public static implicit operator PersonSaid(Resolve value) => new(value);

    /// <summary>What was said, when it is an approval.</summary>
    public Approve? Approve => IsT0 ? AsT0 : null;

    /// <summary>What was said, when it is a rejection.</summary>
    public Reject? Reject => Value as Reject;

    /// <summary>What was said, when it is an answer to the model's question.</summary>
    public Reply? Reply => Value as Reply;

    /// <summary>What was said, when it settles a doubt.</summary>
    public Resolve? Resolve => IsT3 ? AsT3 : null;

    /// <summary>The result of the function for this case, given the context. All functions can be static.</summary>
    public TResult Match<TContext, TResult>(TContext context, Func<TContext, Approve, TResult> approve,
        Func<TContext, Reject, TResult> reject, Func<TContext, Reply, TResult> reply, Func<TContext, Resolve, TResult> resolve) =>
        Index switch
        {
            0 => approve(context, AsT0),
            1 => reject(context, AsT1),
            2 => reply(context, AsT2),
            _ => resolve(context, AsT3),
        };

    /// <summary>True when both are the same case with equal contents.</summary>
    public bool Equals(PersonSaid? other) => other is not null && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PersonSaid);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The case, as its record prints.</summary>
    public override string ToString() => Value.ToString()!;

    /// <summary>True when both are the same case with equal contents.</summary>
    public static bool operator ==(PersonSaid? left, PersonSaid? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when case or contents differ.</summary>
    public static bool operator !=(PersonSaid? left, PersonSaid? right) => !(left == right);
}

/// <summary>
/// "This exact call may run": the request, and the hash of the call that the reviewer saw. With an edited input the asked-for call is
/// closed and a new one opened, which is charged and judged like any other (and so may need an approval of its own).
/// </summary>
public sealed record Approve(string RequestId, string Hash, string Reviewer, Json.Object? EditedInput = null)
{
    /// <summary>The request that is answered.</summary>
    public string RequestId { get; } = Guard.Text(RequestId);

    /// <summary>The hash of the call that the reviewer saw (<see cref="ApprovalRequest.Hash"/>).</summary>
    public string Hash { get; } = Guard.Text(Hash);

    /// <summary>Who approves; never the run's actor.</summary>
    public string Reviewer { get; } = Guard.Text(Reviewer);

    /// <summary>The input to use instead, or null to run the call as it was shown.</summary>
    public Json.Object? EditedInput { get; } = EditedInput;
}

/// <summary>"This call may not run." A refusal.</summary>
public sealed record Reject(string RequestId, string Reviewer, string Reason)
{
    /// <summary>The request that is answered.</summary>
    public string RequestId { get; } = Guard.Text(RequestId);

    /// <summary>Who rejects; never the run's actor.</summary>
    public string Reviewer { get; } = Guard.Text(Reviewer);

    /// <summary>Why; the model gets to see it.</summary>
    public string Reason { get; } = Guard.Text(Reason);
}

/// <summary>The answer to a question that the model asked.</summary>
public sealed record Reply
{
    /// <summary>An answer.</summary>
    /// <param name="questionId">The question that is answered.</param>
    /// <param name="text">The answer.</param>
    /// <param name="person">Who answers; the run's actor may.</param>
    /// <param name="labels">Labels that the run picks up from the answer.</param>
    public Reply(string questionId, string text, string person, IEnumerable<string>? labels = null)
    {
        QuestionId = Guard.Text(questionId);
        Text = Guard.Text(text);
        Person = Guard.Text(person);
        Labels = LabelSet.Of(labels);
    }

    /// <summary>The question that is answered.</summary>
    public string QuestionId { get; }

    /// <summary>The answer.</summary>
    public string Text { get; }

    /// <summary>Who answered.</summary>
    public string Person { get; }

    /// <summary>Labels that the run picks up from the answer; a set, in ordinal order.</summary>
    public Seq<string> Labels { get; }
}

/// <summary>What became of a call in doubt, as far as a person could find out.</summary>
public sealed record Resolve(string CallId, Resolution Resolution, string Person, Json? Data = null)
{
    /// <summary>The call in doubt.</summary>
    public string CallId { get; } = Guard.Text(CallId);

    /// <summary>What became of it.</summary>
    public Resolution Resolution { get; } = Guard.Declared(Resolution, Resolution.Abandon);

    /// <summary>Who found out.</summary>
    public string Person { get; } = Guard.Text(Person);

    /// <summary>The result, where it happened; null stands for JSON null. Not looked at otherwise.</summary>
    public Json? Data { get; } = Data;
}

/// <summary>What became of a call in doubt.</summary>
public enum Resolution
{
    /// <summary>It happened.</summary>
    Happened,

    /// <summary>It did not happen: a tool failure.</summary>
    DidNotHappen,

    /// <summary>Nobody can tell, or it does not matter: end the run as cancelled.</summary>
    Abandon,
}
