using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class UpgradeLaws
{
    [Law("a shell of the new agent that executes what the old one permitted.")]
    public static void Pending_never_hands_out_another_agents_permit(Saga saga)
    {
        foreach (var leg in saga.Walk().Legs)
        {
            foreach (var setup in saga.Setups)
            {
                var permit = setup.Agent.Pending(leg.After)?.ExecuteTool?.Permit;
                Expect.True(permit is null || permit.AgentHash == setup.Agent.Hash, $"{permit} at {setup}");
                if (leg.After.Phase.Executing?.Call.AgentHash == setup.Agent.Hash) Expect.NotNull(permit);
            }
        }
    }

    [Law("an approval, given under yesterday's policy, that opens today's gate.")]
    public static void An_approval_asked_for_by_an_earlier_agent_is_void_and_the_call_passes_the_gate_again(Asking story, Variant other)
    {
        var upgraded = story.Journey.Setup.Next with { Policy = other.Setup.Policy, Tools = other.Setup.Tools };
        foreach (var state in Traces.Reached(story.Journey, "awaiting_approval"))
        {
            var request = state.Phase.AwaitingApproval!.Request;
            var approve = (PersonSaid)new Approve(request.Id, request.Hash, Reviewers.Name);
            var ignored = upgraded.Agent.Step(state, approve, new Stamp(state.Spent.Now));
            var reason = IsKnown(story.Journey.Run.Actor) ? "approval_void" : "run_has_no_actor";
            Expect.Equal(reason, Expect.Single(Facts(ignored)).Ignored?.Reason);
            Expect.Single(ignored.Effects);
            Expect.Null(upgraded.Agent.Pending(state));
            var facts = Facts(upgraded.Agent.Resume(ignored.State));
            var executes = facts.Any(fact => fact.CallAuthorized is not null);
            Expect.Equal(executes, facts[0].CallJudged?.Verdict.Allow is not null && !state.Start.Budget.CallsExhausted(state.Spent));
            Expect.True(facts[0].CallJudged is null || facts[0].CallJudged!.AgentHash == upgraded.Agent.Hash);
        }
    }

    [Law("a reviewer's \"no\" that the new agent takes for nothing, or even for a reason to look whether it may run after all.")]
    public static void A_rejection_counts_whoever_asked_for_it(Asking story, Variant other)
    {
        var upgraded = story.Journey.Setup.Next with { Policy = other.Setup.Policy, Tools = other.Setup.Tools };
        foreach (var state in Traces.Reached(story.Journey, "awaiting_approval"))
        {
            if (!IsKnown(story.Journey.Run.Actor)) continue;
            var reject = (PersonSaid)new Reject(state.Phase.AwaitingApproval!.Request.Id, Reviewers.Name, "no");
            var result = upgraded.Agent.Step(state, reject, new Stamp(state.Spent.Now));
            Expect.NotNull(Facts(result)[0].Accepted);
            Expect.Equal(state.Spent.Refusals + 1, result.State.Spent.Refusals);
            Expect.DoesNotContain(Facts(result), fact => fact.CallAuthorized is not null);
        }
    }

    [Law("an input that is ignored and yet sets something going, where the agent that takes it is not the one that asked.")]
    public static void What_another_agent_ignores_adds_one_event_and_causes_no_work(Journey journey, Variant other)
    {
        foreach (var leg in journey.Walk().Steps)
        {
            // The input that the first agent got there, and the same one late.
            foreach (var state in new[] { leg.Before!, leg.After })
            {
                var result = other.Setup.Agent.Step(state, leg.Input!, leg.Stamp);
                if (Facts(result)[0].Ignored is not null) Expect.Single(result.Effects);
            }
        }
    }

    [Law("a repetition that the new agent's policy never saw.", Cases = 400)]
    public static void A_call_that_was_executing_passes_the_new_agents_gate_before_it_repeats(Journey journey, Variant other)
    {
        var upgraded = journey.Setup.Next with { Policy = other.Setup.Policy };
        foreach (var state in Traces.Reached(journey, "executing"))
        {
            Expect.Null(upgraded.Agent.Pending(state));
            Expect.Empty(upgraded.Agent.Resume(state).Effects);
            var result = upgraded.Agent.Step(state, new Recovered(), new Stamp(state.Spent.Now));
            var facts = Facts(result);
            var judged = facts.Select(fact => fact.CallJudged).SingleOrDefault(fact => fact is not null);
            Expect.Equal(state.Phase.Executing!.Call.Tool.Repeatable, judged is not null);
            Expect.True(judged is null || judged.AgentHash == upgraded.Agent.Hash);
            if (facts.Any(fact => fact.CallAuthorized is not null)) Expect.Equal("allow", judged?.Verdict.Status);
            Expect.Equal(result.Effects[^1].ExecuteTool is not null, facts.Any(fact => fact.CallAuthorized is not null));
        }
    }

    [Law("anything that governs a run and is not in the hash, so that a change of it goes unnoticed.")]
    public static void Agents_with_one_hash_are_made_of_the_same(Setup one, Variant other)
    {
        Expect.Equal(one.Agent.Hash, (one with { }).Agent.Hash);
        Expect.NotEqual(one.Agent.Hash, one.Next.Agent.Hash);
        Setup[] mixed =
        [
            one with { Tools = other.Setup.Tools }, one with { Budget = other.Setup.Budget }, one with { Policy = other.Setup.Policy },
            one with { Approvals = other.Setup.Approvals }, one with { Context = other.Setup.Context },
        ];
        // A shrunk agent differs from its original in a little thing or two: a label, a condition, a tolerance.
        foreach (var different in mixed.Concat(Setups.Simpler(one)))
            Expect.Equal(Parts(different) == Parts(one), different.Agent.Hash == one.Agent.Hash);
    }

    // Code goes by its name, which stands for what it does: another function under the same name is the same policy as far as a hash can tell.
    private static (string, Budget, Seq<Rule>, string?, string, ContextRules, string) Parts(Setup setup) => (
        string.Join("\n", setup.Agent.Tools), setup.Budget, setup.Policy.Rules, setup.Policy.Code?.Name,
        setup.Asks ? $"{setup.Approvals.ValidFor}" : "off", setup.Context, setup.Version);

    private static bool IsKnown(string? actor) => !Ledger.IsBlank(actor ?? "");

    private static List<Fact> Facts(StepResult result) =>
        result.Effects.Select(effect => effect.Record?.Event.Fact).OfType<Fact>().ToList();
}
