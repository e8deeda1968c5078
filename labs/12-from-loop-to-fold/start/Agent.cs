namespace Lab12;

/// <summary>
/// Given: an agent, as one value, with the registry and the policy of Lab 10. Its control logic is in the files beside this one.
/// </summary>
/// <param name="MaxSteps">How many proposals a run may take.</param>
/// <param name="Tools">What exists.</param>
/// <param name="Rules">What is allowed.</param>
public sealed partial record Agent(int MaxSteps, Items<Tool> Tools, Items<Rule> Rules)
{
    /// <summary>The tool of exactly this name, or null.</summary>
    public Tool? Find(string name) => Tools.FirstOrDefault(tool => string.Equals(tool.Name, name, StringComparison.Ordinal));

    /// <summary>The verdict on a call of this tool: the strictest rule that matches, and a denial where none does.</summary>
    public PolicyDecision Judge(Tool tool) => Rules.Where(rule => rule.Matches(tool)).Select(static rule => rule.Then)
        .OrderByDescending(static verdict => verdict.Status)
        .ThenBy(static verdict => verdict.Reason, StringComparer.Ordinal)
        .FirstOrDefault(new PolicyDecision(Verdict.Deny, "no_rule_matched"));
}
