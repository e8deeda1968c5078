using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// One of the forms that a value may have by its schemas, where all of these hold at once. What it says of a value is necessary, and may be
/// less than all that the schemas ask for.
/// </summary>
internal sealed record SchemaShape(Seq<Json.Object> Parts)
{
    private static readonly string[] _kinds = ["object", "array", "string", "number", "boolean", "null"];

    /// <summary>The only values that it can have, where they are listed.</summary>
    public IReadOnlyList<Json>? Listed { get; } = Lists(Parts);

    /// <summary>What kinds of values it may have; those that the schemas do not speak of come last.</summary>
    public IReadOnlyList<string> Kinds { get; } = KindsOf(Parts);

    /// <summary>Values that the schemas show: what is usual, and examples.</summary>
    public IEnumerable<Json> Shown => Of("default").Concat(Of("examples").OfType<Json.Array>().SelectMany(static shown => shown.Items));

    /// <summary>The number that no value is below.</summary>
    public Bound? Low => Of("minimum").OfType<Json.Number>().Select(static number => new Bound(number.Value, IsIn: true))
        .Concat(Of("exclusiveMinimum").OfType<Json.Number>().Select(static number => new Bound(number.Value, IsIn: false)))
        .OrderByDescending(static bound => bound.At).ThenBy(static bound => bound.IsIn).FirstOrDefault();

    /// <summary>The number that no value is above.</summary>
    public Bound? High => Of("maximum").OfType<Json.Number>().Select(static number => new Bound(number.Value, IsIn: true))
        .Concat(Of("exclusiveMaximum").OfType<Json.Number>().Select(static number => new Bound(number.Value, IsIn: false)))
        .OrderBy(static bound => bound.At).ThenBy(static bound => bound.IsIn).FirstOrDefault();

    /// <summary>Of what numbers a number is a multiple.</summary>
    public IEnumerable<decimal> Steps => Of("multipleOf").OfType<Json.Number>().Select(static number => number.Value)
        .Concat(Parts.Any(static part => Types(part) is { } types && types.Contains("integer") && !types.Contains("number")) ? [1m] : [])
        .Where(static step => step > 0);

    /// <summary>What a text is like.</summary>
    public TextShape Text => new([.. Of("pattern").OfType<Json.String>().Select(static pattern => pattern.Value).Distinct()],
        decimal.Ceiling(Most("minLength")), Least("maxLength"));

    /// <summary>The fields that an object has.</summary>
    public IEnumerable<string> Required => Of("required").OfType<Json.Array>().SelectMany(static names => names.Items)
        .OfType<Json.String>().Select(static name => name.Value).Distinct();

    /// <summary>The fields that are spoken of.</summary>
    public IEnumerable<string> Named => Of("properties").OfType<Json.Object>().SelectMany(static named => named.Fields)
        .Select(static property => property.Name).Distinct();

    /// <summary>What a keyword says.</summary>
    public IEnumerable<Json> Of(string keyword) => Parts.Select(part => part[keyword]).OfType<Json>();

    /// <summary>The largest number that a keyword has, or 0.</summary>
    public decimal Most(string keyword) => Of(keyword).OfType<Json.Number>().Select(static number => number.Value).Append(0).Max();

    /// <summary>The smallest number that a keyword has.</summary>
    public decimal Least(string keyword) =>
        Of(keyword).OfType<Json.Number>().Select(static number => number.Value).Append(decimal.MaxValue).Min();

    private static List<Json>? Lists(Seq<Json.Object> parts)
    {
        List<Json>? all = null;
        foreach (var part in parts)
        {
            if (part["const"] is { } only) all = Both(all, [only]);
            if (part["enum"] is Json.Array some) all = Both(all, [.. some.Items]);
        }
        return all;

        static List<Json> Both(List<Json>? one, List<Json> other) => one is null ? other : [.. one.Where(other.Contains)];
    }

    private static List<string> KindsOf(Seq<Json.Object> parts)
    {
        var kinds = _kinds.ToList();
        foreach (var types in parts.Select(Types).OfType<IReadOnlyList<string>>())
            kinds = [.. types.Select(static type => type == "integer" ? "number" : type).Distinct().Where(kinds.Contains)];
        if (kinds.Count < _kinds.Length) return kinds;
        // Where no kind is named, what else is said is about one.
        (string Kind, string Keyword)[] hints =
        [
            ("object", "properties"), ("object", "required"), ("array", "items"), ("array", "minItems"), ("string", "pattern"),
            ("string", "minLength"), ("string", "maxLength"), ("number", "minimum"), ("number", "maximum"),
            ("number", "exclusiveMinimum"), ("number", "exclusiveMaximum"), ("number", "multipleOf"),
        ];
        return [.. hints.Where(hint => parts.Any(part => part[hint.Keyword] is not null)).Select(static hint => hint.Kind)
            .Append("null").Concat(kinds).Distinct()];
    }

    private static IReadOnlyList<string>? Types(Json.Object part) => part["type"] switch
    {
        Json.String type => [type.Value],
        Json.Array types => [.. types.Items.OfType<Json.String>().Select(static type => type.Value)],
        _ => null,
    };
}

/// <summary>An end of a range.</summary>
/// <param name="At">Where.</param>
/// <param name="IsIn">Whether it is within.</param>
internal sealed record Bound(decimal At, bool IsIn);
