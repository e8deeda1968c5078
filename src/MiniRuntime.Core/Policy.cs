using System.Collections.Frozen;

namespace MiniRuntime.Core;

/// <summary>
/// What is allowed: rules as data, or a function, or both. The verdicts of all that match are joined
/// (<see cref="PolicyDecision.Join"/>), so adding a rule that is not an allow never permits more.
/// </summary>
/// <param name="Rules">The rules; their order and repetition do not matter.</param>
/// <param name="Code">Policy written as code, or null.</param>
public sealed record Policy(Seq<Rule> Rules, PolicyCode? Code = null)
{
    // A rule that names one tool is looked at for that tool only, so that a long policy costs no more than what it says about a call.
    private readonly FrozenDictionary<string, Seq<Rule>> _byTool = Guard.Items(Rules).Where(NamesOne)
        .GroupBy(static rule => rule.Tool!, StringComparer.Ordinal)
        .ToFrozenDictionary(static rules => rules.Key, static rules => rules.ToSeq(), StringComparer.Ordinal);

    private readonly Seq<Rule> _others = Rules.Where(static rule => !NamesOne(rule)).ToSeq();

    /// <summary>The reason for denying a tool call that no rule matches.</summary>
    public const string NoRuleMatched = "no_rule_matched";

    /// <summary>The reason for denying when policy written as code throws, or gives a verdict that makes no sense.</summary>
    public const string PolicyError = "policy_error";

    /// <summary>The rules.</summary>
    public Seq<Rule> Rules { get; } = Rules;

    /// <summary>Reads and drafts are allowed, writes need approval.</summary>
    public static Policy Default { get; } = new(
    [
        new Rule(new Allow(), sideEffect: SideEffect.Read),
        new Rule(new Allow(), sideEffect: SideEffect.Draft),
        new Rule(new ApprovalRequired("write_tool_requires_approval"), sideEffect: SideEffect.Write),
    ]);

    /// <summary>Every tool call is allowed. For demonstrations of what goes wrong then.</summary>
    public static Policy Permissive { get; } = new([new Rule(new Allow())]);

    /// <summary>True when some rule, or code, has a say on this action.</summary>
    public bool Names(PolicyAction action) => Code is not null || Rules.Any(rule => rule.Action == action);

    /// <summary>The verdict on this request.</summary>
    public PolicyDecision Judge(PolicyRequest request)
    {
        var verdict = request.Tool is { } tool
            ? Join(Join(null, _byTool.TryGetValue(tool.Name, out var named) ? named : [], request), _others, request)
            : Join(null, Rules, request);
        if (Code?.Judge(request) is { } opinion) verdict = verdict?.Join(opinion) ?? opinion;
        return verdict ?? (request.Action == PolicyAction.Tool ? new Deny(NoRuleMatched) : PolicyDecision.Allowed);
    }

    /// <summary>True when both have the same rules in the same order, and the same code.</summary>
    public bool Equals(Policy? other) => other is not null && Rules == other.Rules && Code == other.Code;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rules, Code);

    private static PolicyDecision? Join(PolicyDecision? verdict, Seq<Rule> rules, PolicyRequest request)
    {
        for (var i = 0; i < rules.Count; i++)
            if (rules[i].Matches(request)) verdict = verdict?.Join(rules[i].Then) ?? rules[i].Then;
        return verdict;
    }

    // Exactly one tool is named: neither any nor a pattern.
    private static bool NamesOne(Rule rule) => rule is { Action: PolicyAction.Tool, Tool: { } name } && !Glob.IsPattern(name);
}

/// <summary>
/// Policy written as code. The function should be pure: the core calls it as often as it likes, and a replay calls it not at all, since
/// the trace holds the verdicts. A null verdict is no opinion. One that throws is a denial.
/// </summary>
/// <param name="Name">
/// Name and version of the code. It stands for the code in the agent's content hash: change it when the code changes.
/// </param>
/// <param name="Function">The code.</param>
public sealed record PolicyCode(string Name, Func<PolicyRequest, PolicyDecision?> Function)
{
    /// <summary>Name and version of the code.</summary>
    public string Name { get; } = Guard.Text(Name);

    /// <summary>The code.</summary>
    public Func<PolicyRequest, PolicyDecision?> Function { get; } = Guard.NotNull(Function);

    internal PolicyDecision? Judge(PolicyRequest request)
    {
        try
        {
            var verdict = Function(request);
            return verdict?.ApprovalRequired is not null && request.Action != PolicyAction.Tool ? new Deny(Policy.PolicyError) : verdict;
        }
        catch (Exception)
        {
            // The one place where the core calls code that is not its own. Whatever went wrong there, the gate stays shut.
            return new Deny(Policy.PolicyError);
        }
    }
}
