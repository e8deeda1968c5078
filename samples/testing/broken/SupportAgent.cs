using MiniRuntime.Core;

namespace Support;

/// <summary>Refunds by itself, but a person looks at every second refund first.</summary>
public static class SupportAgent
{
    // <mistake>
    private static int _refunds;

    // What this says of a call depends on something that is not in what it is asked. Another process counts otherwise, and so does the one
    // that takes the run up after a crash.
    private static PolicyDecision? SpotCheck(PolicyRequest request) =>
        request.Tool?.Name == "refund" && ++_refunds % 2 == 0 ? (PolicyDecision)new ApprovalRequired("spot_check") : null;
    // </mistake>

    public static Agent Create() => new(
        tools: [new Tool("refund", "Refunds an amount to the customer.", SideEffect.Write)],
        budget: new Budget(maxSteps: 12, maxToolFailures: 3, maxRefusals: 3),
        policy: new Policy([new Rule(new Allow())], new PolicyCode("spot_check", SpotCheck)),
        approvals: Approvals.On);
}
