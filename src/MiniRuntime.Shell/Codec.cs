using System.Globalization;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// The wire form of one type: JSON in canonical form, read back strictly. Decoding what was encoded gives an equal value.
/// </summary>
/// <typeparam name="T">The type.</typeparam>
public sealed class Codec<T> where T : notnull
{
    private readonly Func<T, JsonText> _write;
    private readonly ReadValue<T> _read;

    internal Codec(Func<T, JsonText> write, ReadValue<T> read)
    {
        _write = write;
        _read = read;
    }

    /// <summary>The wire form of a value.</summary>
    public JsonText Encode(T value) => _write(value);

    /// <summary>The value that a text stands for, or everything that is wrong with it.</summary>
    public Decoded<T> Decode(ReadOnlySpan<byte> utf8)
    {
        var faults = new FaultList();
        return faults.Result(StrictJson.Read(utf8, JsonSource.Wire, faults) is { } node ? _read(node, faults) : default);
    }

    /// <summary>The value that a text stands for, or everything that is wrong with it.</summary>
    public Decoded<T> Decode(JsonText text) => Decode(text.ToUtf8());
}

/// <summary>
/// The wire forms of the core's types. Field names are camelCase, names of cases snake_case (<see cref="Wire"/>), durations are seconds,
/// times ISO 8601 in UTC. Reading is strict: an unknown, missing or repeated field, a value of another kind or out of range is a fault.
/// </summary>
public static partial class Codec
{
    private static readonly string[] DecisionKinds = ["answer", "tool", "ask_human", "stop"];

    private static readonly string[] LineKinds = ["tool", "answer", "ask_human", "stop", "decisions", "invalid_decision", "model_failure"];

    private static readonly string[] InputTypes =
        ["decision", "invalid_decision", "model_failure", "tool_result", "person_said", "recovered", "tick", "cancel", "decisions"];

    private static readonly string[] ProposalKinds = [.. DecisionKinds, "invalid_decision"];

    private static readonly string[] FactTypes =
    [
        "run_started", "context_built", .. InputTypes, "ignored", "call_refused", "policy_decision", "call_authorized", "answer_policy",
        "memory_policy", "stop",
    ];

    private static readonly string[] Ids = ["callId", "requestId", "questionId", "hash"];

    private static JsonText List<T>(IEnumerable<T> items, Func<T, JsonText> write) => JsonText.Array(items.Select(write));

    private static JsonText Texts(Seq<string> texts) => List(texts, static text => text);

    // Most things have no labels.
    private static JsonText? Labels(Seq<string> labels) => labels.Count == 0 ? null : Texts(labels);

    private static JsonText? Write(long? number) => number is { } value ? value : null;

    private static JsonText? Write(decimal? number) => number is { } value ? value : null;

    private static JsonText? Write(TimeSpan? span) => span is { } value ? value.Ticks / (decimal)TimeSpan.TicksPerSecond : null;

    private static JsonText? Write(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static JsonText Object(Fields fields) => JsonText.Object(fields);

    private static Seq<string> ReadLabels(ObjectReader o) => o.Optional("labels", As.Texts, []);

    // Reads an object: first its fields, then the value that they make.
    private static ReadValue<T> Of<T>(Func<ObjectReader, Func<T>?> fields) => (node, faults) =>
    {
        var o = new ObjectReader(node, faults);
        return o.Make(fields(o));
    };
}
