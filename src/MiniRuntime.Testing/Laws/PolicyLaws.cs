using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class PolicyLaws
{
    [Law("a verdict that depends on who wrote his rule first, or how often.", Cases = 500)]
    public static void Rules_commute_and_repeat_freely(Policy policy, PolicyRequest request, int seed)
    {
        // Shuffled by position: a hash of texts differs from process to process, and the law could not be told the same case again.
        var shuffled = policy.Rules.ToArray();
        new Random(seed).Shuffle(shuffled);
        var rules = shuffled.ToSeq();
        Expect.Equal(policy.Judge(request), (policy with { }).Judge(request));
        Expect.Equal(policy.Judge(request), new Policy(rules, policy.Code).Judge(request));
        Expect.Equal(policy.Judge(request), new Policy([.. policy.Rules.Reverse(), .. rules], policy.Code).Judge(request));
    }

    // Where no rule matched, a tool call was denied; an approval rule added there lets a person decide. So it can make a verdict milder,
    // but never an allow.
    [Law("a deny that an allow outvotes.", Cases = 500)]
    public static void Adding_a_rule_that_is_not_an_allow_never_permits_more(Policy policy, Rule rule, PolicyRequest request)
    {
        if (rule.Then.Allow is not null) rule = new Rule(new Deny("instead"), rule.Action, rule.Tool, rule.SideEffect, rule.Actor);
        var (before, after) = (policy.Judge(request), new Policy(policy.Rules.Add(rule), policy.Code).Judge(request));
        Expect.True(after.Allow is null || before.Allow is not null);
        Expect.True(after.AtLeastAsStrictAs(before) || before == new Deny(Policy.NoRuleMatched), $"{before} became {after}");
        Expect.True(after.AtLeastAsStrictAs(rule.Then) || !rule.Matches(request));
    }

    // Stricter means: the same rules and more that are not allows, on tool calls and answers. (Not on memory: a model that was shown
    // less may pick up fewer labels, and so be allowed more.) Without people and tolerances the stricter run ends at the first
    // difference, so what it executed is a prefix.
    [Law("a rule that a run obeys only sometimes.", Cases = 500)]
    public static void A_stricter_policy_executes_a_prefix(Journey journey, Seq<Rule> more)
    {
        var b = journey.Setup.Budget;
        var budget = new Budget(b.MaxSteps, b.MaxToolCalls, maxTokens: b.MaxTokens, maxCost: b.MaxCost, deadline: b.Deadline);
        var looser = journey.Setup with { Budget = budget, Approvals = Approvals.Off, Policy = new Policy(journey.Setup.Policy.Rules) };
        var added = more.Where(rule => rule.Action != PolicyAction.MemoryRead && rule.Then.Allow is null);
        var stricter = looser with { Policy = new Policy([.. looser.Policy.Rules, .. added]) };
        var walk = (journey with { Setup = looser }).Walk();
        var result = stricter.Agent.Start(journey.Run, walk.Legs[0].Stamp);
        foreach (var leg in walk.Steps) result = stricter.Agent.Step(result.State, leg.Input!, leg.Stamp);
        Expect.Equal(walk.Final.ToolsCalled.Take(result.State.ToolsCalled.Count), result.State.ToolsCalled);
    }
}
