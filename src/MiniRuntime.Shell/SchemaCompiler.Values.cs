using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// The keywords for each kind of value. A keyword says nothing of values of other kinds.
internal sealed partial class SchemaCompiler
{
    private static readonly string[] Types = ["null", "boolean", "object", "array", "number", "integer", "string"];

    private static SchemaTest Type(Json value)
    {
        var types = (value is Json.Array ? Items("type", value) : [value]).Select(static type => Text("type", type)).ToArray();
        if (types.FirstOrDefault(static type => !Types.Contains(type)) is { } unknown)
            throw new ArgumentException($"The type {As.Quote(unknown)} is unknown; use {string.Join(", ", Types)}.");
        var wanted = string.Join(" or ", types);
        return (found, _) => types.Any(type => type == found.Kind || (type == "integer" && IsWhole(found)))
            ? null
            : new SchemaFault("", $"expected {wanted}, found {found.Kind}");
    }

    private static bool IsWhole(Json value) => value is Json.Number number && decimal.IsInteger(number.Value);

    private static SchemaTest? ForNumber(string keyword, Json value)
    {
        Func<decimal, decimal, bool>? fits = keyword switch
        {
            "minimum" => static (found, limit) => found >= limit,
            "maximum" => static (found, limit) => found <= limit,
            "exclusiveMinimum" => static (found, limit) => found > limit,
            "exclusiveMaximum" => static (found, limit) => found < limit,
            "multipleOf" => static (found, unit) => found % unit == 0,
            _ => null,
        };
        if (fits is null) return null;
        var limit = Number(keyword, value);
        if (keyword == "multipleOf" && limit <= 0) throw new ArgumentException("'multipleOf' must be more than 0.");
        return (found, _) => found is not Json.Number number || fits(number.Value, limit)
            ? null
            : new SchemaFault("", $"{keyword} is {CanonicalJson.Write(limit)}");
    }

    private static SchemaTest? ForText(string keyword, Json value)
    {
        if (keyword == "pattern")
        {
            var pattern = Pattern(Text(keyword, value));
            return (found, _) => found is not Json.String text || pattern.IsMatch(text.Value)
                ? null
                : new SchemaFault("", $"does not match {As.Quote(pattern.ToString())}");
        }
        // Lengths are counted in code points, as the standard says.
        return keyword is "minLength" or "maxLength"
            ? Size(keyword, value, static found => found is Json.String text ? text.Value.EnumerateRunes().Count() : null)
            : null;
    }

    private SchemaTest? ForArray(Json.Object schema, string keyword, Json value)
    {
        switch (keyword)
        {
            case "minItems" or "maxItems":
                return Size(keyword, value, static found => found is Json.Array array ? array.Items.Count : null);
            case "uniqueItems":
                if (value is not Json.Bool unique) throw new ArgumentException($"'{keyword}' must be a boolean, found {value.Kind}.");
                // By canonical form: it is as good as the value, and its hash is not one that a model can aim at.
                return (found, _) => unique.Value && found is Json.Array array
                    && array.Items.Select(CanonicalJson.Write).ToHashSet(StringComparer.Ordinal).Count < array.Items.Count
                    ? new SchemaFault("", "an item occurs twice")
                    : null;
            case "contains":
                var wanted = Schema(value);
                return (found, work) => found is Json.Array array && !array.Items.Any(item => wanted(item, work) is null)
                    ? new SchemaFault("", "no item is as expected")
                    : null;
            case "prefixItems" or "items" when value is Json.Array:
                var first = Items(keyword, value).Select(Schema).ToArray();
                return (found, work) => EachItem(found, 0, first.Length, (item, i) => first[i](item, work));
            case "items" or "additionalItems":
                var from = (schema["prefixItems"] ?? (keyword == "items" ? null : schema["items"])) is Json.Array before
                    ? before.Items.Count
                    : keyword == "items" ? 0 : int.MaxValue;
                var others = Schema(value);
                return (found, work) => EachItem(found, from, int.MaxValue, (item, _) => others(item, work));
            default:
                return null;
        }
    }

    private SchemaTest? ForObject(Json.Object schema, string keyword, Json value)
    {
        switch (keyword)
        {
            case "minProperties" or "maxProperties":
                return Size(keyword, value, static found => found is Json.Object o ? o.Fields.Count : null);
            case "required":
                var needed = Items(keyword, value).Select(name => Text(keyword, name)).ToArray();
                return (found, _) => found is Json.Object o && needed.FirstOrDefault(name => o[name] is null) is { } missing
                    ? new SchemaFault("", $"the field {As.Quote(missing)} is missing")
                    : null;
            case "properties":
                var named = Named(keyword, value);
                return (found, work) => EachField(found, field => named.GetValueOrDefault(field.Name)?.Invoke(field.Value, work));
            case "patternProperties":
                var matching = Named(keyword, value).Select(static pair => (Pattern: Pattern(pair.Key), Test: pair.Value)).ToArray();
                return (found, work) => EachField(found, field =>
                    First([.. matching.Where(m => m.Pattern.IsMatch(field.Name)).Select(static m => m.Test)], field.Value, work));
            case "additionalProperties":
                var known = schema["properties"] is Json.Object properties ? properties : Json.Object.Empty;
                var patterns = schema["patternProperties"] is Json.Object p ? p.Fields.Select(f => Pattern(f.Name)).ToArray() : [];
                var others = Schema(value);
                return (found, work) => EachField(found, field => known[field.Name] is null && !patterns.Any(p => p.IsMatch(field.Name))
                    ? others(field.Value, work)
                    : null);
            case "propertyNames":
                var names = Schema(value);
                return (found, work) => EachField(found, field => names(field.Name, work));
            default:
                return null;
        }
    }

    private static SchemaTest Size(string keyword, Json value, Func<Json, int?> sizeOf)
    {
        var (limit, isLeast) = (Count(keyword, value), keyword.StartsWith("min", StringComparison.Ordinal));
        return (found, _) => sizeOf(found) is { } size && (isLeast ? size < limit : size > limit)
            ? new SchemaFault("", $"{keyword} is {CanonicalJson.Write(limit)}")
            : null;
    }

    private static SchemaFault? EachItem(Json found, int from, int to, Func<Json, int, SchemaFault?> test)
    {
        if (found is not Json.Array array) return null;
        for (var i = from; i < Math.Min(to, array.Items.Count); i++)
            if (test(array.Items[i], i) is { } fault) return fault.Within($"[{i}]");
        return null;
    }

    private static SchemaFault? EachField(Json found, Func<Json.Field, SchemaFault?> test)
    {
        if (found is not Json.Object o) return null;
        foreach (var field in o.Fields)
            if (test(field) is { } fault) return fault.Within(Node.Step(field.Name));
        return null;
    }
}
