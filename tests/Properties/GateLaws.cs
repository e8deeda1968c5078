namespace MiniRuntime.Properties;

public sealed class GateLaws
{
    // Would catch: any way around policy, a forgotten budget check, a permit for another call than the one that was judged.
    [Property(MaxTest = 1000)]
    public void Nothing_executes_without_an_allow_or_a_fresh_approval_and_budget_left(Journey journey)
    {
        var path = journey.Walk();
        Assert.Equal(path.Trace.Count(traced => traced.Fact.CallAuthorized is not null), Gate.Audit(path).Permits);
    }

    // Would catch: a permit issued on what an earlier agent allowed, when a crash came between the verdict and the permit.
    [Property(MaxTest = 1000)]
    public void Nothing_executes_that_the_agent_in_charge_has_not_allowed_itself(Saga saga) => Gate.Audit(saga.Walk());

    // Would catch: as above, for calls in doubt that pass several agents.
    [Property(MaxTest = 1000)]
    public void Nothing_in_doubt_executes_that_the_agent_in_charge_has_not_allowed_itself(Doubting story) =>
        Assert.True(Gate.Audit(story.Saga.Walk()).Permits > 0);

    // Would catch: a registry shortcut (which rules can concern a tool) that loses a rule, or a request that hides something from policy.
    [Property(MaxTest = 500)]
    public void The_traced_verdict_is_the_whole_policys_verdict_on_the_whole_request(Journey journey)
    {
        var seen = new List<PolicyRequest>();
        var spy = new PolicyCode("spy", request =>
        {
            if (request.Action == PolicyAction.Tool) seen.Add(request);
            return null;
        });
        var rules = new Policy(journey.Setup.Policy.Rules);
        var path = (journey with { Setup = journey.Setup with { Policy = rules with { Code = spy } } }).Walk();
        var (before, wanted) = (path.Legs[0].After, new List<PolicyRequest>());
        foreach (var (traced, state) in Agent.States(path.Trace))
        {
            if (traced.Fact.CallJudged is { } judged)
            {
                var tool = journey.Setup.Tools.Single(tool => tool.Name == judged.Tool.Name).Ref;
                wanted.Add(new PolicyRequest(PolicyAction.Tool, journey.Run.Actor, journey.Run.Tenant, journey.Run.Route, tool,
                    (before.Phase.Judging?.Proposal.CallTool ?? before.Phase.InDoubt!.Call.Proposal).Input, before.Labels,
                    journey.Setup.Budget, before.Spent));
                Assert.Equal(rules.Judge(wanted[^1]), judged.Verdict);
                Assert.Equal(tool, judged.Tool);
            }
            before = state;
        }
        Assert.Equal(wanted, seen);
    }

    // Would catch: a permit, or a call, that can be made outside the core.
    [Fact]
    public void A_permit_and_a_state_cannot_be_made_outside_the_core()
    {
        foreach (var type in new[] { typeof(AuthorizedCall), typeof(State), typeof(Agent).Assembly.GetType("MiniRuntime.Core.State")! })
        {
            Assert.Empty(type.GetConstructors());
            Assert.DoesNotContain(type.GetProperties(), property => property.SetMethod?.IsPublic == true);
            Assert.Null(type.GetMethod("<Clone>$"));
        }
    }
}
