using System.Text.RegularExpressions;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Turns a JSON Schema (the keywords of drafts 7 and 2020-12 that speak of one value at a time) into a test. This file has what holds
/// for schemas as such: nesting, references and combinations; <c>SchemaCompiler.Values.cs</c> has the keywords for each kind of value.
/// </summary>
internal sealed partial class SchemaCompiler
{
    private const int MaxFollowing = 64;

    private static readonly string[] Annotations =
    [
        "title", "description", "default", "examples", "$schema", "$id", "id", "$comment", "format", "deprecated", "readOnly",
        "writeOnly", "contentEncoding", "contentMediaType",
    ];

    private readonly Json _root;
    private readonly Dictionary<string, SchemaTest> _followed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _following = new(StringComparer.Ordinal) { "#" };

    private SchemaCompiler(Json root) => _root = root;

    /// <summary>The test for a schema.</summary>
    /// <exception cref="ArgumentException">It is no schema, or has something that could not be checked.</exception>
    public static SchemaTest Compile(Json schema) => new SchemaCompiler(schema).Schema(schema);

    private SchemaTest Schema(Json schema)
    {
        if (schema is Json.Bool always) return (_, _) => always.Value ? null : new SchemaFault("", "nothing is allowed here");
        if (schema is not Json.Object o) throw new ArgumentException($"A schema is an object or a boolean, found {schema.Kind}.");
        var tests = o.Fields.Select(field => Keyword(o, field.Name, field.Value)).OfType<SchemaTest>().ToArray();
        return (value, work) => work.Goes() ? First(tests, value, work) : null;
    }

    private SchemaTest? Keyword(Json.Object schema, string keyword, Json value)
    {
        switch (keyword)
        {
            case "$ref":
                return Follow(Text(keyword, value));
            case "definitions" or "$defs":
                Named(keyword, value);
                return null;
            case "type":
                return Type(value);
            case "const":
                return (found, _) => found == value ? null : new SchemaFault("", "not the value that is expected");
            case "enum":
                var values = Items(keyword, value);
                return (found, _) => values.Contains(found) ? null : new SchemaFault("", "not one of the values that are possible");
            case "allOf":
                var all = Items(keyword, value).Select(Schema).ToArray();
                return (found, work) => First(all, found, work);
            case "anyOf" or "oneOf":
                var forms = Items(keyword, value).Select(Schema).ToArray();
                return keyword == "anyOf"
                    ? (found, work) => forms.Any(form => form(found, work) is null) ? null : new SchemaFault("", "fits none of the forms")
                    : (found, work) => forms.Count(form => form(found, work) is null) == 1 ? null
                        : new SchemaFault("", "does not fit exactly one of the forms");
            case "not":
                var not = Schema(value);
                return (found, work) => not(found, work) is null ? new SchemaFault("", "has a form that is not allowed") : null;
            case "if":
                var (condition, then, otherwise) = (Schema(value), Branch(schema, "then"), Branch(schema, "else"));
                return (found, work) => (condition(found, work) is null ? then : otherwise)(found, work);
            case "then" or "else":
                return schema["if"] is null ? throw new ArgumentException($"'{keyword}' needs an 'if'.") : null;
            default:
                return Annotations.Contains(keyword) || keyword.StartsWith("x-", StringComparison.Ordinal) ? null
                    : ForNumber(keyword, value) ?? ForText(keyword, value) ?? ForArray(schema, keyword, value)
                    ?? ForObject(schema, keyword, value)
                    ?? throw new ArgumentException($"The keyword {As.Quote(keyword)} is not supported: it would not be checked.");
        }
    }

    private SchemaTest Branch(Json.Object schema, string keyword) => Schema(schema[keyword] ?? true);

    // A schema that holds itself would make a check as deep as its input, or endless.
    private SchemaTest Follow(string reference)
    {
        if (reference != "#" && !reference.StartsWith("#/", StringComparison.Ordinal))
            throw new ArgumentException($"The reference {As.Quote(reference)} leads out of the schema; only '#/…' is followed.");
        if (_followed.TryGetValue(reference, out var followed)) return followed;
        if (!_following.Add(reference))
            throw new ArgumentException($"The reference {As.Quote(reference)} leads back to itself; write the schema out.");
        if (_following.Count > MaxFollowing)
            throw new ArgumentException($"References are followed {MaxFollowing} deep at most; write the schema out.");
        var target = Find(reference) ?? throw new ArgumentException($"The reference {As.Quote(reference)} leads to nothing.");
        var test = _followed[reference] = Schema(target);
        _following.Remove(reference);
        return test;
    }

    private Json? Find(string pointer) => pointer.Split('/').Skip(1).Aggregate((Json?)_root, static (at, part) => at is Json.Object o
        ? o[part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)]
        : null);

    private static SchemaFault? First(SchemaTest[] tests, Json value, SchemaWork work)
    {
        foreach (var test in tests)
            if (test(value, work) is { } fault) return fault;
        return null;
    }

    private static string Text(string keyword, Json value) =>
        value is Json.String text ? text.Value : throw new ArgumentException($"'{keyword}' must be a string, found {value.Kind}.");

    private static decimal Number(string keyword, Json value) =>
        value is Json.Number number ? number.Value : throw new ArgumentException($"'{keyword}' must be a number, found {value.Kind}.");

    private static decimal Count(string keyword, Json value) => Number(keyword, value) is >= 0 and var count
        ? count
        : throw new ArgumentException($"'{keyword}' must not be negative.");

    private static Seq<Json> Items(string keyword, Json value) =>
        value is Json.Array array ? array.Items : throw new ArgumentException($"'{keyword}' must be an array, found {value.Kind}.");

    private Dictionary<string, SchemaTest> Named(string keyword, Json value) => value is Json.Object named
        ? named.Fields.ToDictionary(static field => field.Name, field => Schema(field.Value), StringComparer.Ordinal)
        : throw new ArgumentException($"'{keyword}' must be an object, found {value.Kind}.");

    private static Regex Pattern(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            throw new ArgumentException($"{As.Quote(pattern)} is no regular expression that works without backtracking: {e.Message}", e);
        }
    }
}
