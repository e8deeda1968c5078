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

    /// <summary>Why nothing can be written there, or null.</summary>
    public static string? Fault(string path, string original, string option = "--save") =>
        path.Length == 0 ? $"{option} needs the name of a file."
        : Place.IsSame(path, original) ? $"{path}: This is the scenario itself; name another file."
        : Directory.Exists(path) ? $"{path}: This is a folder; name a file."
        : !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) ? $"{path}: The folder does not exist; create it."
        : null;

    /// <summary>
    /// Writes the scenario: agent, run and laws as they are, then these inputs. The script and the evals, which were about another path,
    /// are left out. Gives what went wrong, or null.
    /// </summary>
    public static string? Write(string path, string original, Seq<ScriptedInput> inputs) => Write(path, () => File.ReadAllBytes(original),
        ["decisions", "evals", "inputs"], scenario =>
        {
            if (scenario.ContainsKey("mcpServers") && !scenario.ContainsKey("toolPins"))
                scenario["toolPins"] = JsonNode.Parse(LockFile.Read(original).Value.ToString());
            scenario["inputs"] = new JsonArray([.. inputs.Select(line => JsonNode.Parse(Codec.ScriptedInput.Encode(line).ToString()))]);
        });

    /// <summary>Writes a scenario with some of it changed. Gives what went wrong, or null.</summary>
    /// <param name="path">The file.</param>
    /// <param name="original">Gives the scenario. It was read strictly before this: it is an object, and each key occurs once.</param>
    /// <param name="without">The fields that are left out.</param>
    /// <param name="change">What is put in.</param>
    public static string? Write(string path, Func<byte[]> original, string[] without, Action<JsonObject> change)
    {
        try
        {
            var scenario = JsonNode.Parse(original(), documentOptions: new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
            })!.AsObject();
            foreach (var field in without) scenario.Remove(field);
            change(scenario);
            var text = Escape.JsonLines(scenario.ToJsonString(_readable)) + "\n";
            if (Encoding.UTF8.GetByteCount(text) is var length and > ScenarioReader.MaxBytes)
                return $"{path}: It would have {length} bytes, and no scenario of more than {ScenarioReader.MaxBytes / (1024 * 1024)} MiB can be "
                    + "read; it was not written.";
            File.WriteAllText(path, text);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return $"{path}: It cannot be written: {e.Message}";
        }
    }
}
