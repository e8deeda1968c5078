using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// The teeth of the contract: runtimes that are right but for one thing, each by an edit of the last lab's solution. What passes here is
/// a mistake that a learner is told nothing of.
/// </summary>
public sealed class LabTeethTests
{
    /// <summary>Would catch a case that is taken away, or made so mild that a wrong runtime passes.</summary>
    [Theory]
    [InlineData("09", "model_stops", "AgentLoop.cs", "End(state, stop.Reason)", "End(state, StopReason.Blocked)")]
    [InlineData("09", "model_is_done", "AgentLoop.cs", "End(state, stop.Reason)",
        "End(state, stop.Reason == StopReason.Success ? StopReason.Blocked : stop.Reason)",
        "The model stopped as success, and the run ended as blocked: a stop ends it for the reason that it names.")]
    [InlineData("09", "answer_as_it_came", "AgentLoop.cs", "Answer = answer.Text }", "Answer = answer.Text.Trim() }",
        "The answer is not all that the model gave: it is given as it came, with its spaces and line ends.")]
    [InlineData("09", "answer_as_it_came", "AgentLoop.cs", "Answer = answer.Text }", "Answer = answer.Text.Split('\\n')[0] }",
        "The answer is not all that the model gave: ")]
    [InlineData("09", "empty_answer", "AgentLoop.cs", "string.IsNullOrWhiteSpace(answer.Text)",
        "answer.Text.Length > 0 && string.IsNullOrWhiteSpace(answer.Text)", "A blank answer passed for success: ")]
    [InlineData("09", "blank_answer", "AgentLoop.cs", "string.IsNullOrWhiteSpace(answer.Text)", "answer.Text.Trim(' ').Length == 0",
        "A blank answer passed for success: ")]
    [InlineData("09", "two_tools", "AgentLoop.cs", "ToolsCalled = state.ToolsCalled.Add(tool.Name)",
        "ToolsCalled = state.ToolsCalled.Add(tool.Name).Sort(StringComparer.Ordinal)",
        "The tools in toolsCalled stand in another order: it is the path, as it was taken.")]
    [InlineData("10", "blank_answer_traced", "AgentLoop.cs", "End(state, StopReason.InvalidDecision, \"empty_answer\")",
        "End(state, StopReason.InvalidDecision)", "The reason 'empty_answer' is not in the stop event: a trace says why.")]
    [InlineData("10", "budget_ends_it", "AgentLoop.cs", "if (state.Steps >= state.MaxSteps) return",
        "if (state.Steps >= 100) return", "It took 4 steps on a budget of 2: ")]
    [InlineData("10", "no_rules_at_all", "Policy.cs", "        return rules",
        "        if (rules.Count == 0) return new(Verdict.Allow);\n        return rules", "a call that no rule matches is denied.")]
    [InlineData("10", "approval_beats_allow", "Policy.cs", ".OrderByDescending(static verdict => verdict.Status)",
        ".OrderByDescending(static verdict => verdict.Status == Verdict.Deny)",
        "the strictest rule that matches wins, wherever it stands.")]
    [InlineData("10", "approval_beats_allow", "Policy.cs", ".ThenBy(static verdict => verdict.Reason, StringComparer.Ordinal)",
        ".ThenBy(static verdict => verdict.Status == Verdict.Deny ? verdict.Reason : \"\", StringComparer.Ordinal)",
        "of equally strict rules the ordinally smallest reason counts.")]
    [InlineData("10", "both_must_match", "AgentLoop.cs", "= policy.Judge(tool)",
        "= tool.SideEffect == SideEffect.Draft ? new(Verdict.Allow) : policy.Judge(tool)")]
    [InlineData("10", "denied_read", "AgentLoop.cs", "= policy.Judge(tool)",
        "= tool.SideEffect == SideEffect.Read ? new(Verdict.Allow) : policy.Judge(tool)")]
    [InlineData("10", "both_must_match", "AgentLoop.cs", "= policy.Judge(tool)",
        "= state.Steps > 2 ? new(Verdict.Allow) : policy.Judge(tool)")]
    [InlineData("10", "sounds_like_a_read", "AgentLoop.cs", "= policy.Judge(tool)",
        "= policy.Judge(tool with { SideEffect = tool.Name.StartsWith(\"read_\") ? SideEffect.Read : tool.SideEffect })")]
    [InlineData("10", "both_must_match", "AgentLoop.cs", "        state = Trace(state, state.Steps - 1, \"policy_decision\"",
        "        if (state.ToolsCalled.Contains(tool.Name)) return Execute(state, tool, call);\n"
        + "        state = Trace(state, state.Steps - 1, \"policy_decision\"")]
    [InlineData("10", "strictest_wins", "Policy.cs", ".OrderByDescending(static verdict => verdict.Status)",
        ".Take(1).OrderBy(static _ => 0)")]
    [InlineData("10", "denied_read", "Policy.cs", "StringComparer.Ordinal", "StringComparer.OrdinalIgnoreCase")]
    [InlineData("10", "both_must_match", "Contract.cs",
        "(Tool is null || Tool == tool.Name) && (SideEffect is null || SideEffect == tool.SideEffect)",
        "(Tool is null && SideEffect is null) || Tool == tool.Name || SideEffect == tool.SideEffect")]
    [InlineData("10", "both_must_match", "Contract.cs", "Tool == tool.Name)",
        "Tool.Equals(tool.Name, System.StringComparison.OrdinalIgnoreCase))")]
    [InlineData("10", "a_space_too_many", "ToolRegistry.cs", "string.Equals(tool.Name, name, StringComparison.Ordinal)",
        "tool.Name == name.Trim()")]
    [InlineData("10", "a_space_too_many", "ToolRegistry.cs", "string.Equals(tool.Name, name, StringComparison.Ordinal)",
        "name.StartsWith(tool.Name, StringComparison.Ordinal)")]
    [InlineData("10", "a_hyphen_in_the_name", "ToolRegistry.cs", "string.Equals(tool.Name, name, StringComparison.Ordinal)",
        "tool.Name.StartsWith(name, StringComparison.Ordinal)")]
    [InlineData("10", "a_hyphen_in_the_name", "ToolRegistry.cs", "string.Equals(tool.Name, name, StringComparison.Ordinal)",
        "tool.Name == name.Replace('-', '_')")]
    [InlineData("10", "two_forbidden", "EvalCase.cs", "if (path.ToolsCalled.Contains(tool)) reasons",
        "if (path.ToolsCalled.LastOrDefault() == tool) reasons", "The eval nothing_is_written passed, and has to fail ")]
    [InlineData("10", "two_forbidden", "EvalCase.cs", "if (path.ToolsCalled.Contains(tool)) reasons",
        "if (path.ToolsCalled.Contains(tool) && reasons.Count == 0) reasons",
        "The eval nothing_is_written does not give the reason 'forbidden tool was called: send_message': ")]
    [InlineData("11", "no_scopes", "Protocol.cs", "is { } named ? Texts", "is JsonArray { Count: > 0 } named ? Texts",
        "The model was shown 'mem_task', whose scope, task, is not shown here: ")]
    [InlineData("11", "every_reason", "EvalCase.cs", "            if (!path.ToolsCalled.Contains(tool)) reasons",
        "            if (!path.ToolsCalled.Contains(tool) && reasons.Count < 2) reasons",
        "The eval all_wrong does not give the reason 'expected tool call: lookup_policy': ")]
    [InlineData("11", "in_order", "ToolRegistry.cs", ".Order(StringComparer.Ordinal)", "")]
    [InlineData("11", "in_order", "ToolRegistry.cs", ".Order(StringComparer.Ordinal)", ".Order(StringComparer.OrdinalIgnoreCase)")]
    [InlineData("11", "in_order", "ContextBuilder.cs", "memory.Where(item => scopes.Contains(item.Scope))",
        "scopes.SelectMany(scope => memory.Where(item => item.Scope == scope))")]
    [InlineData("11", "proposed_is_not_called", "EvalCase.cs", "if (!path.ToolsCalled.Contains(tool)) reasons",
        "if (!path.ToolsCalled.Contains(tool) && path.StopReason != \"blocked\") reasons")]
    public async Task A_runtime_with_one_mistake_fails_the_case_that_is_about_it(string lab, string fails, string file, string right,
        string wrong, string told = "")
    {
        using var program = new LabProgramFiles("11-context-trace-evals", "solution");
        program.Replace(file, right, wrong);
        var (code, output, errors) = await Commands.RunAsync(Repository.Root, "lab", lab, "--", "dotnet", program.Compile());
        Assert.Equal((1, ""), (code, errors));
        var failed = output.Split($"\ncase      FAIL {fails}: ");
        Assert.True(failed.Length == 2, output);
        // Where the mistake has a name, it is said under the case.
        Assert.Contains(told, failed[1].Split("\ncase ")[0], StringComparison.Ordinal);
    }

    /// <summary>Would catch the first of the mistakes that Lab 10 begins with under the name of another.</summary>
    [Fact]
    public async Task That_the_first_rule_wins_is_told_by_its_name()
    {
        using var start = new LabProgramFiles("10-tools-and-policy", "start");
        using var program = new LabProgramFiles("10-tools-and-policy", "solution");
        program.Texts["Policy.cs"] = start.Texts["Policy.cs"];
        var (_, output, _) = await Commands.RunAsync(Repository.Root, "lab", "10", "--", "dotnet", program.Compile());
        var told = output.Split("case      FAIL strictest_wins: ")[1].Split("\ncase ")[0];
        Assert.Contains("and has to say deny (a_frozen): the strictest rule that matches wins, wherever it stands.", told,
            StringComparison.Ordinal);
        Assert.DoesNotContain("ordinally smallest", told, StringComparison.Ordinal);
    }
}
