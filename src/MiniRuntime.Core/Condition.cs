using System.Text.RegularExpressions;

namespace MiniRuntime.Core;

/// <summary>
/// A condition on one field of an input. It has three outcomes: true, false, and null where the field is missing or not of the kind
/// that the condition is about. A rule that denies takes null for a match, a rule that allows does not: doubt never opens the gate.
/// </summary>
public sealed record Condition
{
    private readonly Regex? _pattern;

    /// <summary>A condition: all the tests that are given must hold.</summary>
    /// <param name="field">
    /// A field of the input by name; or, beginning with <c>/</c>, a JSON Pointer (RFC 6901) to one further down.
    /// </param>
    /// <param name="equal">The value must equal this.</param>
    /// <param name="isIn">The value must equal one of these.</param>
    /// <param name="greater">The value must be a number greater than this.</param>
    /// <param name="less">The value must be a number less than this.</param>
    /// <param name="matches">
    /// The value must be text that this regular expression matches as a whole (.NET syntax, culture-invariant, without what needs
    /// backtracking: look-around, back-references, atomic groups); 1,000 characters at most.
    /// </param>
    /// <exception cref="ArgumentException">No test is given, or the pattern is no such expression.</exception>
    public Condition(string field, Json? equal = null, IEnumerable<Json>? isIn = null, decimal? greater = null, decimal? less = null,
        string? matches = null)
    {
        Field = Guard.Text(field);
        Equal = equal;
        In = isIn is null ? null : Guard.Items(isIn).ToSeq();
        Greater = greater;
        Less = less;
        Matches = Guard.OptionalText(matches);
        _pattern = Matches is null ? null : Compile(Matches);
        if (equal is null && In is null && greater is null && less is null && matches is null)
            throw new ArgumentException("A condition needs at least one of equals, in, greater, less, matches.", nameof(field));
    }

    /// <summary>The field's name, or a JSON Pointer to it.</summary>
    public string Field { get; }

    /// <summary>The value that the field must have.</summary>
    public Json? Equal { get; }

    /// <summary>The values of which the field must have one.</summary>
    public Seq<Json>? In { get; }

    /// <summary>The number that the field must be above.</summary>
    public decimal? Greater { get; }

    /// <summary>The number that the field must be below.</summary>
    public decimal? Less { get; }

    /// <summary>The expression that the field's text must match as a whole.</summary>
    public string? Matches { get; }

    /// <summary>Whether the condition holds for this input; null where the field is missing or of another kind.</summary>
    public bool? Holds(Json.Object input)
    {
        if (Find(input) is not { } value) return null;
        bool? holds = true;
        if (Equal is not null) holds = And(holds, SameAs(Equal, value));
        if (In is not null) holds = And(holds, In.Aggregate((bool?)false, (any, item) => Or(any, SameAs(item, value))));
        if (Greater is { } low) holds = And(holds, value is Json.Number n ? n.Value > low : null);
        if (Less is { } high) holds = And(holds, value is Json.Number n ? n.Value < high : null);
        if (_pattern is not null) holds = And(holds, value is Json.String s ? _pattern.IsMatch(s.Value) : null);
        return holds;
    }

    /// <summary>True when both make the same tests of the same field.</summary>
    public bool Equals(Condition? other) => other is not null && Field == other.Field && Equal == other.Equal && In == other.In
        && Greater == other.Greater && Less == other.Less && Matches == other.Matches;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Field, Equal, In, Greater, Less, Matches);

    /// <summary>For example <c>amount greater 100 less 200</c>.</summary>
    public override string ToString() => Field
        + (Equal is null ? "" : $" equals {CanonicalJson.Write(Equal)}")
        + (In is null ? "" : $" in {CanonicalJson.Write(new Json.Array(In))}")
        + (Greater is { } low ? $" greater {CanonicalJson.Write(low)}" : "")
        + (Less is { } high ? $" less {CanonicalJson.Write(high)}" : "")
        + (Matches is null ? "" : $" matches {Matches}");

    // "Not null" can be asked of any kind of value; any other comparison across kinds says nothing.
    private static bool? SameAs(Json expected, Json value) =>
        expected == value ? true : expected is Json.Null || expected.Kind == value.Kind ? false : null;

    private static bool? And(bool? one, bool? other) => one == false || other == false ? false : one is null || other is null ? null : true;

    private static bool? Or(bool? one, bool? other) => one == true || other == true ? true : one is null || other is null ? null : false;

    private static Regex Compile(string pattern)
    {
        if (pattern.Length > 1000) throw new ArgumentException("The pattern is longer than 1,000 characters.");
        try
        {
            // First alone: "a)|(b" would be well-formed only inside the brackets, and would not match as a whole.
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
            return new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            throw new ArgumentException($"'{pattern}' is no regular expression that works without backtracking: {e.Message}");
        }
    }

    private Json? Find(Json.Object input)
    {
        if (!Field.StartsWith('/')) return input[Field];
        Json? value = input;
        foreach (var part in Field[1..].Split('/'))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            value = value switch
            {
                Json.Object o => o[name],
                Json.Array a when int.TryParse(name, out var i) && i >= 0 && i < a.Items.Count && name == $"{i}" => a.Items[i],
                _ => null,
            };
            if (value is null) return null;
        }
        return value;
    }
}
