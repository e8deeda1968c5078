namespace Lab10;

/// <summary>What is allowed: rules, as data, that the model never sees.</summary>
public sealed class Policy(IReadOnlyList<Rule> rules)
{
    /// <summary>The verdict on a call of this tool.</summary>
    public PolicyDecision Judge(Tool tool)
    {
        // <exercise-2>
        return rules.Where(rule => rule.Matches(tool)).Select(static rule => rule.Then)
            .OrderByDescending(static verdict => verdict.Status)
            .ThenBy(static verdict => verdict.Reason, StringComparer.Ordinal)
            .FirstOrDefault(new PolicyDecision(Verdict.Deny, "no_rule_matched"));
        // </exercise-2>
    }
}
