using System.Text.RegularExpressions;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Looks through an input schema for what the checking library would get wrong: it passes over keywords that it does not know, follows
/// references to anywhere, and runs out of stack on some that lead back to themselves. Whatever could not be checked as it is meant is
/// refused when the schema is loaded, instead of being skipped when an input is.
/// </summary>
internal sealed class SchemaCheck
{
    private const int MaxFollowing = 64;

    private static readonly string[] Types = ["null", "boolean", "object", "array", "number", "integer", "string"];

    private static readonly string[] Unsupported =
    [
        "const", "if", "then", "else", "contains", "minContains", "maxContains", "propertyNames", "prefixItems", "dependencies",
        "dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties", "$dynamicRef", "$recursiveRef",
    ];

    private readonly Json.Object _root;
    private readonly HashSet<string> _followed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _following = new(StringComparer.Ordinal) { "#" };

    private SchemaCheck(Json.Object root) => _root = root;

    /// <summary>What cannot be checked in this schema, or null.</summary>
    public static string? Fault(Json.Object schema) => new SchemaCheck(schema).Look(schema);

    private string? Look(Json schema)
    {
        if (schema is not Json.Object o)
            return $"A schema inside another is an object, not of kind {schema.Kind}; for true write {{}}, for false {{ \"not\": {{}} }}.";
        foreach (var field in o.Fields)
            if (LookAt(field.Name, field.Value) is { } fault) return fault;
        return null;
    }

    private string? LookAt(string keyword, Json value) => keyword switch
    {
        "$ref" => Follow(value),
        "type" => (value is Json.Array several ? several.Items : [value]).All(IsType)
            ? null
            : $"The type {As.Quote(CanonicalJson.Write(value))} is unknown; use {string.Join(", ", Types)}.",
        "pattern" => value is Json.String pattern && IsPattern(pattern.Value) ? null : "The pattern is no regular expression.",
        "properties" or "patternProperties" or "definitions" or "$defs" =>
            value is Json.Object named ? First(named.Fields.Select(static field => field.Value)) : $"'{keyword}' must be an object.",
        "allOf" or "anyOf" or "oneOf" => value is Json.Array all ? First(all.Items) : $"'{keyword}' must be an array.",
        "items" => value is Json.Array items ? First(items.Items) : Look(value),
        "additionalProperties" or "additionalItems" => value is Json.Bool ? null : Look(value),
        "not" => Look(value),
        _ => Unsupported.Contains(keyword) ? $"The keyword '{keyword}' is not supported: it would not be checked." : null,
    };

    private static bool IsType(Json type) => type is Json.String name && Types.Contains(name.Value);

    private static bool IsPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private string? First(IEnumerable<Json> schemas) => schemas.Select(Look).FirstOrDefault(static fault => fault is not null);

    private string? Follow(Json value)
    {
        if (value is not Json.String { Value: var reference } || (reference != "#" && !reference.StartsWith("#/", StringComparison.Ordinal)))
            return $"The reference {As.Quote(CanonicalJson.Write(value))} leads out of the schema; only '#/…' is followed.";
        if (_following.Contains(reference)) return $"The reference {As.Quote(reference)} leads back to itself; write the schema out.";
        if (!_followed.Add(reference)) return null;
        if (_following.Count > MaxFollowing) return $"References are followed {MaxFollowing} deep at most; write the schema out.";
        if (Find(reference) is not { } target) return $"The reference {As.Quote(reference)} leads to nothing.";
        _following.Add(reference);
        var fault = Look(target);
        _following.Remove(reference);
        return fault;
    }

    private Json? Find(string pointer) => pointer[1..].Split('/').Skip(1).Aggregate((Json?)_root, static (at, part) =>
        at is Json.Object o
            ? o[part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)]
            : null);
}
