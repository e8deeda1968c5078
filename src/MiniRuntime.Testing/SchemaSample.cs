using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// A small value that a schema describes, drawn from what it says outright: constants, examples, required fields, bounds. Best effort;
/// whoever uses it checks the value against the schema.
/// </summary>
internal static class SchemaSample
{
    /// <summary>A sample input; the empty object where the schema says nothing.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="full">Whether it has every field that the schema names, rather than those that are required.</param>
    public static Json.Object Of(Json? schema, bool full = false) =>
        schema is Json.Object root && Draw(root, root, 8, full) is Json.Object input ? input : Json.Object.Empty;

    /// <summary>What a schema says of the value at a path, where it says so by plain properties and items.</summary>
    public static Json.Object? At(Json? schema, ReadOnlySpan<string> path)
    {
        var (root, at) = (schema as Json.Object, schema as Json.Object);
        foreach (var part in path)
        {
            if (at?["$ref"] is Json.String { Value: var pointer }) at = Find(root!, pointer) as Json.Object;
            at = ((at?["properties"] as Json.Object)?[part] ?? (int.TryParse(part, out _) ? at?["items"] : null)) as Json.Object;
        }
        return at;
    }

    private static Json Draw(Json? schema, Json.Object root, int depth, bool full)
    {
        if (schema is not Json.Object o || depth == 0) return Json.None;
        if (o["const"] is { } constant) return constant;
        if (o["default"] is { } usual) return usual;
        foreach (var choices in new[] { o["enum"], o["examples"] })
            if (choices is Json.Array { Items: [{ } first, ..] }) return first;
        if (o["$ref"] is Json.String { Value: var pointer }) return Draw(Find(root, pointer), root, depth - 1, full);
        foreach (var choices in new[] { o["anyOf"], o["oneOf"], o["allOf"] })
            if (choices is Json.Array { Items: [Json.Object first, ..] }) return Draw(Merged(o, first), root, depth - 1, full);
        return Kind(o) switch
        {
            "object" => new Json.Object(from name in full ? Required(o).Union(Named(o)) : Required(o)
                                        select new Json.Field(name, Draw((o["properties"] as Json.Object)?[name], root, depth - 1, full))),
            "array" => new Json.Array(
                Enumerable.Repeat(Draw(o["items"], root, depth - 1, full), (int)Math.Min(Number(o, "minItems"), 8)).ToSeq()),
            "string" => o["pattern"] is Json.String { Value: var pattern } && PatternSample.Of(pattern) is { } text
                ? text
                : new string('a', (int)Math.Min(Number(o, "minLength"), 1000)),
            "integer" or "number" => Bounded(o),
            "boolean" => true,
            _ => Json.None,
        };
    }

    private static string? Kind(Json.Object o) => o["type"] switch
    {
        Json.String type => type.Value,
        Json.Array { Items: [Json.String first, ..] } => first.Value,
        _ => o["properties"] is not null || o["required"] is not null ? "object" : null,
    };

    private static IEnumerable<string> Required(Json.Object o) =>
        (o["required"] as Json.Array)?.Items.OfType<Json.String>().Select(static name => name.Value).Distinct() ?? [];

    private static IEnumerable<string> Named(Json.Object o) =>
        (o["properties"] as Json.Object)?.Fields.Select(static field => field.Name) ?? [];

    private static decimal Bounded(Json.Object o) =>
        o["minimum"] is Json.Number low ? low.Value
        : o["exclusiveMinimum"] is Json.Number above && above.Value < decimal.MaxValue ? decimal.Floor(above.Value) + 1
        : o["maximum"] is Json.Number { Value: < 0 } high ? high.Value
        : o["multipleOf"] is Json.Number step ? step.Value
        : 1;

    private static decimal Number(Json.Object o, string name) => o[name] is Json.Number { Value: >= 0 } number ? number.Value : 0;

    private static Json.Object Merged(Json.Object o, Json.Object choice) =>
        new(choice.Fields.Concat(o.Fields.Where(field => choice[field.Name] is null && field.Name is not ("anyOf" or "oneOf" or "allOf"))));

    private static Json? Find(Json.Object root, string pointer) => !pointer.StartsWith('#') ? null
        : pointer[1..].Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate((Json?)root, static (at, part) =>
            (at as Json.Object)?[part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)]);
}
