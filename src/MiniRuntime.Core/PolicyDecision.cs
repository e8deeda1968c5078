using System.Diagnostics.CodeAnalysis;
using OneOf;

namespace MiniRuntime.Core;

/// <summary>
/// A verdict of policy. Verdicts are ordered by strictness, <c>Deny &gt; ApprovalRequired &gt; Allow</c>, and <see cref="Join"/> is the
/// least upper bound: a semilattice (associative, commutative, idempotent), which is why the order and the repetition of rules do not
/// matter.
/// </summary>
public sealed class PolicyDecision : OneOfBase<Allow, ApprovalRequired, Deny>, IEquatable<PolicyDecision>
{
    private PolicyDecision(OneOf<Allow, ApprovalRequired, Deny> value) : base(value) => Guard.NotNull(Value);

    /// <summary>It may happen.</summary>
    public static PolicyDecision Allowed { get; } = new Allow();

    /// <summary>It may happen.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator PolicyDecision?(Allow? value) => value is null ? null : new(value);

    /// <summary>It may happen once a person approves.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator PolicyDecision?(ApprovalRequired? value) => value is null ? null : new(value);

    /// <summary>It may not happen. (No verdict is none: policy written as code can say <c>bad ? new Deny("bad") : null</c>.)</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator PolicyDecision?(Deny? value) => value is null ? null : new(value);

    /// <summary>On the wire: <c>allow</c>, <c>approval_required</c> or <c>deny</c>.</summary>
    public string Status => Index switch { 0 => "allow", 1 => "approval_required", _ => "deny" };

    /// <summary>Why; null for an allow.</summary>
    public string? Reason => Index switch { 0 => null, 1 => AsT1.Reason, _ => AsT2.Reason };

    /// <summary>The verdict, when it is an allow.</summary>
    public Allow? Allow => Value as Allow;

    /// <summary>The verdict, when it requires an approval.</summary>
    public ApprovalRequired? ApprovalRequired => Value as ApprovalRequired;

    /// <summary>The verdict, when it is a denial.</summary>
    public Deny? Deny => IsT2 ? AsT2 : null;

    /// <summary>The stricter of the two; of equally strict ones that with the ordinally smaller reason.</summary>
    public PolicyDecision Join(PolicyDecision other) =>
        Index != other.Index ? (Index > other.Index ? this : other)
        : string.CompareOrdinal(Reason, other.Reason) <= 0 ? this : other;

    /// <summary>True when this is at least as strict as the other, reasons aside.</summary>
    public bool AtLeastAsStrictAs(PolicyDecision other) => Index >= other.Index;

    /// <summary>The result of the function for this case, given the context. All functions can be static.</summary>
    public TResult Match<TContext, TResult>(TContext context, Func<TContext, Allow, TResult> allow,
        Func<TContext, ApprovalRequired, TResult> approvalRequired, Func<TContext, Deny, TResult> deny) => Index switch
        {
            0 => allow(context, AsT0),
            1 => approvalRequired(context, AsT1),
            _ => deny(context, AsT2),
        };

    /// <summary>True when both are the same case with equal contents.</summary>
    public bool Equals(PolicyDecision? other) => other is not null && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PolicyDecision);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The case, as its record prints.</summary>
    public override string ToString() => Value.ToString()!;

    /// <summary>True when both are the same case with equal contents.</summary>
    public static bool operator ==(PolicyDecision? left, PolicyDecision? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when case or contents differ.</summary>
    public static bool operator !=(PolicyDecision? left, PolicyDecision? right) => !(left == right);
}

/// <summary>It may happen.</summary>
public sealed record Allow;

/// <summary>It may happen once a person approves, for this reason.</summary>
public sealed record ApprovalRequired(string Reason)
{
    /// <summary>Why a person has to look.</summary>
    public string Reason { get; } = Guard.Text(Reason);
}

/// <summary>It may not happen, for this reason.</summary>
public sealed record Deny(string Reason)
{
    /// <summary>Why not.</summary>
    public string Reason { get; } = Guard.Text(Reason);
}
