namespace MiniRuntime.Core;

/// <summary>The agent's content hash: everything that governs a run, as one canonical value.</summary>
internal static class ContentHash
{
    public static string Of(Agent agent) => CanonicalJson.Hash(Json.Object.Of(
        ("version", agent.Version),
        ("tools", List(agent.Tools, Of)),
        ("rules", List(agent.Policy.Rules, Of)),
        ("code", agent.Policy.Code?.Name),
        ("budget", Of(agent.Budget)),
        ("approvals", agent.Approvals.Enabled ? agent.Approvals.ValidFor.Ticks : false),
        ("window", agent.Context.Window),
        ("maxTokens", Of(agent.Context.MaxTokens)),
        ("scopes", List(agent.Context.Scopes, static scope => scope.Name()))));

    private static Json Of(Tool tool) => Json.Object.Of(
        ("name", tool.Name), ("description", tool.Description), ("sideEffect", tool.Ref.SideEffect.Name()),
        ("schema", tool.InputSchema is null ? null : CanonicalJson.Hash(tool.InputSchema)), ("labels", Texts(tool.Ref.Labels)),
        ("version", tool.Ref.Version), ("enabled", tool.Enabled), ("idempotent", tool.Ref.Idempotent),
        ("timeout", Of(tool.Timeout?.Ticks)));

    private static Json Of(Rule rule) => Json.Object.Of(
        ("then", rule.Then.Status), ("reason", rule.Then.Reason), ("action", rule.Action.Name()), ("tool", rule.Tool),
        ("sideEffect", rule.SideEffect?.Name()), ("actor", rule.Actor), ("tenant", rule.Tenant), ("route", rule.Route),
        ("labels", Texts(rule.Labels)), ("input", List(rule.Input, Of)));

    private static Json Of(Condition condition) => Json.Object.Of(
        ("field", condition.Field),
        // As text: inside an agent a value of the greatest depth would be too deep.
        ("equals", condition.Equal is { } value ? CanonicalJson.Write(value) : null),
        ("in", condition.In is { } values ? List(values, static item => CanonicalJson.Write(item)) : null),
        ("greater", Of(condition.Greater)), ("less", Of(condition.Less)), ("matches", condition.Matches));

    private static Json Of(Budget budget) => Json.Object.Of(
        ("steps", budget.MaxSteps), ("toolCalls", budget.MaxToolCalls), ("invalidDecisions", budget.MaxInvalidDecisions),
        ("modelFailures", budget.MaxModelFailures), ("toolFailures", budget.MaxToolFailures), ("refusals", budget.MaxRefusals),
        ("tokens", Of(budget.MaxTokens)), ("cost", Of(budget.MaxCost)), ("deadline", Of(budget.Deadline?.Ticks)));

    private static Json? Of(long? number) => number is { } value ? (Json)value : null;

    private static Json? Of(decimal? number) => number is { } value ? (Json)value : null;

    private static Json Texts(Seq<string> texts) => List(texts, static text => text);

    private static Json List<T>(Seq<T> items, Func<T, Json> of) => new Json.Array(items.Select(of).ToSeq());
}
