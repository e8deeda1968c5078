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

    // Code is asked as well, and everything is put to a spy besides. Without the spy, what neither rules nor code name need not be asked.
    [Law("a registry shortcut (which rules concern a tool) that loses a rule; a request about a call, an answer or memory that hides "
        + "something from policy, such as the run's labels or what was spent.", Cases = 500)]
    public static void The_traced_verdict_is_the_whole_policys_verdict_on_the_whole_request(Journey journey)
    {
        var (policy, seen) = (journey.Setup.Policy, new List<PolicyRequest>());
        var spy = new PolicyCode("spy", request =>
        {
            seen.Add(request);
            return policy.Code?.Function(request);
        });
        Verdicts(journey);
        Expect.Equal(Verdicts(journey with { Setup = journey.Setup with { Policy = policy with { Code = spy } } }), seen);

        List<PolicyRequest> Verdicts(Journey journey)
        {
            var walk = journey.Walk();
            var (before, wanted) = (walk.Legs[0].After, new List<PolicyRequest>());
            foreach (var (traced, state) in Agent.States(walk.Trace))
            {
                var (fact, answer) = (traced.Fact, before.Phase.Judging?.Proposal.Answer);
                if (fact.CallJudged is { } judged)
                {
                    var call = before.Phase.Judging?.Proposal.CallTool ?? before.Phase.InDoubt!.Call.Proposal;
                    var tool = journey.Setup.Tools.Single(tool => tool.Name == judged.Tool.Name).Ref;
                    Expect.Equal(tool, judged.Tool);
                    Is(judged.Verdict, Asked.OfCall(journey, before, call, tool));
                }
                if (answer is not null) Is(fact.OtherJudged?.Verdicts[0].Decision ?? new Allow(), Asked.OfAnswer(journey, before, answer));
                if (fact.OtherJudged is { Action: PolicyAction.MemoryRead, Verdicts: var verdicts })
                {
                    var items = journey.Run.Memory.Where(item => journey.Setup.Context.Scopes.Contains(item.Scope)).ToList();
                    Expect.Equal(items.Select(static item => item.Id), verdicts.Select(static verdict => verdict.Ref));
                    foreach (var (item, verdict) in items.Zip(verdicts)) Is(verdict.Decision, Asked.OfMemory(journey, before, item));
                }
                before = state;
            }
            return wanted;

            void Is(PolicyDecision verdict, PolicyRequest request)
            {
                wanted.Add(request);
                Expect.Equal(policy.Judge(request), verdict);
            }
        }
    }
}
