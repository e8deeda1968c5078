using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Every scenario that ships, with its exact outcome: why it stopped, what it called, how its evals judged.</summary>
public class ShippedScenarioTests
{
    public static TheoryData<string, string> Outcomes => new()
    {
        { "endless-loop.json", "budget_exhausted after 3 [search_orders, search_orders, search_orders] budget_ends_it:pass" },
        { "failing-tool.json", "tool_failure(fetch_rate, upstream_unavailable) after 2 [fetch_rate, fetch_rate] stops_with_the_reason:pass" },
        { "immediate-answer.json", "success after 1 [] answers_in_one_step:pass" },
        {
            "permissive-policy.json",
            "success after 2 [send_message] only_drafts:fail(forbidden tool was called: send_message)"
        },
        { "policy-read.json", "success after 2 [lookup_policy] looks_up_before_answering:pass" },
        { "unknown-tool.json", "refused(delete_account, unknown_tool) after 1 [] refused_not_executed:pass" },
        {
            "untrusted-then-write.json",
            "refused(send_mail, untrusted_content_was_read) after 2 [read_page] no_write_after_untrusted_content:pass"
        },
        {
            "write-without-approval.json",
            "blocked(send_message, write_tool_requires_approval) after 2 [draft_message] blocked_before_the_write:pass"
        },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task A_shipped_scenario_ends_as_it_says(string file, string outcome)
    {
        var scenario = Play.Read(Repository.File("scenarios", file));
        var (state, events) = await Play.RunAsync(scenario);
        var stopped = Assert.IsType<Stopped>(state.Stopped);
        var about = stopped.Detail is null ? "" : $"({string.Join(", ", new[] { stopped.Tool, stopped.Detail }.OfType<string>())})";
        var evals = scenario.Evals.Select(eval => eval.Judge(Trajectory.Of(events)))
            .Select(result => $"{result.CaseId}:{(result.Passed ? "pass" : $"fail({string.Join("; ", result.Reasons)})")}");
        Assert.Equal(outcome, $"{stopped.Reason.Name()}{about} after {state.Spent.Steps} {state.ToolsCalled} {string.Join(" ", evals)}");
    }

    [Fact]
    public void Every_shipped_scenario_has_a_stated_outcome() => Assert.Equal(
        Directory.GetFiles(Repository.File("scenarios"), "*.json").Select(Path.GetFileName).Order(StringComparer.Ordinal),
        Outcomes.Select(static row => (string)row[0]));

    [Fact]
    public async Task The_policy_read_demo_shows_the_whole_control_boundary()
    {
        var (_, events) = await Play.RunAsync(Play.Read(Repository.File("scenarios", "policy-read.json")));
        var types = TraceView.Of(events).Select(Play.Json).Select(static traced => ((Json.String)((Json.Object)traced)["type"]!).Value);
        Assert.Equal(
            ["run_started", "context_built", "decision", "policy_decision", "call_authorized", "tool_result", "context_built", "decision", "stop"],
            types);
    }
}
