using MiniRuntime.Core;

namespace Support;

/// <summary>Looks up orders, and refunds them: at most one a run, small ones by itself, large ones with a person's approval.</summary>
public static class SupportAgent
{
    public static Agent Create() => new(
        tools:
        [
            new Tool("find_order", "Finds an order.", SideEffect.Read, Schema("order", "string")),
            // A run that has refunded something carries the label from then on, and the policy sees it.
            new Tool("refund", "Refunds an amount to the customer.", SideEffect.Write, Schema("amount", "number"), labels: ["refunded"]),
        ],
        budget: new Budget(maxSteps: 12, maxToolFailures: 3, maxRefusals: 3),
        policy: new Policy(
        [
            new Rule(new Allow(), sideEffect: SideEffect.Read),
            new Rule(new Allow(), tool: "refund", input: [new Condition("amount", less: 50)]),
            new Rule(new ApprovalRequired("large_refund"), tool: "refund", input: [new Condition("amount", greater: 49.99m)]),
            new Rule(new Deny("refunded_already"), tool: "refund", labels: ["refunded"]),
        ]),
        approvals: Approvals.On);

    private static Json Schema(string field, string type) => Json.Object.Of(
        ("type", "object"), ("required", new Json.Array([field])),
        ("properties", Json.Object.Of((field, Json.Object.Of(("type", type))))));
}
