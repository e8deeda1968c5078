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
    private static readonly JsonSerializerOptions _readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    // What cannot stand beside 'inputs', and the evals, which were about another path.
    private static readonly string[] _replaced = ["decisions", "evals", "inputs", "model", "gateway"];

    /// <summary>Why nothing can be written there, or null. What is there stays: it may be worth more than what would replace it.</summary>
    public static string? Fault(string path, string option = "--save") =>
        path.Length == 0 ? $"{option} needs the name of a file."
        : Directory.Exists(path) ? $"{path}: This is a folder; name a file."
        : Path.Exists(path) ? $"{path}: There is something of this name already, which {option} does not replace; name another file."
        : !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) ? $"{path}: The folder does not exist; create it."
        : null;

    /// <summary>
    /// Writes the scenario: agent, run and laws as they are, then these inputs, which the core plays alone. Gives what went wrong, or null.
    /// </summary>
    public static Task<string?> WriteAsync(string path, ScenarioFile original, Seq<ScriptedInput> inputs) =>
        WriteAsync(path, original.Bytes, _replaced, scenario =>
        {
            if (original.Scenario is { Gateway: not null, Agent: var agent })
            {
                // Behind a gateway these are otherwise where nothing is said of them.
                scenario["budget"] = JsonNode.Parse(Codec.Budget.Encode(agent.Budget).ToString());
                scenario["approvals"] = agent.Approvals.Enabled;
            }
            scenario["inputs"] = new JsonArray([.. inputs.Select(line => JsonNode.Parse(Codec.ScriptedInput.Encode(line).ToString()))]);
        });

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
            var scenario = JsonNode.Parse(original.AsSpan(mark), documentOptions: new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
            })!.AsObject();
            foreach (var field in without) scenario.Remove(field);
            change(scenario);
            var bytes = Encoding.UTF8.GetBytes(Escape.JsonLines(scenario.ToJsonString(_readable)) + "\n");
            if (bytes.Length > ScenarioReader.MaxBytes)
                return $"{path}: It would have {bytes.Length} bytes, and no scenario of more than "
                    + $"{ScenarioReader.MaxBytes / (1024 * 1024)} MiB can be read; it was not written.";
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
}
