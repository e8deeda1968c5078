using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Lab12;

/// <summary>Exercises 5 to 8: your runs are worth checking, and your laws say something.</summary>
public sealed class LawChecks
{
    // A run by hand: a read, and its result. It keeps every law.
    private static readonly Items<Fact> _trace =
    [
        new ContextBuilt(["look", "note", "send", "wipe"]), new Accepted(new Proposed(new CallTool("look"))),
        new CallJudged("look", new PolicyDecision(Verdict.Allow)), new CallAuthorized("look"),
        new Accepted(new Returned(new ToolResult("ok"))), new Ended(StopReason.BudgetExhausted),
    ];

    [Fact]
    public void Exercise_6_the_law_of_the_budget_tells_runs_apart() => TellsApart(Laws.StaysWithinItsBudget,
        nameof(Laws.StaysWithinItsBudget),
        ("took one step on a budget of none", Run(0, _trace)),
        ("took two steps and was charged one", Run(4, [.. _trace, new Accepted(new Proposed(new CallTool("look")))], steps: 1)));

    [Fact]
    public void Exercise_7_the_law_of_the_gate_tells_runs_apart() => TellsApart(Laws.ExecutesOnlyWhatPolicyAllows,
        nameof(Laws.ExecutesOnlyWhatPolicyAllows),
        ("executed what policy denies", Run(1, Calling("wipe", new PolicyDecision(Verdict.Deny, "never")))),
        ("executed what a person has to approve",
            Run(1, Calling("send", new PolicyDecision(Verdict.ApprovalRequired, "writes_are_approved")))),
        ("executed a tool that does not exist", Run(1, Calling("ghost", new PolicyDecision(Verdict.Allow)))),
        ("executed a write on a verdict that is not its policy's", Run(1, Calling("send", new PolicyDecision(Verdict.Allow)))));

    [Fact]
    public void Exercise_8_the_law_of_the_fold_tells_runs_apart() => TellsApart(Laws.FoldsToItsState, nameof(Laws.FoldsToItsState),
        ("counted a step that its trace does not have", Run(1, _trace, steps: 2)),
        ("has an event that its state does not know", Run(1, [.. _trace, new Accepted(new Proposed(new Answer("42")))], of: _trace)));

    [Fact]
    public void Exercise_5_everything_happens_in_random_runs()
    {
        var runs = Gen.Sample(Runs.Any.Generator, 300, new Rnd(1, 3), 30).ToList();
        foreach (var reason in Enum.GetValues<StopReason>().Except([StopReason.Cancelled]))
            Often($"a run that ends with {reason}", runs.Count(run => run.State.Phase is Stopped stopped && stopped.Reason == reason));
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            Often($"a call that is judged {verdict}",
                runs.Count(run => run.Trace.OfType<CallJudged>().Any(judged => judged.Verdict.Status == verdict)));
        }
        Often("a run with two executed calls", runs.Count(static run => run.State.ToolsCalled.Count > 1));
        Often("an input that is not its turn", runs.Count(static run => run.Inputs.Count > run.Trace.OfType<Accepted>().Count()));
    }

    private static void TellsApart(Func<Journey, bool> law, string name, params (string What, Journey Run)[] wrong)
    {
        Assert.True(law(Run(1, _trace)), $"{name} does not hold of a run in which nothing is wrong.");
        foreach (var (what, run) in wrong) Assert.False(law(run), $"{name} holds of a run that {what}: it says nothing yet.");
    }

    private static void Often(string what, int count) =>
        Assert.True(count >= 3, $"Of 300 random runs {count} have {what}: a law would hold because nothing happens.");

    private static Items<Fact> Calling(string tool, PolicyDecision verdict) =>
    [
        new ContextBuilt(["look", "note", "send", "wipe"]), new Accepted(new Proposed(new CallTool(tool))), new CallJudged(tool, verdict),
        new CallAuthorized(tool),
    ];

    // Its state is what its trace folds to, but for what is given.
    private static Journey Run(int maxSteps, Items<Fact> trace, int? steps = null, Items<Fact>? of = null)
    {
        var state = Agent.Fold(of ?? trace);
        return new Journey(Runs.Agent(maxSteps), [], state with { Steps = steps ?? state.Steps }, trace);
    }
}
