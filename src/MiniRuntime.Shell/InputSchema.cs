using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// A tool's input schema, ready to check inputs against: JSON Schema, where every keyword is either checked, or a mere annotation, or
/// refused when the schema is loaded. None is passed over silently, since an input that was not checked looks like one that fits.
/// Numbers are exact, patterns cannot backtrack, and references stay within the schema: a check reads no file and takes bounded time.
/// </summary>
internal sealed class InputSchema
{
    /// <summary>How many subschemas one check may look at; references can multiply the work.</summary>
    private const int MaxWork = 1_000_000;

    private readonly SchemaTest _test;

    private InputSchema(SchemaTest test) => _test = test;

    /// <summary>Makes a schema ready.</summary>
    /// <exception cref="ArgumentException">It is no schema, or one that could not be checked as it is meant.</exception>
    public static InputSchema Load(Json schema) => new(SchemaCompiler.Compile(schema));

    /// <summary>What is wrong with an input, in a few words with the path, or null where it fits.</summary>
    public string? Fault(Json.Object input)
    {
        var work = new SchemaWork(MaxWork);
        var fault = _test(input, work);
        return work.IsTooMuch ? "$: the schema is too complex to check it" : fault is null ? null : $"${fault.Path}: {fault.Reason}";
    }
}

/// <summary>What is wrong with a value, and where in it; null where it fits.</summary>
internal delegate SchemaFault? SchemaTest(Json value, SchemaWork work);

/// <summary>Why a value does not fit.</summary>
/// <param name="Path">Where, from the value tested; empty for the value itself.</param>
/// <param name="Reason">Why.</param>
internal sealed record SchemaFault(string Path, string Reason)
{
    /// <summary>The same fault, seen from the value around this one.</summary>
    public SchemaFault Within(string step) => this with { Path = step + Path };
}

/// <summary>Counts the work of one check.</summary>
internal sealed class SchemaWork(int limit)
{
    private int _left = limit;

    /// <summary>True when the limit was reached: whatever the check gave then means nothing.</summary>
    public bool IsTooMuch => _left < 0;

    /// <summary>Counts one more; false when it is too much.</summary>
    public bool Goes() => _left >= 0 && --_left >= 0;
}
