using FsCheck;
using FsCheck.Fluent;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>Generators and shrinkers for what policy is asked.</summary>
internal static class Requests
{
    public static Gen<PolicyRequest> Any(Vocabulary words, Gen<Tool> tools) =>
        from action in Gen.Frequency((6, Gen.Constant(PolicyAction.Tool)), (1, Gen.Elements(PolicyAction.MemoryRead, PolicyAction.Answer)))
        from actor in Gen.Elements<string?>([.. words.Actors, null])
        from tenant in Gen.Elements<string?>([.. words.Tenants, null])
        from route in Gen.Elements<string?>([.. words.Routes, null])
        from tool in tools
        from input in words.Input(tool.Name)
        from labels in words.SomeLabels
        from left in Setups.Budget
        select new PolicyRequest(
            action, actor, tenant, route, action == PolicyAction.Tool ? tool.Ref : null, input, labels, left, Spent.Nothing);

    public static IEnumerable<PolicyRequest> Simpler(PolicyRequest request) =>
    [
        .. Values.Simpler(request.Input).Select(input => request with { Input = input }),
        .. Shrink.List(request.Labels).Select(labels => request with { Labels = labels }),
        .. Setups.Simpler(request.Budget).Select(budget => request with { Budget = budget }),
    ];
}
