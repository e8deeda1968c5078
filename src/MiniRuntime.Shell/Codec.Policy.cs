using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// Policy: verdicts, rules and conditions.
public static partial class Codec
{
    private static readonly string[] Statuses = ["allow", "deny", "approval_required"];

    /// <summary><c>{ status, reason }</c>; an allow has no reason.</summary>
    public static Codec<PolicyDecision> PolicyDecision { get; } = new(Write, ReadPolicyDecision);

    /// <summary><c>{ then, action, tool, sideEffect, actor, tenant, route, labels, input }</c>; what does not restrict the rule is left
    /// out.</summary>
    public static Codec<Rule> Rule { get; } = new(Write, ReadRule);

    /// <summary><c>{ field, equals, in, greater, less, matches }</c>, with at least one of the tests.</summary>
    public static Codec<Condition> Condition { get; } = new(Write, ReadCondition);

    /// <summary><c>{ rules }</c>. Policy written as code has no wire form: its name is written, and reading that is a fault.</summary>
    public static Codec<Policy> Policy { get; } = new(
        static policy => Object([("rules", List(policy.Rules, Write)), ("code", policy.Code?.Name)]),
        Of<Policy>(static o =>
        {
            var rules = o.Required("rules", As.List(ReadRule));
            if (o.Has("code")) o.Fault("code", "Policy written as code cannot be read; give its rules as data, or add the code in C#.");
            return () => new Policy(rules);
        }));

    /// <summary>The parts of a rule that say when it matches, as read; each is null or empty where it does not restrict the rule.</summary>
    internal sealed record When(PolicyAction Action, string? Tool, SideEffect? SideEffect, string? Actor, string? Tenant, string? Route,
        Seq<string> Labels, Seq<Condition> Input);

    internal static When WhenOf(ObjectReader o, ReadValue<Seq<Condition>> readInput) => new(
        o.Optional("action", As.Name<PolicyAction>(Wire.Name), PolicyAction.Tool), o.Optional("tool", As.Text),
        o.OptionalValue("sideEffect", As.Name<SideEffect>(Wire.Name)), o.Optional("actor", As.Text), o.Optional("tenant", As.Text),
        o.Optional("route", As.Text), ReadLabels(o), o.Optional("input", readInput, []));

    internal static Rule RuleOf(PolicyDecision then, When when) =>
        new(then, when.Action, when.Tool, when.SideEffect, when.Actor, when.Tenant, when.Route, when.Labels, when.Input);

    /// <summary>A condition on a field; the field's name stands elsewhere.</summary>
    internal static Func<Condition> ConditionOf(ObjectReader o, string field)
    {
        var (equal, isIn) = (o.Optional("equals", As.Value), o.Optional("in", As.List(As.Value)));
        var (greater, less) = (o.OptionalValue("greater", As.Number), o.OptionalValue("less", As.Number));
        var matches = o.Optional("matches", As.Checked(static pattern => _ = new Condition("", matches: pattern)));
        return () => new Condition(field, equal, isIn, greater, less, matches);
    }

    /// <summary>Conditions as people write them: <c>{ FIELD: { equals, in, greater, less, matches } }</c>.</summary>
    internal static Seq<Condition> ReadConditions(Node node, FaultList faults) => As.Expect(node, faults, "object")
        ? node.Children.Select(field =>
        {
            var o = new ObjectReader(field, faults);
            return o.Make(ConditionOf(o, field.Name!));
        }).ToSeq()
        : [];

    private static JsonText Write(PolicyDecision decision) => Object([("status", decision.Status), ("reason", decision.Reason)]);

    private static PolicyDecision ReadPolicyDecision(Node node, FaultList faults) => Of<PolicyDecision>(static o =>
    {
        var status = o.OneOf("status", Statuses);
        if (status == "allow") return static () => Core.PolicyDecision.Allowed;
        if (status is null) return null;
        var reason = o.Required("reason", As.Text);
        return status == "deny" ? () => new Deny(reason) : () => new ApprovalRequired(reason);
    })(node, faults);

    private static JsonText Write(Rule rule) => Object(
    [
        ("then", Write(rule.Then)), ("action", rule.Action == PolicyAction.Tool ? null : rule.Action.Name()), ("tool", rule.Tool),
        ("sideEffect", rule.SideEffect?.Name()), ("actor", rule.Actor), ("tenant", rule.Tenant), ("route", rule.Route),
        ("labels", Labels(rule.Labels)), ("input", rule.Input.Count == 0 ? null : List(rule.Input, Write)),
    ]);

    private static Rule ReadRule(Node node, FaultList faults) => Of<Rule>(static o =>
    {
        var (then, when) = (o.Required("then", ReadPolicyDecision), WhenOf(o, As.List(ReadCondition)));
        return () => RuleOf(then, when);
    })(node, faults);

    private static JsonText Write(Condition condition) => Object([("field", condition.Field), .. Tests(condition)]);

    private static Fields Tests(Condition condition) =>
    [
        ("equals", condition.Equal), ("in", condition.In is { } values ? List(values, static value => value) : null),
        ("greater", Write(condition.Greater)), ("less", Write(condition.Less)), ("matches", condition.Matches),
    ];

    private static Condition ReadCondition(Node node, FaultList faults) =>
        Of<Condition>(static o => ConditionOf(o, o.Required("field", As.Text)))(node, faults);
}
