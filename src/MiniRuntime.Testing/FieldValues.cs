using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// Values for a field, so that the conditions on it turn out in as many ways as can be: boundaries and both sides of them, what lies
/// between two bounds, what a schema allows outright, texts for patterns alone and joined, and a value of another kind.
/// </summary>
internal static class FieldValues
{
    /// <summary>The values, boundaries first.</summary>
    /// <param name="conditions">All conditions on the field.</param>
    /// <param name="schema">What the tool's schema says of the field, or null.</param>
    public static IEnumerable<Json> Of(IReadOnlyList<Condition> conditions, Json.Object? schema) =>
    [
        .. Numbers(conditions, schema),
        .. conditions.SelectMany(static condition => condition.In?.Append(condition.Equal!) ?? [condition.Equal!])
            .Where(static value => value is not null).SelectMany(static value => Others(value).Prepend(value)),
        .. Texts(conditions),
        .. Allowed(schema),
        conditions.All(static condition => condition.Greater is null && condition.Less is null) ? 0 : "text",
    ];

    private static IEnumerable<Json> Numbers(IReadOnlyList<Condition> conditions, Json.Object? schema)
    {
        decimal[] bounds = [.. conditions.SelectMany(static condition => new[] { condition.Greater, condition.Less }).OfType<decimal>()
            .Concat(conditions.Select(static condition => (condition.Equal as Json.Number)?.Value).OfType<decimal>())
            .Distinct()];
        if (conditions.All(static condition => condition.Greater is null && condition.Less is null)) yield break;
        var step = Schema("multipleOf").FirstOrDefault(1);
        foreach (var bound in bounds) yield return bound;
        foreach (var bound in bounds)
            foreach (var near in Near(bound, step)) yield return near;
        // Between each two bounds, whatever the distance; those of the schema count too.
        bounds = [.. bounds.Concat(Schema("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")).Distinct().Order()];
        for (var i = 0; i < bounds.Length; i++)
        {
            if (i > 0) yield return (bounds[i] / 2) + (bounds[i - 1] / 2);
            yield return bounds[i];
        }

        IEnumerable<decimal> Schema(params string[] names) =>
            names.Select(name => (schema?[name] as Json.Number)?.Value).OfType<decimal>();
    }

    // The next ones on either side, whole and by the schema's step.
    private static IEnumerable<Json> Near(decimal bound, decimal step)
    {
        // Where sums do not overflow.
        if (Math.Abs(bound) > 1e27m || step <= 0 || step > 1e20m || step < 1e-6m) yield break;
        foreach (var by in step == 1 ? [1m] : new[] { 1m, step })
        {
            var below = decimal.Floor(bound / by) * by;
            yield return below == bound ? bound - by : below;
            yield return below + by;
        }
    }

    private static IEnumerable<Json> Others(Json value) => value switch
    {
        Json.String text => [text.Value + "_other"],
        Json.Number number => [number.Value < 1e27m ? number.Value + 1 : 0m],
        Json.Bool truth => [!truth.Value],
        Json.Array array => [new Json.Array([.. array.Items, "other"]), new Json.Array([])],
        Json.Object o => [new Json.Object(o.Fields.Where(static field => field.Name != "other").Append(new Json.Field("other", true))),
            Json.Object.Empty],
        _ => ["other"],
    };

    private static IEnumerable<Json> Texts(IReadOnlyList<Condition> conditions)
    {
        string[] samples =
            [.. conditions.Select(static condition => condition.Matches).OfType<string>().Select(PatternSample.Of).OfType<string>()];
        if (conditions.All(static condition => condition.Matches is null)) yield break;
        foreach (var sample in samples) yield return sample;
        // What begins as one pattern and ends as another may match both.
        foreach (var one in samples)
            foreach (var other in samples) yield return one + other;
        yield return "";
        yield return "something else";
        yield return "x";
    }

    private static IEnumerable<Json> Allowed(Json.Object? schema) =>
        new[] { schema?["const"], schema?["default"] }.OfType<Json>()
            .Concat(new[] { schema?["enum"], schema?["examples"] }.OfType<Json.Array>().SelectMany(static values => values.Items.Take(20)));
}
