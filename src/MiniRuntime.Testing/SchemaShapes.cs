using System.Text.RegularExpressions;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// What an input schema says of a value somewhere in the input: references, <c>allOf</c>, <c>anyOf</c>, <c>oneOf</c> and <c>if</c> are
/// followed. Each answer is a list of possibilities, of which every input that fits the schema has one.
/// </summary>
internal sealed class SchemaShapes
{
    // Where choices make more forms than this, further choices are left open.
    private const int MaxShapes = 64;
    private const int MaxParts = 1000;

    private readonly Json _root;

    /// <summary>The shapes of what this schema describes; without one, of anything.</summary>
    public SchemaShapes(Json? schema) => _root = schema ?? true;

    /// <summary>What holds for the input as a whole.</summary>
    public Seq<Json> Whole => [_root];

    /// <summary>The forms that a value may have for which all of these schemas hold.</summary>
    public IReadOnlyList<SchemaShape> Of(Seq<Json> schemas)
    {
        var (open, shapes) = (new Stack<(List<Json> Left, Seq<Json.Object> Parts)>([([.. schemas], [])]), new List<SchemaShape>());
        while (open.TryPop(out var form))
        {
            // As many choices as there is room for; to leave one open says less, and nothing wrong.
            if (Follow(form.Left, form.Parts, MaxShapes - open.Count - shapes.Count) is not var (parts, choices)) continue;
            if (choices is null) shapes.Add(new SchemaShape(parts));
            else foreach (var choice in Enumerable.Reverse(choices)) open.Push(([.. form.Left, .. choice], parts));
        }
        return shapes;
    }

    // Takes from what is left what holds anyway, until there is a choice; null where nothing can fit.
    private (Seq<Json.Object> Parts, List<Seq<Json>>? Choices)? Follow(List<Json> left, Seq<Json.Object> parts, int room)
    {
        List<Seq<Json>>? choices = null;
        while (left.Count > 0 && choices is null)
        {
            var schema = left[0];
            left.RemoveAt(0);
            if (schema is Json.Bool { Value: false }) return null;
            if (schema is not Json.Object o || parts.Count >= MaxParts) continue;
            parts = [.. parts, o];
            if (o["$ref"] is Json.String { Value: var pointer } && Find(pointer) is { } target) left.Add(target);
            left.AddRange((o["allOf"] as Json.Array)?.Items ?? []);
            foreach (var several in Choices(o))
                if ((choices?.Count ?? 1) * several.Count <= room)
                    choices = [.. from before in choices ?? [[]] from choice in several select (Seq<Json>)[.. before, .. choice]];
        }
        return (parts, choices);
    }

    /// <summary>
    /// The schemas that hold for what is at a path: one set of them for each possibility; and how many parts of the path there may be
    /// where the next one is missing, at most, or null where the whole path is always there.
    /// </summary>
    public (IReadOnlyList<Seq<Json>> Sets, int? MissingAfter) At(FieldPath path)
    {
        List<Seq<Json>> sets = [Whole];
        int? missing = null;
        for (var at = 0; at < path.Parts.Count; at++)
        {
            var part = path.Parts[at];
            var next = new List<Seq<Json>>();
            foreach (var shape in sets.SelectMany(Of))
            {
                var index = FieldPath.Index(part);
                var kinds = at == 0 ? ["object"] : shape.Kinds;
                if (kinds.Contains("object") && Field(shape, part) is { } field) next.Add(field);
                if (kinds.Contains("array") && index is { } i && Item(shape, i) is { } item) next.Add(item);
                var isThere = kinds.All(kind => kind == "object" ? shape.Required.Contains(part)
                    : kind == "array" && index < shape.Most("minItems"));
                if (!isThere) missing = at;
            }
            // Too many to look at each: then nothing is known.
            sets = next.Count > MaxShapes ? [[]] : [.. next.Distinct()];
        }
        return (sets, missing);
    }

