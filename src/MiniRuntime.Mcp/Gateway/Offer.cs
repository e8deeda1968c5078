using System.Text.Json;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using ModelContextProtocol.Protocol;
using Tool = MiniRuntime.Core.Tool;

namespace MiniRuntime.Mcp;

/// <summary>What a client of the gateway is offered: the tools that policy could ever allow it to call.</summary>
internal static class Offer
{
    /// <summary>The tools, as the protocol describes them: name, description and input schema are those that were pinned.</summary>
    public static IList<ModelContextProtocol.Protocol.Tool> Of(Scenario scenario) =>
        [.. scenario.Agent.Tools.Where(tool => tool.Enabled && MayEverRun(scenario.Agent, scenario.Run, tool.Ref)).Select(Described)];

    /// <summary>
    /// Whether some call of this tool could run, in whatever state of the run: unless a rule is against every call, whatever its input and
    /// the run's labels, or no rule could be for one. Where that cannot be known, it may.
    /// </summary>
    public static bool MayEverRun(Agent agent, Run run, ToolRef tool)
    {
        if (agent.Policy.Code is not null) return true;
        // Who acts, for whom and by which way stays as it is. The rest of a request is taken out of the rules.
        var request = new PolicyRequest(PolicyAction.Tool, run.Actor, run.Tenant, run.Route, tool, Json.Object.Empty, [], agent.Budget,
            Spent.Nothing);
        return agent.Policy.Rules.Any(rule => Opens(rule) && AtBest(rule).Matches(request))
            && !agent.Policy.Rules.Any(rule => !Opens(rule) && rule is { Input.Count: 0, Labels.Count: 0 } && rule.Matches(request));

        // What nobody can approve never runs.
        bool Opens(Rule rule) => rule.Then.Deny is null && (rule.Then.Allow is not null || agent.Approvals.Enabled);
    }

    private static Rule AtBest(Rule rule) =>
        new(rule.Then, rule.Action, rule.Tool, rule.SideEffect, rule.Actor, rule.Tenant, rule.Route);

    private static ModelContextProtocol.Protocol.Tool Described(Tool tool) => new()
    {
        Name = tool.Name,
        Description = tool.Description,
        InputSchema = Schema(tool.InputSchema),
        // The operator's class, not what the server says of itself.
        Annotations = new ToolAnnotations { ReadOnlyHint = tool.Ref.SideEffect == SideEffect.Read },
    };

    // The protocol wants a schema of objects, and says so in its outermost 'type'.
    private static JsonElement Schema(Json? schema) => ExactJson.Element(schema switch
    {
        Json.Object o when o["type"] == "object" => o,
        Json.Object o when o["type"] is null => new Json.Object(o.Fields.Add(new Json.Field("type", "object"))),
        null => Json.Object.Of(("type", "object")),
        _ => Json.Object.Of(("type", "object"), ("allOf", new Json.Array([schema]))),
    });
}
