using MiniRuntime.Core;

namespace MiniRuntime.Testing;

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

    /// <summary>What came in, and below it what became of it.</summary>
    public static string Leg(Leg leg, string agent = "")
    {
        var facts = leg.Events.Select(static traced => Fact(traced.Fact)).ToList();
        var lost = leg.Kept < facts.Count ? $" (the last {facts.Count - leg.Kept} lost)" : "";
        return string.Concat(leg.Input is null ? $"{leg.Kind}" : $"{leg.Input}",
            leg.Kind == LegKind.TakenUp ? "" : $" {Stamp(leg.Stamp)}{Bill(leg.Stamp)}", agent,
            $"\n    → {string.Join(", ", facts.DefaultIfEmpty("nothing new"))}{lost}; now {leg.After.Phase.Name}");
    }

    private static string Part(string name, object? value) => value is null ? "" : $" {name}={value}";

    private static string Some(string name, int value) => value == 0 ? "" : $" {name}={value}";

    /// <summary>A fact without what its neighbours say already: the input, the tool's whole description, hashes.</summary>
    public static string Fact(Fact fact) => fact.Match(0,
        runStarted: static (_, _) => "RunStarted",
        contextBuilt: static (_, built) => string.Concat("ContextBuilt", built.FirstTurn > 0 ? $" from turn {built.FirstTurn}" : "",
            built.Memory.Count > 0 ? $" with {built.Memory}" : "",
            string.Concat(built.Omitted.Select(omission => $" without {omission.Ref} ({omission.Reason})"))),
        accepted: static (_, _) => "Accepted",
        ignored: static (_, ignored) => $"Ignored ({ignored.Reason})",
        callRefused: static (_, refused) => $"CallRefused {refused.CallId} ({refused.Reason})",
        callJudged: static (_, judged) => $"CallJudged {judged.CallId} {judged.Verdict}{Part("request", judged.Request?.Id)}",
        callAuthorized: static (_, permit) => $"CallAuthorized {permit.CallId} attempt {permit.Attempt}",
        otherJudged: static (_, judged) => $"{judged.Action} judged {judged.Verdicts}",
        stopped: static (_, stopped) => $"Stopped {stopped.Reason}{(stopped.Detail is { } detail ? $" ({detail})" : "")}");

    public static string Stamp(Stamp stamp) => stamp.At is not { } at ? "at no time"
        : $"at {(at.Date == Moment.Epoch.Date ? $"{at:HH:mm:ss}" : $"{at:u}")}";

    public static string Bill(Stamp stamp) => stamp is { Tokens: 0, Cost: 0 } ? "" : $" for {stamp.Tokens} tokens, {stamp.Cost}";

    public static string Run(Run run) => string.Concat($"run {run.Id} of {run.Actor ?? "nobody"}", Part("tenant", run.Tenant),
        Part("route", run.Route), run.Goal == "" ? "" : $" goal={run.Goal}", string.Concat(run.Memory.Select(item => $"\n  {item}")));
}
