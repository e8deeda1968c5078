using MiniRuntime.Core;
using MiniRuntime.Mcp;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What the gateway offers: all that policy could ever allow, and nothing that it never does.</summary>
public sealed class OfferTests
{
    private static readonly ToolRef _read = new Tool("fs__read", "", SideEffect.Read).Ref;
    private static readonly Condition[] _onInput = [new Condition("path", matches: "a.*")];

    public static TheoryData<bool, bool, Rule[]> Policies => new()
    {
        { true, false, [new Rule(new Allow())] },
        { true, false, [new Rule(new Allow(), tool: "fs__*", sideEffect: SideEffect.Read, actor: "ann")] },
        // What depends on the call, or on what the run has seen, is offered.
        { true, false, [new Rule(new Allow(), input: _onInput)] },
        { true, false, [new Rule(new Allow(), labels: ["clean"])] },
        { true, false, [new Rule(new Allow()), new Rule(new Deny("no"), input: _onInput)] },
        { true, false, [new Rule(new Allow()), new Rule(new Deny("no"), labels: ["untrusted"])] },
        { true, false, [new Rule(new Allow()), new Rule(new Deny("no"), tool: "fs__write"), new Rule(new Deny("no"), actor: "bob")] },
        { true, false, [new Rule(new Allow()), new Rule(new Deny("no"), action: PolicyAction.Answer)] },
        { true, true, [new Rule(new ApprovalRequired("why"))] },
        { true, true, [new Rule(new Allow()), new Rule(new ApprovalRequired("why"))] },
        // No rule could be for it.
        { false, false, [] },
        { false, true, [new Rule(new Deny("no"))] },
        { false, false, [new Rule(new Allow(), tool: "fs__write")] },
        { false, false, [new Rule(new Allow(), sideEffect: SideEffect.Write)] },
        { false, false, [new Rule(new Allow(), actor: "bob")] },
        { false, false, [new Rule(new Allow(), tenant: "of nobody known")] },
        { false, false, [new Rule(new Allow(), action: PolicyAction.Answer)] },
        // A rule is against each call.
        { false, true, [new Rule(new Allow()), new Rule(new Deny("no"), tool: "*read")] },
        { false, true, [new Rule(new ApprovalRequired("why")), new Rule(new Deny("no"), actor: "ann")] },
        { false, true, [new Rule(new Allow()), new Rule(new Deny("no"), route: "of nobody known")] },
        // Nobody can approve.
        { false, false, [new Rule(new ApprovalRequired("why"))] },
        { false, false, [new Rule(new Allow()), new Rule(new ApprovalRequired("why"))] },
        { true, false, [new Rule(new Allow()), new Rule(new ApprovalRequired("why"), input: _onInput)] },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_tool_is_offered_unless_no_call_of_it_could_run(bool expected, bool approvals, Rule[] rules)
    {
        var agent = new Agent([new Tool("fs__read", "", SideEffect.Read)], new Budget(3), new Policy(rules.ToSeq()),
            approvals ? Approvals.On : Approvals.Off);
        Assert.Equal(expected, Offer.MayEverRun(agent, new Run("r", "g", actor: "ann"), _read));
    }

    [Fact]
    public void Policy_that_is_code_could_allow_anything()
    {
        var policy = new Policy([], new PolicyCode("v1", static _ => null));
        var agent = new Agent([new Tool("fs__read", "", SideEffect.Read)], new Budget(3), policy);
        Assert.True(Offer.MayEverRun(agent, new Run("r", "g"), _read));
    }
}
