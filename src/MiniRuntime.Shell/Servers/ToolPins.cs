using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// What servers said of their tools when an operator approved of it. A run knows tools by their pins: its agent is made of the scenario
/// and of these, and never of what a server says now. A server can only confirm them.
/// </summary>
/// <param name="Servers">The servers, in ordinal order of name.</param>
public sealed record ToolPins(Seq<ServerPins> Servers)
{
    // Escapes all but ASCII, so that what looks like something else is seen.
    private static readonly JsonSerializerOptions _readable = new() { WriteIndented = true };

    /// <summary>No pins.</summary>
    public static ToolPins None { get; } = new([]);

    /// <summary>The pins of a server, or null where it has none, not even of no tools.</summary>
    public ServerPins? this[string server] => Servers.FirstOrDefault(pins => pins.Server == server);

    /// <summary>With these pins in place of those that the server may have had.</summary>
    public ToolPins With(ServerPins pins) => new(Servers.Where(other => other.Server != pins.Server).Append(pins)
        .OrderBy(static one => one.Server, StringComparer.Ordinal).ToSeq());

    /// <summary>Of these servers only.</summary>
    public ToolPins Of(IEnumerable<string> servers) => new(Servers.Where(pins => servers.Contains(pins.Server)).ToSeq());

    /// <summary>Reads a lock file; where there is none, there are no pins.</summary>
    public static Decoded<ToolPins> Read(string path)
    {
        if (!File.Exists(path)) return new Decoded<ToolPins>(None);
        var bytes = ScenarioReader.ReadBytes(path);
        return bytes.IsValid ? Parse(bytes.Value) : new Decoded<ToolPins>(bytes.Faults);
    }

    /// <summary>Reads the text of a lock file.</summary>
    public static Decoded<ToolPins> Parse(ReadOnlySpan<byte> utf8)
    {
        var faults = new FaultList();
        return faults.Result(StrictJson.Read(utf8, JsonSource.File, faults) is { } node ? ScenarioReader.ReadToolPins(node, faults) : null);
    }

    /// <summary>The text of a lock file: the same pins give the same bytes.</summary>
    public string ToLockFile() =>
        JsonNode.Parse(ToString(), documentOptions: new JsonDocumentOptions { MaxDepth = 256 })!.ToJsonString(_readable) + "\n";

    /// <summary>In canonical form.</summary>
    public override string ToString() => JsonText.Object(Servers.Select(static pins =>
        (pins.Server, (JsonText?)JsonText.Array(pins.Tools.Select(static pin => JsonText.Object(
            ("refused", pin.Refused), ("sha256", pin.Hash), ("tool", pin.Definition))))))).ToString();

    /// <summary>
    /// A scenario file with these pins in it, on the line where it begins: all else stays as it is, and where it was.
    /// </summary>
    /// <param name="scenario">The file: a JSON object, as <see cref="ScenarioReader"/> reads it.</param>
    public byte[] Within(ReadOnlySpan<byte> scenario) => ScenarioReader.With(scenario, "toolPins", ToString());
}

/// <summary>The pins of one server: all the tools that it has, as far as a run is concerned.</summary>
public sealed record ServerPins(string Server, Seq<ToolPin> Tools)
{
    /// <summary>The tools in ordinal order of name.</summary>
    public Seq<ToolPin> Tools { get; } = Tools.OrderBy(static pin => pin.Name, StringComparer.Ordinal).ToSeq();
}

/// <summary>What a server said of one tool.</summary>
/// <param name="Definition">
/// What it said: name, title, description, schemas, annotations. What it says beside those neither a model nor policy gets to see.
/// </param>
/// <param name="Refused">Why the tool is not to be used, for one that was found changed when the run began; null where all is well.</param>
public sealed record ToolPin(Json.Object Definition, string? Refused = null)
{
    /// <summary>The fields of a definition.</summary>
    internal static readonly string[] Fields = ["name", "title", "description", "inputSchema", "outputSchema", "annotations", "execution"];

    /// <summary>How much a server may say of one tool, as canonical JSON in UTF-16 units.</summary>
    public const int MaxDefinition = 64 * 1024;

    /// <summary>The tool's name, as the server gives it.</summary>
    public string Name { get; } = (Definition["name"] as Json.String)?.Value ?? "";

    /// <summary>What stands for the definition: its SHA-256 in canonical form.</summary>
    public string Hash { get; } = CanonicalJson.Hash(Definition);
}
