using FsCheck;
using FsCheck.Fluent;

namespace Lab12;

/// <summary>Random runs, for FsCheck: what could come in, as often as it takes for everything to happen.</summary>
public static class Runs
{
    /// <summary>Given: an agent that reads freely, drafts freely, asks before it writes, and never wipes.</summary>
    public static Agent Agent(int maxSteps) => new(maxSteps,
        Tools:
        [
            new Tool("look", SideEffect.Read), new Tool("note", SideEffect.Draft), new Tool("send", SideEffect.Write),
            new Tool("wipe", SideEffect.Write),
        ],
        Rules:
        [
            new Rule(null, SideEffect.Read, new PolicyDecision(Verdict.Allow)),
            new Rule(null, SideEffect.Draft, new PolicyDecision(Verdict.Allow)),
            new Rule(null, SideEffect.Write, new PolicyDecision(Verdict.ApprovalRequired, "writes_are_approved")),
            new Rule("wipe", null, new PolicyDecision(Verdict.Deny, "never")),
        ]);

    /// <summary>Anything that could come in: a proposal of any kind, or what a tool returned, whether or not it is its turn.</summary>
    public static Gen<Input> Input { get; } =
        // <exercise-5>
        // Also whatever else could come in: tools of each verdict, one that does not exist, results of each status, every kind of decision.
        Gen.Constant<Input>(new Proposed(new CallTool("look")));
        // </exercise-5>

    /// <summary>
    /// Given: runs of them. A counterexample is made simpler by a smaller budget, and by leaving out one input after the other.
    /// </summary>
    public static Arbitrary<Journey> Any { get; } = Arb.From(
        from maxSteps in Gen.Choose(0, 4) from inputs in Input.ListOf() select Journey.Of(Agent(maxSteps), inputs),
        static run =>
        [
            .. Enumerable.Range(0, run.Agent.MaxSteps).Select(less => Journey.Of(Agent(less), run.Inputs)),
            .. Enumerable.Range(0, run.Inputs.Count).Select(left => Journey.Of(run.Agent, run.Inputs.Where((_, at) => at != left))),
        ]);
}
