using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>One way in which the conditions on a field turn out.</summary>
/// <param name="turned">For each condition <c>+</c>, <c>-</c> or <c>?</c>.</param>
internal sealed class FieldOutcome(string turned)
{
    /// <summary>For each condition <c>+</c>, <c>-</c> or <c>?</c>.</summary>
    public string Turned { get; } = turned;

    /// <summary>Values that bring it about; null for a field that is missing.</summary>
    public List<Json?> Values { get; } = [];

    /// <summary>Whether it may be that a value which fits the schema brings it about.</summary>
    public bool MayBe { get; set; }

    /// <summary>Single values that bring it about; null for a field that is missing.</summary>
    public List<Json?> Only { get; } = [];

    /// <summary>Whether nothing brings it about but that the field is missing.</summary>
    public bool IsMissing => Only is [null] && !IsElse && !IsArray && !IsObject;

    /// <summary>Whether numbers or texts that nobody named bring it about.</summary>
    public bool IsElse { get; set; }

    /// <summary>Whether arrays that nobody named bring it about.</summary>
    public bool IsArray { get; set; }

    /// <summary>Whether objects that nobody named bring it about.</summary>
    public bool IsObject { get; set; }
}
