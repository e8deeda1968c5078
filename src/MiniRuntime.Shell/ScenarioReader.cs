using System.Diagnostics.CodeAnalysis;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Reads scenario files: JSON, with comments and trailing commas. Every fault is told with line and path, and all are told at once as far
/// as one does not hide another. <c>docs/scenario.schema.json</c> describes the format.
/// </summary>
public static partial class ScenarioReader
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>The largest <c>budget.maxSteps</c>.</summary>
    public const int MaxSteps = 1_000_000;

    /// <summary>Reads a file. One that cannot be read is a fault too.</summary>
    public static Decoded<Scenario> Read(string path)
    {
        var bytes = ReadBytes(path);
        return bytes.IsValid ? Parse(bytes.Value) : new Decoded<Scenario>(bytes.Faults);
    }

    /// <summary>Reads a file's bytes, for <see cref="Parse"/> and for whoever keeps them: a store does.</summary>
    public static Decoded<byte[]> ReadBytes(string path)
    {
        var faults = new FaultList();
        if (path.Length == 0)
        {
            faults.Add(null, "$", "The file cannot be read: its name is empty.");
            return faults.Result<byte[]>(null);
        }
        try
        {
            using var file = File.OpenRead(path);
            // One byte more than is allowed is enough to know; what length a file claims need not be true.
            using var bytes = new MemoryStream();
            var chunk = new byte[64 * 1024];
            for (int read; bytes.Length <= MaxBytes && (read = file.Read(chunk)) > 0;) bytes.Write(chunk, 0, read);
            if (bytes.Length <= MaxBytes) return new Decoded<byte[]>(bytes.ToArray());
            faults.Add(null, "$", $"The file is larger than {MaxBytes / 1024 / 1024} MiB; make it smaller.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            faults.Add(null, "$", $"The file cannot be read: {e.Message}");
        }
        return faults.Result<byte[]>(null);
    }

    /// <summary>Reads a scenario from the bytes of a file.</summary>
    public static Decoded<Scenario> Parse(ReadOnlySpan<byte> utf8)
    {
        var faults = new FaultList();
        return faults.Result(StrictJson.Read(utf8, JsonSource.File, faults) is { } node ? ReadScenario(node, faults) : null);
    }

    private static Scenario ReadScenario(Node node, FaultList faults)
    {
        var o = new ObjectReader(node, faults);
        var (runId, goal) = (o.Required("runId", Codec.ReadRunId), o.Required("goal", As.Text));
        var (actor, tenant) = (o.Optional("actor", As.Text), o.Optional("tenant", As.Text));
        var route = o.Optional("route", As.Text);
        var gateway = o.Optional("gateway", ReadGateway);
        var budget = o.Required("budget", Codec.ReadBudget(MaxSteps, isTolerant: gateway is not null));
        var tools = o.Optional("tools", As.List(ReadTool), []);
        var memory = o.Optional("memory", As.List(Codec.ReadMemoryItem), []);
        var policy = o.Optional("policy", ReadPolicy, Policy.Default);
        var approvals = o.Optional("approvals", As.Bool, gateway is not null && o.Has("actor")) ? Approvals.On : Approvals.Off;
        var context = o.Optional("context", Codec.ReadContextRules, ContextRules.Default);
        var model = o.Optional("model", ReadModel);
        var prices = o.Optional("prices", ReadPrices, []);
        var script = o.Optional("decisions", As.List(Codec.ReadModelReply), []);
        var evals = o.Optional("evals", As.List(Codec.ReadEvalCase), []);
        var laws = o.Optional("laws", As.List(Codec.ReadTrajectoryLaw), []);
        var inputs = o.Optional("inputs", As.List(Codec.ReadScriptedInput));
        var servers = o.Optional("mcpServers", ReadServers, []);
        var pins = o.Optional("toolPins", ReadToolPins);
        var secrets = o.Optional("secrets", ReadSecrets, []);

        RefuseTwice(node["tools"], "name", faults);
        RefuseTwice(node["memory"], "id", faults);
        RefuseTwice(node["evals"], "caseId", faults);
        RefuseTwice(node["laws"], "name", faults);
        // A server that is not as it should be has no tools to speak of.
        var usable = servers.OfType<DeclaredServer>().ToSeq();
        var serverTools = usable.SelectMany(server => pins?[server.Name] is { } pinned ? ServerTool.Of(server, pinned) : []).ToSeq();
        RefuseUnfitServers(node, usable, pins, faults);
        RefuseUnfitSecrets(node, faults);
        RefuseBlanks(node, faults);
        RefuseUnknownTools(node, serverTools, usable.Where(server => pins?[server.Name] is null), faults);
        if (inputs is not null && o.Has("decisions"))
            o.Fault("inputs", "A scenario has 'decisions' (what the model says) or 'inputs' (all that comes in), not both; remove one.");
        CheckModel(o, model, budget, prices);
        CheckGateway(o, gateway, actor, policy, approvals);
        if (approvals.Enabled && !o.Has("actor"))
            o.Fault("approvals", "Approvals need an 'actor': nobody may approve their own calls. Add it, or turn approvals off.");

        return o.Make(() => new Scenario(
            new Run(runId, goal, actor, tenant, route, memory),
            new Agent(
                tools.Select(static tool => tool.Tool)
                    .Concat(serverTools.Select(static one => one.Tool).DistinctBy(static tool => tool.Name)),
                budget, policy, approvals, context, VersionOf(node)),
            script,
            tools.Select(static tool => new ScriptedTool(tool.Tool.Name, tool.Results)).ToSeq(),
            evals,
            laws,
            inputs)
        {
            Gateway = gateway,
            Model = model,
            Prices = prices.ToDictionary(static priced => priced.Name, static priced => priced.Price, StringComparer.Ordinal),
            Servers = servers,
            ServerTools = serverTools,
            Pins = pins,
            Secrets = secrets,
        });
    }

    // Where a server's tools are executed, and who is given which secret, is part of what a reviewer agrees to: an agent that differs in it is
    // another one, and what was approved under the first passes the gate again.
    private static string VersionOf(Node scenario)
    {
        var parts = new[] { "mcpServers", "secrets" }.Select(name => (Name: name, Value: scenario[name]?.ToJson(new FaultList())))
            .Where(static part => part.Value is not null).ToArray();
        return parts.Length == 0 ? "1" : $"1 {CanonicalJson.Hash(Json.Object.Of(parts))}";
    }

    private static void RefuseTwice(Node? list, string idField, FaultList faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list?.Children ?? [])
            if (item[idField] is { Scalar: Json.String { Value: var id } } field && !seen.Add(id))
                faults.Add(field, $"{As.Quote(id)} occurs twice; give each its own '{idField}'.");
    }

    // What has no name cannot be asked for, and a label that nothing has makes a law that says nothing.
    private static void RefuseBlanks(Node scenario, FaultList faults)
    {
        foreach (var name in (scenario["laws"]?.Children ?? []).Select(static law => law["name"]))
            if (IsBlank(name)) faults.Add(name, "The law has no name; give it one.");
        foreach (var label in Patterns(scenario).Select(static pattern => pattern?["label"]))
            if (IsBlank(label)) faults.Add(label, "This is no label, so the law would say nothing; name one, or remove the field.");

        static bool IsBlank([NotNullWhen(true)] Node? field) =>
            field is { Scalar: Json.String text } && string.IsNullOrWhiteSpace(text.Value);
    }

    private static IEnumerable<Node?> Patterns(Node scenario) => (scenario["laws"]?.Children ?? []).SelectMany(static law =>
        new[] { law["never"], law["of"] }.Concat(law["before"]?.Children ?? []).Concat(law["neverAfter"]?.Children ?? []));

    // A rule or a law for a tool that does not exist is a slip of the pen, and a dangerous one. A glob of a rule may match nothing; a law
    // with such a glob would be kept by every run, and say nothing.
    private static void RefuseUnknownTools(Node scenario, Seq<ServerTool> serverTools, IEnumerable<DeclaredServer> unpinned,
        FaultList faults)
    {
        var names = (scenario["tools"]?.Children ?? []).Select(static tool => tool["name"]?.Scalar)
            .Concat(serverTools.Select(static one => (Json?)one.Tool.Name)).ToHashSet();
        var rules = (scenario["policy"]?["rules"]?.Children ?? []).Select(static rule => rule["when"]);
        var fields = rules.Concat(Patterns(scenario)).Select(static where => where?["tool"])
            .Concat((scenario["secrets"]?.Children ?? []).SelectMany(static secret => secret["tools"]?.Children ?? []));
        foreach (var field in fields)
            if (field is { Scalar: Json.String name } && !Glob.IsPattern(name.Value) && !names.Contains(name)
                // Which tools a server has is known once they are pinned.
                && !unpinned.Any(server => IsOf(server, name.Value)))
                faults.Add(field, $"There is no tool {As.Quote(name.Value)}; name one of this scenario's tools, or use a glob.");
        foreach (var field in unpinned.Any() ? [] : Patterns(scenario).Select(static pattern => pattern?["tool"]))
            if (field is { Scalar: Json.String { Value: var glob } } && Glob.IsPattern(glob)
                && !names.OfType<Json.String>().Any(name => Glob.Matches(glob, name.Value)))
                faults.Add(field, $"No tool of this scenario matches {As.Quote(glob)}, so the law would say nothing; name one of them.");
    }
}
