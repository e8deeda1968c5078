using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>A scenario file with another script: the inputs of a run that was found, in place of what the file said.</summary>
internal static class SavedScenario
{
    // More than the deepest value in the innermost place of a scenario; what is too deep for a scenario is found when it is read back.
    private const int MaxDepth = 1000;

    private static readonly JsonSerializerOptions _readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth,
    };

    // What cannot stand beside 'inputs'.
    private static readonly string[] _replaced = ["decisions", "inputs", "model", "gateway"];

    /// <summary>Why nothing can be written there, or null. What is there stays: it may be worth more than what would replace it.</summary>
    public static string? Fault(string path, string option = "--save") =>
        path.Length == 0 ? $"{option} needs the name of a file."
        : Directory.Exists(path) ? $"{path}: This is a folder; name a file."
        : Path.Exists(path) ? $"{path}: There is something of this name already, which {option} does not replace; name another file."
        : !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) ? $"{path}: The folder does not exist; create it."
        : null;

    /// <summary>
    /// Writes the scenario: agent, run and laws as they are, then these inputs, which the core plays alone. Of its evals, which are about
    /// another path, it has only the one that these inputs fail, if they do. Gives what went wrong, or null.
    /// </summary>
    public static Task<string?> WriteAsync(string path, ScenarioFile original, Seq<ScriptedInput> inputs, string? eval = null) =>
        WriteAsync(path, original.Bytes, _replaced, scenario =>
        {
            if (original.Scenario is { Gateway: not null, Agent: var agent })
            {
                // Behind a gateway these are otherwise where nothing is said of them.
                scenario["budget"] = Node($"{Codec.Budget.Encode(agent.Budget)}");
                scenario["approvals"] = agent.Approvals.Enabled;
            }
            scenario["inputs"] = new JsonArray([.. inputs.Select(line => Node($"{Codec.ScriptedInput.Encode(line)}"))]);
            scenario.Remove("evals", out var evals);
            if (eval is not null && evals is JsonArray cases)
                scenario["evals"] = new JsonArray([.. cases.Where(one => (string?)one?["caseId"] == eval).Select(one => one!.DeepClone())]);
        });

    /// <summary>Says how to play what was saved.</summary>
    public static void Tell(string path, string what, Run run)
    {
        Output.Note($"Saved{what}: miniruntime run {ShellWord.Of(path)}");
        if (run.Memory.Min(static item => item.Expires) is { } first)
            Output.Note($"(Of its memory some expires, first at {first:O}. It begins whenever it is run, and may go another way after that.)");
    }

    /// <summary>Writes a scenario with some of it changed, to a file that is not there yet. Gives what went wrong, or null.</summary>
    /// <param name="path">The file.</param>
    /// <param name="original">The scenario. It was read strictly before this: it is an object, and each key occurs once.</param>
    /// <param name="without">The fields that are left out.</param>
    /// <param name="change">What is put in.</param>
    public static async Task<string?> WriteAsync(string path, byte[] original, string[] without, Action<JsonObject> change)
    {
        try
        {
            var mark = original.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
            var scenario = Node(Encoding.UTF8.GetString(original.AsSpan(mark))).AsObject();
            foreach (var field in without) scenario.Remove(field);
            change(scenario);
            var bytes = Encoding.UTF8.GetBytes(Escape.JsonLines(scenario.ToJsonString(_readable)) + "\n");
            if (bytes.Length > ScenarioReader.MaxBytes)
                return $"{path}: It would have {bytes.Length} bytes, and no scenario of more than "
                    + $"{ScenarioReader.MaxBytes / (1024 * 1024)} MiB can be read; it was not written.";
            if (ScenarioReader.Parse(bytes) is { IsValid: false, Faults: [var unfit, ..] })
                return $"{path}: It was not written, since it could not be read again: {unfit.Path}: {unfit.Message}";
            return await WholeFile.WriteAsync(path, replaces: false, async Task<string?> (file) =>
            {
                await using (file) await file.WriteAsync(bytes);
                return null;
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return $"{path}: It cannot be written: {e.Message}";
        }
    }

    /// <summary>JSON as it may stand in a scenario file, however deep.</summary>
    public static JsonNode Node(string json) => JsonNode.Parse(json, documentOptions: new JsonDocumentOptions
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = MaxDepth,
    })!;
}
