using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// Small values that a schema describes, drawn from what it says outright: constants, examples, required fields, bounds, patterns. Best
/// effort; whoever uses them checks them against the schema.
/// </summary>
internal sealed class SchemaSample
{
    private const int MaxDepth = 12;

    // How many are drawn for one field before one of them must do.
    private const int MaxDrawn = 16;

    // How many in all.
    private const int MaxDraws = 10_000;

    private readonly SchemaShapes _schema;
    private readonly CancellationToken _cancel;
    private int _drawn;

    /// <summary>Samples of what these shapes are of.</summary>
    public SchemaSample(SchemaShapes schema, CancellationToken cancel = default) => (_schema, _cancel) = (schema, cancel);

    /// <summary>A sample input; the empty object where the schema says nothing.</summary>
    public static Json.Object Of(Json? schema) =>
        new SchemaSample(new SchemaShapes(schema)).Inputs().FirstOrDefault() ?? Json.Object.Empty;

    /// <summary>Sample inputs: for each form what must be there, then all that may be; some ask for a field only beside another.</summary>
    public IEnumerable<Json.Object> Inputs() =>
        new[] { false, true }.SelectMany(full => Draw(_schema.Whole, full)).OfType<Json.Object>();

    /// <summary>Values for which these schemas hold, or seem to.</summary>
    /// <param name="schemas">The schemas.</param>
    /// <param name="full">Whether an object has every field that they name, rather than those that are required.</param>
    public IEnumerable<Json> Draw(Seq<Json> schemas, bool full) => Draw(schemas, full, MaxDepth);

    private IEnumerable<Json> Draw(Seq<Json> schemas, bool full, int depth)
    {
        _cancel.ThrowIfCancellationRequested();
        // Forms within forms within forms could be endless work.
        if (depth == 0 || _drawn++ > MaxDraws) return [];
        var shapes = _schema.Of(schemas);
        return shapes.SelectMany(static shape => shape.Shown.Concat(shape.Listed ?? []))
            .Concat(shapes.Where(static shape => shape.Listed is null).SelectMany(shape => shape.Kinds
                .SelectMany(kind => OfKind(kind, shape, full, depth))));
    }

    private IEnumerable<Json> OfKind(string kind, SchemaShape shape, bool full, int depth) => kind switch
    {
        "object" => [Object(shape, full, depth)],
        "array" => [Array(shape, full, depth)],
        "string" => Texts(shape.Text).Select(static text => (Json)text),
        "number" => NumberLine.Within(null, null, shape, out _).Select(static number => (Json)number),
        "boolean" => [true, false],
        _ => [Json.None],
    };

    private Json.Object Object(SchemaShape shape, bool full, int depth) => new(
        from name in full ? shape.Required.Union(shape.Named) : shape.Required
        let schemas = SchemaShapes.Field(shape, name)
        where schemas is not null
        let value = One(schemas, full, depth - 1, [])
        where value is not null
        select new Json.Field(name, value));

    private Json.Array Array(SchemaShape shape, bool full, int depth)
    {
        var items = shape.Of("contains").Select(wanted => One([wanted], full, depth - 1, [])).OfType<Json>().ToList();
        var unique = shape.Of("uniqueItems").Contains(true);
        while (items.Count < Math.Min(Math.Max(shape.Most("minItems"), full ? 1 : 0), 100)
            && SchemaShapes.Item(shape, items.Count) is { } schemas && One(schemas, full, depth - 1, unique ? items : []) is { } item)
            items.Add(item);
        return new Json.Array([.. items]);
    }

    private Json? One(Seq<Json> schemas, bool full, int depth, IReadOnlyCollection<Json> except)
    {
        var drawn = Draw(schemas, full, depth).Where(value => !except.Contains(value)).Take(MaxDrawn).ToList();
        if (drawn.Count <= 1) return drawn.FirstOrDefault();
        return drawn.FirstOrDefault(_schema.Test([schemas])) ?? drawn[0];
    }

    private IEnumerable<string> Texts(TextShape shape) => shape.Patterns.Count > 0 ? TextSearch.Of([], [], shape, _cancel).Texts
        : [new string('a', (int)Math.Min(shape.Shortest, 100_000))];
}
