using MiniRuntime.Core;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace MiniRuntime.Shell;

/// <summary>
/// A tool's input schema, ready to check inputs against. It never reads files or the network: a reference to anything outside the schema
/// is refused before it could be followed.
/// </summary>
internal sealed class InputSchema
{
    private const int MaxFaults = 3;

    // Null: everything goes (the schema true), or nothing does (the schema false).
    private readonly JsonSchema? _schema;
    private readonly bool _otherwise;

    private InputSchema(JsonSchema? schema, bool otherwise)
    {
        _schema = schema;
        _otherwise = otherwise;
    }

    /// <summary>Makes a schema ready.</summary>
    /// <exception cref="ArgumentException">It is no schema, or one that could not be checked as it is meant.</exception>
    public static InputSchema Load(Json schema)
    {
        if (schema is Json.Bool always) return new InputSchema(null, always.Value);
        if (schema is not Json.Object root)
            throw new ArgumentException($"An input schema is an object or a boolean, not of kind {schema.Kind}.");
        if (SchemaCheck.Fault(root) is { } fault) throw new ArgumentException(fault);
        try
        {
            // It completes at once: nothing is left in the schema that would have to be fetched.
            return new InputSchema(JsonSchema.FromJsonAsync(CanonicalJson.Write(root)).GetAwaiter().GetResult(), false);
        }
        catch (Exception e)
        {
            throw new ArgumentException($"It is no usable JSON Schema: {Clean.Message(e)}", e);
        }
    }

    /// <summary>What is wrong with an input, in a few words, or null where it fits.</summary>
    public string? Fault(Json.Object input)
    {
        if (_schema is null) return _otherwise ? null : "the tool takes no input";
        try
        {
            var faults = _schema.Validate(Convert(input)).Take(MaxFaults).Select(static fault => $"{fault.Path}: {fault.Kind}").ToList();
            return faults.Count == 0 ? null : string.Join("; ", faults);
        }
        catch (Exception e)
        {
            // What cannot be checked does not pass.
            return $"it could not be checked: {Clean.Message(e)}";
        }
    }

    private static JToken Convert(Json value) => value switch
    {
        Json.Bool b => new JValue(b.Value),
        Json.Number n when decimal.Truncate(n.Value) == n.Value && n.Value is >= long.MinValue and <= long.MaxValue =>
            new JValue((long)n.Value),
        Json.Number n => new JValue(n.Value),
        Json.String s => new JValue(s.Value),
        Json.Array a => new JArray(a.Items.Select(Convert)),
        Json.Object o => new JObject(o.Fields.Select(static field => new JProperty(field.Name, Convert(field.Value)))),
        _ => JValue.CreateNull(),
    };
}