    /// <summary>
    /// A test of values by the real schemas, for which one of these sets must hold; where it cannot be made, every value passes.
    /// </summary>
    public Func<Json, bool> Test(IReadOnlyList<Seq<Json>> sets)
    {
        if (sets.Any(static set => set.Count == 0)) return static _ => true;
        try
        {
            var forms = new Json.Array([.. sets.Select(static set =>
                (Json)Json.Object.Of(("allOf", new Json.Array([.. set.Select(Moved)]))))]);
            var schema = Json.Object.Of(("properties", Json.Object.Of(("v", Json.Object.Of(("anyOf", forms))))),
                ("$defs", Json.Object.Of(("root", $"{forms}".Contains("\"$ref\"", StringComparison.Ordinal) ? Moved(_root) : true))));
            var test = new InputSchemas([new Tool("t", "", SideEffect.Write, inputSchema: schema)]);
            return value => test.Fault(new CallTool("t", Json.Object.Of(("v", value)))) is null;
        }
        catch (ArgumentException)
        {
            return static _ => true;
        }
    }

    /// <summary>The schemas for a field of an object; null where there can be none.</summary>
    public static Seq<Json>? Field(SchemaShape shape, string name)
    {
        var all = new List<Json>();
        foreach (var part in shape.Parts)
        {
            var named = (part["properties"] as Json.Object)?[name];
            var matching = (part["patternProperties"] as Json.Object)?.Fields.Where(field => Matches(field.Name, name))
                .Select(static field => field.Value).ToList() ?? [];
            if (named is not null) all.Add(named);
            all.AddRange(matching);
            if (named is null && matching.Count == 0 && part["additionalProperties"] is { } others) all.Add(others);
        }
        if (shape.Listed is { } listed)
            all.Add(Json.Object.Of(("enum", new Json.Array([.. listed.Select(value => (value as Json.Object)?[name]).OfType<Json>()]))));
        return all.Any(static schema => schema is Json.Bool { Value: false }) ? null : all.ToSeq();
    }

    /// <summary>The schemas for an item of an array; null where there can be none.</summary>
    public static Seq<Json>? Item(SchemaShape shape, int index)
    {
        if (shape.Least("maxItems") <= index) return null;
        var all = new List<Json>();
        foreach (var part in shape.Parts)
        {
            var (first, others) = part["prefixItems"] is Json.Array prefix ? (prefix, part["items"])
                : part["items"] is Json.Array items ? (items, part["additionalItems"])
                : (null, part["items"]);
            var schema = index < first?.Items.Count ? first.Items[index] : others;
            if (schema is not null) all.Add(schema);
        }
        return all.Any(static schema => schema is Json.Bool { Value: false }) ? null : all.ToSeq();
    }

    private static IEnumerable<List<Seq<Json>>> Choices(Json.Object o)
    {
        foreach (var choices in new[] { o["anyOf"], o["oneOf"] }.OfType<Json.Array>())
            yield return [.. choices.Items.Select(static Seq<Json> (choice) => [choice])];
        if (o["if"] is { } condition) yield return [[condition, o["then"] ?? true], [o["else"] ?? true]];
    }

    private static bool Matches(string pattern, string name)
    {
        try
        {
            return Regex.IsMatch(name, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            return false;
        }
    }

    private Json? Find(string pointer) => !pointer.StartsWith('#') ? null
        : pointer.Split('/').Skip(1).Aggregate((Json?)_root, static (at, part) =>
            (at as Json.Object)?[part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)]);

    // The schema with its references led to where the whole schema is now. What is no schema stays as it is.
    private static Json Moved(Json schema) => schema is not Json.Object o ? schema : new Json.Object(o.Fields.Select(static field =>
        new Json.Field(field.Name, field.Name switch
        {
            "$ref" when field.Value is Json.String { Value: ['#', .. var rest] } => $"#/$defs/root{rest}",
            "const" or "enum" or "default" or "examples" => field.Value,
            "properties" or "patternProperties" or "$defs" or "definitions" when field.Value is Json.Object named =>
                new Json.Object(named.Fields.Select(static inner => new Json.Field(inner.Name, Moved(inner.Value)))),
            _ when field.Value is Json.Array array => new Json.Array([.. array.Items.Select(Moved)]),
            _ => Moved(field.Value),
        })));
}
