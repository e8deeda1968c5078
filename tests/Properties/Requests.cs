namespace MiniRuntime.Properties;

/// <summary>Generators and shrinkers for what policy is asked.</summary>
internal static class Requests
{
    public static Gen<PolicyRequest> Any { get; } =
        from action in Gen.Frequency((6, Gen.Constant(PolicyAction.Tool)), (1, Gen.Elements(PolicyAction.MemoryRead, PolicyAction.Answer)))
        from actor in Gen.Elements<string?>("alice", "Bob", "", null)
        from tenant in Gen.Elements<string?>("acme", null)
        from route in Gen.Elements<string?>("mail", "web", null)
        from tool in Setups.Tool
        from input in Values.Input
        from labels in Setups.Labels
        from left in Setups.Budget
        select new PolicyRequest(action, actor, tenant, route, action == PolicyAction.Tool ? tool.Ref : null, input, labels, left, Spent.Nothing);

    public static IEnumerable<PolicyRequest> Simpler(PolicyRequest request) =>
    [
        .. Values.Simpler(request.Input).Select(input => request with { Input = input }),
        .. Shrink.List(request.Labels).Select(labels => request with { Labels = labels }),
        .. Setups.Simpler(request.Budget).Select(budget => request with { Budget = budget }),
    ];
}
