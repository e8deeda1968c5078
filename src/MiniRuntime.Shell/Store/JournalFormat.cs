using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// How an event is written in a journal: <c>{"event":…,"version":1}</c>, the event as <see cref="Codec.TraceEvent"/> writes it. When that
/// changes, the version goes up by one, and an upcaster says how an event of the version before is written in the new one. Journals are
/// never rewritten: what was kept stays, to the byte, and is brought up to date when it is read.
/// </summary>
public static class JournalFormat
{
    // From each older version to the next, that from version 1 first. There is none yet.
    private static readonly Func<JsonNode, JsonNode>[] _upcasters = [];

    private const string Head = "{\"event\":";

    private static readonly string _tail = $",\"version\":{_upcasters.Length + 1}}}";

    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    // As deep as the wire goes, and the envelope.
    private static readonly JsonDocumentOptions _deep = new() { MaxDepth = Json.MaxDepth + 20 };

    /// <summary>The version that is written.</summary>
    public static int Version => _upcasters.Length + 1;

    /// <summary>The event's line.</summary>
    public static string Write(TraceEvent traced) => Written(traced).ToString();

    /// <summary>The event's line, in UTF-8.</summary>
    internal static byte[] WriteUtf8(TraceEvent traced) => Written(traced).ToUtf8();

    /// <summary>The event that a line holds.</summary>
    /// <param name="runId">The run, for errors.</param>
    /// <param name="sequence">The event's number, for errors.</param>
    /// <param name="line">The line.</param>
    /// <exception cref="JournalFormatException">
    /// The line is of a newer or unknown version, or is no such event. It is not skipped.
    /// </exception>
    public static TraceEvent Read(string runId, long sequence, string line) => Read(runId, sequence, line, _upcasters);

    /// <summary>The same as if there were these upcasters, for a test of what they are for.</summary>
    internal static TraceEvent Read(string runId, long sequence, string line, IReadOnlyList<Func<JsonNode, JsonNode>> upcasters)
    {
        var current = upcasters.Count + 1;
        // What this version wrote is the envelope below around the event, to the byte; anything else goes the long way.
        var text = line.StartsWith(Head, StringComparison.Ordinal) && line.EndsWith(_tail, StringComparison.Ordinal) && current == Version
            ? line[Head.Length..^_tail.Length]
            : Upcast(line);
        var read = Codec.TraceEvent.Decode(Bytes(text));
        return read.IsValid
            ? read.Value
            : throw new JournalFormatException(runId, sequence, $"it is damaged. {read.Faults[0].Path}: {read.Faults[0].Message}");

        byte[] Bytes(string text)
        {
            try
            {
                return _strict.GetBytes(text);
            }
            catch (EncoderFallbackException)
            {
                throw new JournalFormatException(runId, sequence, "it is damaged: it has half of a surrogate pair.");
            }
        }

        string Upcast(string line)
        {
            if (Envelope(line) is not { } envelope) throw new JournalFormatException(runId, sequence, "it is no line of a journal.");
            if (envelope.Version < 1 || envelope.Version > current)
            {
                throw new JournalFormatException(runId, sequence,
                    $"it has format version {envelope.Version}, and this program knows 1 to {current}. Use a newer miniruntime.");
            }
            var traced = envelope.Event;
            for (var version = envelope.Version; version < current; version++) traced = upcasters[version - 1](traced);
            return traced.ToJsonString();
        }
    }

    /// <summary>Whether a line that holds this event is written to the byte as this version writes it; or an older one wrote it.</summary>
    internal static bool IsAsWritten(string line, TraceEvent traced) => line == Write(traced) || Envelope(line)?.Version < Version;

    private static JsonText Written(TraceEvent traced) =>
        JsonText.Object([("event", Codec.TraceEvent.Encode(traced)), ("version", Version)]);

    private static (JsonNode Event, int Version)? Envelope(string line)
    {
        try
        {
            return JsonNode.Parse(line, null, _deep) is JsonObject { Count: 2 } envelope && envelope["event"] is { } traced
                && envelope["version"]?.GetValueKind() == JsonValueKind.Number
                && envelope["version"]!.AsValue().TryGetValue(out int version)
                    ? (traced, version)
                    : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
