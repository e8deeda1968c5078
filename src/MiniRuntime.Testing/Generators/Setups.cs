using FsCheck;
using FsCheck.Fluent;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>Generators and shrinkers for what an agent is made of.</summary>
internal static class Setups
{
    private static readonly string[] Reasons = ["b", "a", "B", ""];

    /// <summary>Policy as code: with no opinion, throwing, senseless, strict, and counting what is left.</summary>
    private static readonly PolicyCode[] Codes =
    [
        new("silent", static _ => null),
        new("throws", static request => throw new InvalidOperationException(request.Route)),
        new("allows", static _ => new Allow()),
        new("asks about everything", static _ => new ApprovalRequired("code")),
        new("denies writes", static request => request.Tool?.SideEffect == SideEffect.Write ? (PolicyDecision)new Deny("code") : null),
        new("saves the last call", static request => request.Left.MaxToolCalls < 2 ? (PolicyDecision)new Deny("last_call") : null),
        new("throws on labels", static request => request.Labels.Count > 0 ? throw new ArithmeticException() : null),
    ];

    private static Gen<Seq<string>> Labels => Vocabulary.Any.SomeLabels;

    private static string[] Names => Vocabulary.Any.Tools;

    public static Gen<Tool> Tool { get; } = Gen.Elements(Names).SelectMany(Named);

    public static Gen<Seq<Tool>> Tools { get; } =
        from some in Gen.Frequency((4, Gen.SubListOf(Names).Select(list => list.ToArray())), (2, Gen.Constant(Names)))
        from tools in Gen.CollectToArray(some, Named)
        select tools.ToSeq();

    public static Gen<Condition> Condition(Vocabulary words) =>
        from field in Gen.Elements(words.Fields)
        from value in Values.Any
        from other in Values.Any
        from number in Values.Number
        from pattern in Gen.Elements("[a-z]+", "a|b", "", "(?i)ALICE", "[^@]*", "hel+o", ".*")
        from kind in Gen.Choose(0, 6)
        select kind switch
        {
            0 => new Condition(field, equal: value),
            1 => new Condition(field, isIn: [value, other]),
            2 => new Condition(field, greater: number),
            3 => new Condition(field, less: number),
            4 => new Condition(field, matches: pattern),
            5 => new Condition(field, greater: number, less: 10),
            _ => new Condition(field, isIn: [value], matches: pattern),
        };

    public static Gen<Rule> Rule(Vocabulary words) => Rule(words, Condition(words));

    private static Gen<Rule> Rule(Vocabulary words, Gen<Condition> condition) =>
        from action in Gen.Frequency((3, Gen.Constant(PolicyAction.Tool)), (1, Gen.Elements(PolicyAction.MemoryRead, PolicyAction.Answer)))
        let forTools = action == PolicyAction.Tool
        from then in Then(forTools)
        from tool in Rarely(Gen.Elements(words.Globs), often: 2)
        from effect in Rarely(Gen.Elements(SideEffect.Read, SideEffect.Draft, SideEffect.Write), often: 2)
        from actor in Rarely(Gen.Elements(words.Actors))
        from tenant in Rarely(Gen.Elements(words.Tenants))
        from route in Rarely(Gen.Elements(words.Routes))
        from labels in Gen.Frequency((forTools ? 4 : 1, Gen.Constant(Seq<string>.Empty)), (1, words.SomeLabels),
            (1, Gen.Elements(words.Labels).Select(static label => (Seq<string>)[label])))
        from input in Gen.Frequency((3, Gen.Constant(Seq<Condition>.Empty)), (1, condition.ListOf(1).Select(Seq.ToSeq)),
            (1, condition.ListOf(2).Select(Seq.ToSeq)))
        select new Rule(then, action, forTools ? tool.Value : null, forTools ? effect.Or() : null, actor.Value, tenant.Value, route.Value,
            labels, input);

    /// <summary>Mostly with a rule that allows much, so that runs get somewhere before the others bite.</summary>
    public static Gen<Policy> Rules(Gen<Rule> rule) =>
        from open in Gen.Frequency((3, Gen.Constant<Seq<Rule>>([new Rule(new Allow())])), (1, Gen.Constant(Policy.Default.Rules)),
            (1, Gen.Constant(Seq<Rule>.Empty)))
        from n in Gen.Choose(0, 4)
        from rules in rule.ListOf(n)
        from all in Gen.Shuffle(open.Concat(rules))
        select new Policy(all.ToSeq());

    public static Gen<PolicyDecision> Verdict { get; } = Then(forTools: true);

    private static Gen<PolicyCode> Code { get; } = Gen.Elements(Codes);

    public static Gen<Policy> AnyPolicy { get; } = Gen.Frequency(
        (2, Gen.Constant(Policy.Default)),
        (3, Gen.Constant(Policy.Permissive)),
        (5, Rules(Rule(Vocabulary.Any))),
        (1, from rules in Rules(Rule(Vocabulary.Any)) from code in Code select new Policy(rules.Rules, code)));

