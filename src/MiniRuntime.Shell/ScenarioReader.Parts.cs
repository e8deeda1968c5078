using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// The parts that only scenarios have: scripted tools, the script, and policy as people write it.
public static partial class ScenarioReader
{
    private sealed record ReadyTool(Tool Tool, Seq<ToolResult> Results);

    private static ReadyTool ReadTool(Node node, FaultList faults)
    {
        var o = new ObjectReader(node, faults);
        var tool = Codec.ToolOf(o, ReadTimeout);
        if (node["inputSchema"] is { } schema) CheckSchema(schema, faults);
        var result = o.Optional("result", Codec.ReadToolResult);
        var results = o.Optional("results", As.List(Codec.ReadToolResult));
        if (o.Has("result") && o.Has("results"))
            o.Fault("results", "A tool has 'result' (always the same) or 'results' (in turn), not both; remove one.");
        if (o.Has("results") && node["results"] is { Kind: "array", Children.Count: 0 })
            o.Fault("results", "'results' needs at least one result; add one, or remove the field.");
        return o.Make(() => new ReadyTool(tool(), results ?? [result ?? new Ok(Json.None)]));
    }

    private static TimeSpan ReadTimeout(Node node, FaultList faults)
    {
        var (before, timeout) = (faults.Count, As.Duration(node, faults));
        if (faults.Count == before && timeout == TimeSpan.Zero) faults.Add(node, "A timeout must be more than 0 seconds.");
        return timeout;
    }

    private static void CheckSchema(Node node, FaultList faults)
    {
        if (node.ToJson(new FaultList()) is not { } schema) return;
        try
        {
            InputSchema.Load(schema);
        }
        catch (ArgumentException e)
        {
            faults.Add(node, e.Message);
        }
    }

    private static Policy ReadPolicy(Node node, FaultList faults)
    {
        const string Forms = "use \"default\", \"permissive\" or { \"rules\": [ … ] }.";
        if (node.Kind is not ("string" or "object"))
        {
            faults.Add(node, $"This is no policy; {Forms}");
            return Policy.Default;
        }
        if (node.Kind == "string")
        {
            var name = As.Text(node, faults);
            if (name is not ("default" or "permissive") && !node.IsBroken)
                faults.Add(node, $"{As.Quote(name)} is no policy; {Forms}");
            return name == "permissive" ? Policy.Permissive : Policy.Default;
        }
        var o = new ObjectReader(node, faults);
        var rules = o.Required("rules", As.List(ReadRule));
        return o.Make(() => new Policy(rules));
    }

    private static Rule ReadRule(Node node, FaultList faults)
    {
        var o = new ObjectReader(node, faults);
        var when = o.Optional("when", ReadWhen);
        var then = o.OneOf("then", "allow", "deny", "approval_required");
        var reason = o.Optional("reason", As.Text);
        if (then == "allow" && reason is not null) o.Fault("reason", "An allow has no reason, nobody would see it; remove it.");
        if (then == "approval_required" && when is { Action: not PolicyAction.Tool } other)
            o.Fault("then", $"Only tool calls can wait for an approval, not {other.Action.Name()}; use allow or deny.");
        return o.Make(() => Codec.RuleOf(
            then switch
            {
                "allow" => PolicyDecision.Allowed,
                "deny" => new Deny(reason ?? "denied_by_rule"),
                _ => new ApprovalRequired(reason ?? "approval_required_by_rule"),
            },
            when ?? new Codec.When(PolicyAction.Tool, null, null, null, null, null, [], [])));
    }

    private static Codec.When ReadWhen(Node node, FaultList faults)
    {
        var o = new ObjectReader(node, faults);
        var when = Codec.WhenOf(o, Codec.ReadConditions);
        foreach (var field in when.Action == PolicyAction.Tool ? (string[])[] : ["tool", "sideEffect"])
            if (o.Has(field)) o.Fault(field, $"A rule for {when.Action.Name()} has no '{field}'; remove it.");
        return o.Make(() => when);
    }
}
