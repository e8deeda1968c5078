using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>What a model said in a run, as a scenario that says it again: the same file with a script in the model's place.</summary>
internal static class Recording
{
    private static readonly JsonSerializerOptions _readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes it. Gives what went wrong, or null.</summary>
    /// <param name="path">The file.</param>
    /// <param name="original">The scenario that was run.</param>
    /// <param name="trace">The run's events.</param>
    public static string? Write(string path, ReadOnlySpan<byte> original, IEnumerable<TraceEvent> trace)
    {
        try
        {
            // It was read strictly before this: it is an object, and each key occurs once.
            var scenario = JsonNode.Parse(original, documentOptions: new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
            })!.AsObject();
            foreach (var field in new[] { "model", "decisions" }) scenario.Remove(field);
            scenario["decisions"] = new JsonArray([.. Said(trace).Select(static line => JsonNode.Parse($"{Codec.ModelReply.Encode(line)}"))]);
            File.WriteAllText(path, Escape.JsonLines(scenario.ToJsonString(_readable)) + "\n");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return $"{path}: It cannot be written: {e.Message}";
        }
    }

    // Each answer once: what comes from the queue was said before.
    private static IEnumerable<ModelReply> Said(IEnumerable<TraceEvent> trace) =>
        trace.Select(static traced => traced.Fact.Accepted).Where(static accepted => accepted is { Queued: false })
            .Select(static accepted => ModelReply.Of(accepted!.Input, accepted.Stamp)).OfType<ModelReply>();
}
