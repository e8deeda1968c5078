using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>A server's tool, as a run has it.</summary>
/// <param name="Tool">The tool. One that is not offered is disabled: it is known, and refused when proposed.</param>
/// <param name="Server">The server that has it.</param>
/// <param name="Pin">What the server said of it.</param>
/// <param name="ClassFrom">Where its class comes from: <c>operator</c>, <c>annotations</c> or <c>default</c>.</param>
/// <param name="Atomic">As in <see cref="OperatorsWord.Atomic"/>.</param>
/// <param name="NotOffered">Why it is not offered, or null.</param>
public sealed record ServerTool(Tool Tool, string Server, ToolPin Pin, string ClassFrom, bool Atomic, string? NotOffered)
{
    /// <summary>The tools of a server, as its pins and the operator have it.</summary>
    public static Seq<ServerTool> Of(DeclaredServer server, ServerPins pins)
    {
        var words = pins.Tools.Select(pin => Word(server, pin)).ToList();
        var (names, looks) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var name in pins.Tools.Select(pin => ServerToolName.Of(server.Name, pin.Name)))
        {
            names[name] = names.GetValueOrDefault(name) + 1;
            looks[ServerToolName.Looks(name)] = looks.GetValueOrDefault(ServerToolName.Looks(name)) + 1;
        }
        return pins.Tools.Zip(words, (pin, word) =>
        {
            var name = ServerToolName.Of(server.Name, pin.Name);
            var alike = names[name] > 1 ? "The server has two tools of this name."
                : looks[ServerToolName.Looks(name)] > 1 && word is null
                    ? "The server has another tool whose name looks the same; to offer this one, name it under 'tools' of the server."
                : null;
            return Of(server, pin, word, name, pin.Refused ?? alike);
        }).ToSeq();
    }

    /// <summary>What the operator says of a tool, or null.</summary>
    internal static OperatorsWord? Word(DeclaredServer server, ToolPin pin) =>
        server.Tools.FirstOrDefault(word => Names(word, server.Name, pin));

    /// <summary>Whether the operator's word is about this tool.</summary>
    internal static bool Names(OperatorsWord word, string server, ToolPin pin) =>
        word.Tool == pin.Name || word.Tool == ServerToolName.Of(server, pin.Name);

    private static ServerTool Of(DeclaredServer server, ToolPin pin, OperatorsWord? word, string name, string? notOffered)
    {
        var hints = server.TrustAnnotations ? pin.Definition["annotations"] as Json.Object ?? Json.Object.Empty : null;
        var (sideEffect, from) = word?.SideEffect is { } said ? (said, "operator")
            : hints is null ? (SideEffect.Write, "default")
            : (Hint("readOnlyHint", false) ? SideEffect.Read : SideEffect.Write, "annotations");
        var labels = word?.Labels ?? (hints is not null && Hint("openWorldHint", true)
            ? server.Labels.Append(DeclaredServer.Untrusted).ToSeq()
            : server.Labels);
        var schema = word?.InputSchema ?? pin.Definition["inputSchema"];
        notOffered ??= Unsupported(schema);
        notOffered ??= pin.Definition["execution"] is Json.Object execution && execution["taskSupport"] == "required"
            ? "It can only be called as a task, which is not supported."
            : word is { Enabled: false } ? "The operator has disabled it."
            : null;
        var description = (pin.Definition["description"] ?? pin.Definition["title"]) as Json.String;
        var tool = new Tool(name, description?.Value ?? "", sideEffect, notOffered is null ? schema : null, labels, word?.Version ?? "1",
            notOffered is null, word?.Idempotent ?? (hints is not null && Hint("idempotentHint", false)), word?.Timeout);
        return new ServerTool(tool, server.Name, pin, from, word?.Atomic ?? false, notOffered);

        bool Hint(string field, bool otherwise) => hints![field] is Json.Bool hint ? hint.Value : otherwise;
    }

    private static string? Unsupported(Json? schema)
    {
        if (schema is null) return "It has no input schema; give it one under 'tools' of the server ('inputSchema').";
        try
        {
            InputSchema.Load(schema);
            return null;
        }
        catch (ArgumentException e)
        {
            return $"Its input schema is unusable. {e.Message} Give it another one under 'tools' of the server ('inputSchema').";
        }
    }
}