    private static Gen<Budget> Tight { get; } =
        from steps in Gen.Frequency((1, Gen.Elements(0, 1)), (8, Gen.Choose(3, 12)), (1, Gen.Elements(40, int.MaxValue)))
        from calls in Rarely(Gen.Choose(0, 9))
        from tolerances in Gen.Frequency((2, Gen.Constant(0)), (5, Gen.Choose(1, 4)), (2, Gen.Constant(9))).ListOf(4)
        from tokens in Rarely(Gen.Elements(0L, 100, 300, 1000, long.MaxValue))
        from cost in Rarely(Gen.Elements(0m, 2, 6, 20, decimal.MaxValue))
        from minutes in Rarely(Gen.Elements(0, 4, 30, 600))
        select new Budget(steps, calls.Or(), tolerances[0], tolerances[1], tolerances[2], tolerances[3], tokens.Or(), cost.Or(),
            minutes.Or() is { } limit ? TimeSpan.FromMinutes(limit) : null);

    /// <summary>One in three lets a run go on for as long as its journey, so that the others are not all over after four inputs.</summary>
    public static Gen<Budget> Budget { get; } = Gen.Frequency(
        (1, from deadline in Rarely(Gen.Elements(30, 600), often: 2)
            select new Budget(40, null, 40, 40, 40, 40, deadline: deadline.Or() is { } minutes ? TimeSpan.FromMinutes(minutes) : null)),
        (2, Tight));

    public static Gen<Approvals> Approvals { get; } = Gen.Frequency(
        (2, Gen.Constant(Core.Approvals.Off)),
        (5, Gen.Constant(Core.Approvals.On)),
        (2, Gen.Elements(0, 1, 20).Select(minutes => new Approvals(true, TimeSpan.FromMinutes(minutes)))),
        (1, Gen.Constant(new Approvals(true, TimeSpan.MaxValue))));

    public static Gen<ContextRules> Context { get; } = Gen.Frequency(
        (2, Gen.Constant(ContextRules.Default)),
        (3, from window in Gen.Elements(0, 1, 3, 20)
            from tokens in Rarely(Gen.Elements<long>(0, 20, 60, 150, 600, long.MaxValue), often: 2)
            from scopes in Gen.SubListOf(MemoryScope.Task, MemoryScope.Project, MemoryScope.User)
            select new ContextRules(window, tokens.Or(), scopes)));

    public static Gen<Setup> Setup { get; } =
        from tools in Tools
        from budget in Budget
        from policy in AnyPolicy
        from approvals in Approvals
        from context in Context
        select new Setup(tools, budget, policy, approvals, context);

    /// <summary>Agents of the same tools as a given one, or of tools that do something else under the same names.</summary>
    public static Gen<Setup> Related(Setup given) =>
        from other in Setup
        from tools in Gen.CollectToArray(given.Tools, tool => Gen.Frequency((3, Gen.Constant(tool)), (1, Named(tool.Name))))
        from policy in Gen.Frequency((1, Gen.Constant(given.Policy)), (1, Gen.Constant(other.Policy)))
        select other with { Tools = tools.ToSeq(), Policy = policy };

    /// <summary>The agent after an upgrade: some of it is as it was.</summary>
    public static Gen<Setup> Upgraded(Setup old, Gen<Setup> others) =>
        from other in others
        from kind in Gen.Choose(0, 6)
        from tools in Gen.CollectToArray(old.Tools, tool => Gen.Frequency((1, Gen.Constant(tool)), (2, Named(tool.Name))))
        from same in Gen.Elements(old, old.Next)
        select kind switch
        {
            0 => old,
            1 => other,
            2 => same with { Policy = other.Policy },
            3 => old with { Tools = tools.ToSeq() },
            4 => old with { Tools = tools.ToSeq(), Policy = other.Policy },
            5 => same with { Approvals = other.Approvals },
            _ => same,
        };

    public static IEnumerable<Setup> Simpler(Setup setup) =>
    [
        .. Shrink.Towards(setup.Policy, Policy.Permissive, Policy.Default).Select(policy => setup with { Policy = policy }),
        .. Shrink.Towards(setup.Approvals, Core.Approvals.Off, Core.Approvals.On).Select(approvals => setup with { Approvals = approvals }),
        .. Shrink.Towards(setup.Context, ContextRules.Default).Select(context => setup with { Context = context }),
        .. Shrink.Towards(setup.Version, "1").Select(version => setup with { Version = version }),
        .. Shrink.List(setup.Tools, Simpler).Select(tools => setup with { Tools = tools }),
        .. Simpler(setup.Budget).Select(budget => setup with { Budget = budget }),
        // The two that are aimed at stay as they are: shorter ones would be brought back to them, and so on for ever.
        .. (setup.Policy == Policy.Permissive || setup.Policy == Policy.Default ? [] : Simpler(setup.Policy))
            .Select(policy => setup with { Policy = policy }),
    ];

