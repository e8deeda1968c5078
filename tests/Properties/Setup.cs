namespace MiniRuntime.Properties;

/// <summary>What an agent is made of, as data that prints and shrinks; and the agent made of it.</summary>
public sealed record Setup(Seq<Tool> Tools, Budget Budget, Policy Policy, Approvals Approvals, ContextRules Context, string Version = "1")
{
    private Agent? _agent;

    // Without the agent, which the copy (made by "with") must make anew.
    private Setup(Setup old) => (Tools, Budget, Policy, Approvals, Context, Version) =
        (old.Tools, old.Budget, old.Policy, old.Approvals, old.Context, old.Version);

    public Agent Agent => _agent ??= new Agent(Tools, Budget, Policy, Approvals, Context, Version);

    /// <summary>True when a person can be asked.</summary>
    public bool Asks => Approvals.Enabled;

    public bool Equals(Setup? other) => other is not null && Agent.Hash == other.Agent.Hash;

    public override int GetHashCode() => Agent.Hash.GetHashCode(StringComparison.Ordinal);

    public override string ToString()
    {
        var policy = Policy == Policy.Default ? "default" : Policy == Policy.Permissive ? "permissive"
            : $"rules [{string.Join("; ", Policy.Rules.Select(Print.Rule))}]{(Policy.Code is { } code ? $" and code {code.Name}" : "")}";
        return $"tools [{string.Join("; ", Tools.Select(Print.Tool))}], {Print.Budget(Budget)}, {policy}, "
            + $"approvals {(Asks ? Approvals.ValidFor.ToString() : "off")}{(Context == ContextRules.Default ? "" : $", {Context}")}";
    }
}

/// <summary>Values in few words: only what is not as usual.</summary>
internal static class Print
{
    public static string Tool(Tool tool) =>
        $"{tool.Name} {tool.Ref.SideEffect}{(tool.Ref.Idempotent ? " idempotent" : "")}{(tool.Enabled ? "" : " disabled")}"
        + $"{(tool.Ref.Labels.Count > 0 ? $" {tool.Ref.Labels}" : "")}{(tool.Ref.Version == "1" ? "" : $" v{tool.Ref.Version}")}";

    public static string Rule(Rule rule) => string.Concat(
        rule.Then, rule.Action == PolicyAction.Tool ? "" : $" {rule.Action}", Part("tool", rule.Tool), Part("effect", rule.SideEffect),
        Part("actor", rule.Actor), Part("tenant", rule.Tenant), Part("route", rule.Route),
        rule.Labels.Count > 0 ? $" labels={rule.Labels}" : "", rule.Input.Count > 0 ? $" input={rule.Input}" : "");

    public static string Budget(Budget budget) => string.Concat("budget {",
        $"steps {budget.MaxSteps}, calls {budget.MaxToolCalls}", Some("invalid", budget.MaxInvalidDecisions),
        Some("modelFailures", budget.MaxModelFailures), Some("toolFailures", budget.MaxToolFailures), Some("refusals", budget.MaxRefusals),
        Part("tokens", budget.MaxTokens), Part("cost", budget.MaxCost), Part("deadline", budget.Deadline), "}");

    private static string Part(string name, object? value) => value is null ? "" : $" {name}={value}";

    private static string Some(string name, int value) => value == 0 ? "" : $" {name}={value}";
}
