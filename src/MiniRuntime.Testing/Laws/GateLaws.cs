using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class GateLaws
{
    [Law("any way around policy, a forgotten budget check, a permit for another call than the one that was judged.", Cases = 1000)]
    public static void Nothing_executes_without_an_allow_or_a_fresh_approval_and_budget_left(Journey journey) =>
        GateAudit.Of(journey.Walk());

    [Law("a permit issued on what an earlier agent allowed, when a crash came between the verdict and the permit.", Cases = 1000)]
    public static void Nothing_executes_that_the_agent_in_charge_has_not_allowed_itself(Saga saga) => GateAudit.Of(saga.Walk());

    [Law("a call in doubt that several agents hand on, and that is repeated on what only an earlier one allowed.", Cases = 1000)]
    public static void Nothing_in_doubt_executes_that_the_agent_in_charge_has_not_allowed_itself(Doubting story) =>
        GateAudit.Of(story.Saga.Walk());

    [Law("a registry shortcut (which rules concern a tool) that loses a rule, a request that hides something from policy.", Cases = 500)]
    public static void The_traced_verdict_is_the_whole_policys_verdict_on_the_whole_request(Journey journey)
    {
        var seen = new List<PolicyRequest>();
        var spy = new PolicyCode("spy", request =>
        {
            if (request.Action == PolicyAction.Tool) seen.Add(request);
            return null;
        });
        var rules = new Policy(journey.Setup.Policy.Rules);
        var walk = (journey with { Setup = journey.Setup with { Policy = rules with { Code = spy } } }).Walk();
        var (before, wanted) = (walk.Legs[0].After, new List<PolicyRequest>());
        foreach (var (traced, state) in Agent.States(walk.Trace))
        {
            if (traced.Fact.CallJudged is { } judged)
            {
                var tool = journey.Setup.Tools.Single(tool => tool.Name == judged.Tool.Name).Ref;
                wanted.Add(new PolicyRequest(PolicyAction.Tool, journey.Run.Actor, journey.Run.Tenant, journey.Run.Route, tool,
                    (before.Phase.Judging?.Proposal.CallTool ?? before.Phase.InDoubt!.Call.Proposal).Input, before.Labels,
                    journey.Setup.Budget, before.Spent));
                Expect.Equal(rules.Judge(wanted[^1]), judged.Verdict);
                Expect.Equal(tool, judged.Tool);
            }
            before = state;
        }
        Expect.Equal(wanted, seen);
    }
}