    public static IEnumerable<Policy> Simpler(Policy policy) =>
    [
        .. policy.Code is null ? Array.Empty<Policy>() : [new Policy(policy.Rules)],
        .. Shrink.List(policy.Rules, Simpler).Select(rules => new Policy(rules, policy.Code)),
    ];

    public static IEnumerable<Rule> Simpler(Rule rule) =>
    [
        .. Shrink.List(rule.Input).Select(input => new Rule(rule.Then, rule.Action, rule.Tool, rule.SideEffect, rule.Actor, rule.Tenant,
            rule.Route, rule.Labels, input)),
        .. Shrink.List(rule.Labels).Select(labels => new Rule(rule.Then, rule.Action, rule.Tool, rule.SideEffect, rule.Actor, rule.Tenant,
            rule.Route, labels, rule.Input)),
        .. new Rule[]
        {
            new(rule.Then, rule.Action, null, rule.SideEffect, rule.Actor, rule.Tenant, rule.Route, rule.Labels, rule.Input),
            new(rule.Then, rule.Action, rule.Tool, null, rule.Actor, rule.Tenant, rule.Route, rule.Labels, rule.Input),
            new(rule.Then, rule.Action, rule.Tool, rule.SideEffect, null, null, null, rule.Labels, rule.Input),
        }.Where(simpler => simpler != rule),
    ];

    public static IEnumerable<Tool> Simpler(Tool tool)
    {
        var plain = new Tool(tool.Name, "", tool.Ref.SideEffect, idempotent: tool.Ref.Idempotent, enabled: tool.Enabled,
            labels: tool.Ref.Labels, version: tool.Ref.Version);
        if (plain != tool) yield return plain;
        if (tool.Ref.Labels.Count > 0)
            yield return new Tool(tool.Name, "", tool.Ref.SideEffect, idempotent: tool.Ref.Idempotent, enabled: tool.Enabled);
        if (tool.Ref.Idempotent) yield return new Tool(tool.Name, "", tool.Ref.SideEffect, enabled: tool.Enabled);
        if (!tool.Enabled) yield return new Tool(tool.Name, "", tool.Ref.SideEffect, idempotent: tool.Ref.Idempotent);
    }

    public static IEnumerable<Budget> Simpler(Budget b) =>
    [
        .. new[] { Copy(b, noBill: true), Copy(b, noTrouble: true) }.Where(simpler => simpler != b),
        .. Shrink.Towards(b.MaxSteps, 1, 2, 3, 5).Where(steps => steps < b.MaxSteps).Select(steps => Copy(b, steps)),
        .. Shrink.Towards(b.MaxToolCalls, 9, 1, 2).Select(calls => Copy(b, calls: calls)),
    ];

    private static Budget Copy(Budget b, int? steps = null, int? calls = null, bool noBill = false, bool noTrouble = false) => new(
        steps ?? b.MaxSteps, calls ?? b.MaxToolCalls, noTrouble ? 0 : b.MaxInvalidDecisions, noTrouble ? 0 : b.MaxModelFailures,
        noTrouble ? 0 : b.MaxToolFailures, noTrouble ? 0 : b.MaxRefusals, noBill ? null : b.MaxTokens, noBill ? null : b.MaxCost,
        noBill ? null : b.Deadline);

    private static Gen<Tool> Named(string name) =>
        from effect in Gen.Elements(SideEffect.Read, SideEffect.Draft, SideEffect.Write, SideEffect.Write)
        from idempotent in Gen.Elements(true, false, false)
        from enabled in Gen.Frequency((14, Gen.Constant(true)), (1, Gen.Constant(false)))
        from labels in Labels
        from version in Gen.Frequency((5, Gen.Constant("1")), (1, Gen.Constant("2")))
        from text in Values.Text
        from schema in Rarely(Values.Any)
        select new Tool(name, text, effect, schema.Value, labels, version, enabled, idempotent);

    private static Gen<PolicyDecision> Then(bool forTools) =>
        from reason in Gen.Elements(Reasons)
        from kind in Gen.Choose(0, 5)
        select kind switch
        {
            0 or 1 => (PolicyDecision)new Allow(),
            2 or 3 when forTools => new ApprovalRequired(reason),
            _ => new Deny(reason),
        };

    // Options as arrays of one or none: FsCheck's own OrNull treats classes and structs differently.
    private static Gen<Option<T>> Rarely<T>(Gen<T> value, int often = 1) =>
        Gen.Frequency((6, Gen.Constant(new Option<T>(false, default!))), (often, value.Select(some => new Option<T>(true, some))));

    private readonly record struct Option<T>(bool Given, T Value);

    private static T? Or<T>(this Option<T> option) where T : struct => option.Given ? option.Value : null;
}
