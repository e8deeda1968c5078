using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>Where in an input a field is, whichever of its names a condition has for it.</summary>
internal sealed record FieldPath(Seq<string> Parts)
{
    /// <summary>The path of a condition's field: a name, or a JSON Pointer.</summary>
    public static FieldPath Of(string field) => new(!field.StartsWith('/') ? [field]
        : [.. field[1..].Split('/').Select(static part =>
            part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))]);

    /// <summary>Whether what is at this path holds what is at the other.</summary>
    public bool IsAround(FieldPath other) => Parts.Count < other.Parts.Count && Parts.SequenceEqual(other.Parts.Take(Parts.Count));

    /// <summary>What is there in a value; null where nothing is.</summary>
    public Json? In(Json? value) => Parts.Aggregate(value, static (at, part) => at switch
    {
        Json.Object o => o[part],
        Json.Array array when Index(part) is { } i && i < array.Items.Count => array.Items[i],
        _ => null,
    });

    /// <summary>
    /// The input with this value there, or without it where the value is null; then nothing is made on the way. Null where it would be
    /// deeper than a value can be.
    /// </summary>
    public Json.Object? Set(Json.Object input, Json? value)
    {
        try
        {
            return (Json.Object?)With(input, [.. Parts], value);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The place in an array that a part names, where it names one.</summary>
    public static int? Index(string part) => int.TryParse(part, out var i) && i >= 0 && part == $"{i}" ? i : null;

    private static Json? With(Json? at, ReadOnlySpan<string> path, Json? value)
    {
        if (path.Length == 0) return value;
        var name = path[0];
        var rest = path[1..];
        if (at is Json.Array array || (at is null && value is not null && name == "0"))
        {
            var items = (at as Json.Array)?.Items ?? [];
            if (Index(name) is not { } i || i > 100 || (i >= items.Count && value is null)) return at;
            var item = With(i < items.Count ? items[i] : null, rest, value);
            if (item is null) return new Json.Array([.. items.Take(i), .. items.Skip(i + 1)]);
            // Where there are too few, those before it are like it.
            var before = items.Take(i).Concat(Enumerable.Repeat(item, Math.Max(0, i - items.Count)));
            return new Json.Array([.. before, item, .. items.Skip(i + 1)]);
        }
        if (at is not Json.Object && value is null) return at;
        var o = at as Json.Object ?? Json.Object.Empty;
        var inner = With(o[name], rest, value);
        var others = o.Fields.Where(field => field.Name != name);
        return new Json.Object(inner is null ? others : others.Append(new Json.Field(name, inner)));
    }
}
