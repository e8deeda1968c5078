using System.Text.RegularExpressions;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// MCP servers, as MCP clients write them, and the operator's part.
public static partial class ScenarioReader
{
    private static readonly string[] ServerTypes = ["stdio", "http", "streamable-http", "sse"];

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9-]*(_[A-Za-z0-9-]+)*\z")]
    private static partial Regex ServerName();

    private static Seq<DeclaredServer> ReadServers(Node node, FaultList faults)
    {
        if (!As.Expect(node, faults, "object")) return [];
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in node.Children)
        {
            if (field.Name!.Length > DeclaredServer.MaxName || !ServerName().IsMatch(field.Name))
            {
                faults.Add(field, $"{As.Quote(field.Name)} cannot be the name of a server: a letter first, then letters, digits, '-' and "
                    + $"single '_' between them, {DeclaredServer.MaxName} characters at most.");
            }
            if (!seen.Add(field.Name))
                faults.Add(field, $"Another server is named like {As.Quote(field.Name)}; names must differ in more than case.");
        }
        return node.Children.Select(field => ReadServer(field, faults)).ToSeq();
    }

    private static DeclaredServer ReadServer(Node node, FaultList faults)
    {
        var o = new ObjectReader(node, faults);
        var type = o.Optional("type", As.Text);
        var command = o.Optional("command", NotBlank);
        var (args, env) = (o.Optional("args", As.Texts, []), o.Optional("env", ReadNamedTexts, []));
        var folder = o.Optional("cwd", NotBlank);
        var url = o.Optional("url", ReadUrl);
        var headers = o.Optional("headers", ReadNamedTexts, []);
        var version = o.Optional("protocolVersion", NotBlank);
        var trusted = o.Optional("trustAnnotations", As.Bool, false);
        var elicitation = o.Optional("elicitation", As.Text, "none");
        var labels = o.Optional("labels", As.Texts, [DeclaredServer.Untrusted]);
        var tools = o.Optional("tools", static (Node words, FaultList found) => As.Expect(words, found, "object")
            ? words.Children.Select(word => ReadWord(word, found)).ToSeq()
            : [], []);
        if (elicitation is not ("none" or "defaults"))
            o.Fault("elicitation", $"{As.Quote(elicitation)} is not possible here; use one of none, defaults.");
        if (type is not null && !ServerTypes.Contains(type))
            o.Fault("type", $"{As.Quote(type)} is not possible here; use one of {string.Join(", ", ServerTypes)}.");
        if (o.Has("command") == o.Has("url")) o.Fault("command", "A server has a 'command' (which is started) or a 'url', one of the two.");
        else if (type is not null && ServerTypes.Contains(type) && o.Has("command") != (type == "stdio"))
            o.Fault("type", "A 'command' is spoken to over 'stdio', and a 'url' over one of the others.");
        foreach (var field in o.Has("command") ? (string[])["headers"] : ["args", "env", "cwd"])
            if (o.Has(field)) o.Fault(field, $"'{field}' does not go with '{(o.Has("command") ? "command" : "url")}'; remove it.");
        return o.Make(() => new DeclaredServer(node.Name!)
        {
            Command = command,
            Args = args,
            Env = env,
            Folder = folder,
            Url = url,
            Headers = headers,
            IsSse = type == "sse",
            ProtocolVersion = version,
            TrustAnnotations = trusted,
            AnswersWithDefaults = elicitation == "defaults",
            Labels = labels,
            Tools = tools,
        });
    }

    private static OperatorsWord ReadWord(Node node, FaultList faults)
    {
        var o = new ObjectReader(node, faults);
        var sideEffect = o.OptionalValue("sideEffect", As.Name<SideEffect>(Wire.Name));
        var (labels, version) = (o.Optional("labels", As.Texts), o.Optional("version", As.Text, "1"));
        var (enabled, idempotent) = (o.Optional("enabled", As.Bool, true), o.OptionalValue("idempotent", As.Bool));
        var (atomic, timeout) = (o.Optional("atomic", As.Bool, false), o.OptionalValue("timeout", ReadTimeout));
        var schema = o.Optional("inputSchema", As.Value);
        if (node["inputSchema"] is { } given) CheckSchema(given, faults);
        return o.Make(() => new OperatorsWord(node.Name!)
        {
            SideEffect = sideEffect,
            Labels = labels,
            Version = version,
            Enabled = enabled,
            Idempotent = idempotent,
            Atomic = atomic,
            Timeout = timeout,
            InputSchema = schema,
        });
    }

    private static Seq<NamedText> ReadNamedTexts(Node node, FaultList faults) => As.Expect(node, faults, "object")
        ? node.Children.Select(field => new NamedText(field.Name!, As.Text(field, faults))).ToSeq()
        : [];

    private static string NotBlank(Node node, FaultList faults)
    {
        var (before, text) = (faults.Count, As.Text(node, faults));
        if (faults.Count == before && string.IsNullOrWhiteSpace(text)) faults.Add(node, "It must not be blank.");
        return text;
    }

    private static Uri ReadUrl(Node node, FaultList faults)
    {
        var (before, text) = (faults.Count, As.Text(node, faults));
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        if (faults.Count == before) faults.Add(node, $"{As.Quote(text)} is no URL of a server; write it as https://example.org/mcp.");
        return new Uri("http://localhost");
    }

    /// <summary>What servers said of their tools: <c>{ server: [ { sha256, tool, refused } ] }</c>.</summary>
    internal static ToolPins ReadToolPins(Node node, FaultList faults) => As.Expect(node, faults, "object")
        ? new ToolPins(node.Children.Select(server => new ServerPins(server.Name!, As.List(ReadToolPin)(server, faults)))
            .OrderBy(static server => server.Server, StringComparer.Ordinal).ToSeq())
        : ToolPins.None;

    private static ToolPin ReadToolPin(Node node, FaultList faults)
    {
        var o = new ObjectReader(node, faults);
        var (hash, definition) = (o.Required("sha256", As.Text), o.Required("tool", As.Object));
        var refused = o.Optional("refused", As.Text);
        var pin = o.Make(() => new ToolPin(definition, refused)) ?? new ToolPin(Json.Object.Empty);
        if (o.IsClean && pin.Hash != hash)
            o.Fault("sha256", "It is not the hash of what is pinned: this was edited. Pin it anew with 'miniruntime tools FILE --update'.");
        return pin;
    }

    // What can only be said once it is known which tools there are.
    private static void RefuseUnfitServers(Node scenario, Seq<DeclaredServer> servers, ToolPins? pins, FaultList faults)
    {
        foreach (var tool in scenario["tools"]?.Children ?? [])
        {
            if (tool["name"] is { Scalar: Json.String { Value: var name } } field && servers.Any(server => IsOf(server, name)))
                faults.Add(field, $"{As.Quote(name)} would be a tool of the server {As.Quote(name.Split("__")[0])}; name it otherwise.");
        }
        foreach (var server in scenario["toolPins"]?.Children ?? [])
        {
            if (!servers.Any(one => one.Name == server.Name))
                faults.Add(server, $"There is no server {As.Quote(server.Name!)} under 'mcpServers'; remove its pins.");
        }
        foreach (var server in servers)
        {
            if (pins?[server.Name] is not { } pinned) continue;
            foreach (var word in scenario["mcpServers"]?[server.Name]?["tools"]?.Children ?? [])
            {
                var named = pinned.Tools.Count(pin => ServerTool.Names(new OperatorsWord(word.Name!), server.Name, pin));
                if (named > 0) continue;
                faults.Add(word, $"The server {As.Quote(server.Name)} has no tool {As.Quote(word.Name!)}; 'miniruntime tools FILE' lists "
                    + "those that it has.");
            }
            foreach (var pin in pinned.Tools.Where(pin => server.Tools.Count(word => ServerTool.Names(word, server.Name, pin)) > 1))
            {
                faults.Add(scenario["mcpServers"]![server.Name]!,
                    $"The tool {As.Quote(pin.Name)} is named twice under 'tools'; once is enough.");
            }
        }
    }

    private static bool IsOf(DeclaredServer server, string tool) => tool.StartsWith(server.Name + "__", StringComparison.Ordinal);
}
