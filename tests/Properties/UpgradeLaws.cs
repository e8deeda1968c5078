namespace MiniRuntime.Properties;

public sealed class UpgradeLaws
{
    // Would catch: a shell of the new agent that executes what the old one permitted.
    [Property]
    public void Pending_never_hands_out_another_agents_permit(Saga saga)
    {
        foreach (var leg in saga.Walk().Legs)
        {
            foreach (var setup in saga.Setups)
            {
                var permit = setup.Agent.Pending(leg.After)?.ExecuteTool?.Permit;
                Assert.True(permit is null || permit.AgentHash == setup.Agent.Hash, $"{permit} at {setup}");
                if (leg.After.Phase.Executing?.Call.AgentHash == setup.Agent.Hash) Assert.NotNull(permit);
            }
        }
    }

    // Would catch: an approval, given under yesterday's policy, that opens today's gate.
    [Property]
    public void An_approval_asked_for_by_an_earlier_agent_is_void_and_the_call_passes_the_gate_again(Asking story, Setup other)
    {
        var upgraded = story.Journey.Setup with { Policy = other.Policy, Tools = other.Tools, Version = "2" };
        foreach (var state in Reached(story.Journey, "awaiting_approval"))
        {
            var request = state.Phase.AwaitingApproval!.Request;
            var approve = (PersonSaid)new Approve(request.Id, request.Hash, "carol");
            var ignored = upgraded.Agent.Step(state, approve, new Stamp(state.Spent.Now));
            Assert.Equal(IsKnown(story.Journey.Run.Actor) ? "approval_void" : "run_has_no_actor", Assert.Single(Facts(ignored)).Ignored?.Reason);
            Assert.Single(ignored.Effects);
            Assert.Null(upgraded.Agent.Pending(state));
            var facts = Facts(upgraded.Agent.Resume(ignored.State));
            var executes = facts.Any(fact => fact.CallAuthorized is not null);
            Assert.Equal(executes, facts[0].CallJudged?.Verdict.Status == "allow" && !state.Start.Budget.CallsExhausted(state.Spent));
            Assert.True(facts[0].CallJudged is null || facts[0].CallJudged!.AgentHash == upgraded.Agent.Hash);
        }
    }

    // Would catch: a reviewer's "no" that the new agent takes for nothing, or even for a reason to look whether it may run after all.
    [Property]
    public void A_rejection_counts_whoever_asked_for_it(Asking story, Setup other)
    {
        var upgraded = story.Journey.Setup with { Policy = other.Policy, Tools = other.Tools, Version = "2" };
        foreach (var state in Reached(story.Journey, "awaiting_approval"))
        {
            if (!IsKnown(story.Journey.Run.Actor)) continue;
            var reject = (PersonSaid)new Reject(state.Phase.AwaitingApproval!.Request.Id, "carol", "no");
            var result = upgraded.Agent.Step(state, reject, new Stamp(state.Spent.Now));
            Assert.NotNull(Facts(result)[0].Accepted);
            Assert.Equal(state.Spent.Refusals + 1, result.State.Spent.Refusals);
            Assert.DoesNotContain(Facts(result), fact => fact.CallAuthorized is not null);
        }
    }

    // Would catch: an input that is ignored and yet sets something going, where the agent that takes it is not the one that asked.
    [Property]
    public void What_another_agent_ignores_adds_one_event_and_causes_no_work(Journey journey, Setup other)
    {
        foreach (var leg in journey.Walk().Steps)
        {
            // The input that the first agent got there, and the same one late.
            foreach (var state in new[] { leg.Before!, leg.After })
            {
                var result = other.Agent.Step(state, leg.Input!, leg.Stamp);
                if (Facts(result)[0].Ignored is not null) Assert.Single(result.Effects);
            }
        }
    }

    // Would catch: a repetition that the new agent's policy never saw.
    [Property(MaxTest = 400)]
    public void A_call_that_was_executing_passes_the_new_agents_gate_before_it_repeats(Journey journey, Setup other)
    {
        var upgraded = journey.Setup with { Policy = other.Policy, Version = "2" };
        foreach (var state in Reached(journey, "executing"))
        {
            Assert.Null(upgraded.Agent.Pending(state));
            Assert.Empty(upgraded.Agent.Resume(state).Effects);
            var result = upgraded.Agent.Step(state, new Recovered(), new Stamp(state.Spent.Now));
            var facts = Facts(result);
            var judged = facts.Select(fact => fact.CallJudged).SingleOrDefault(fact => fact is not null);
            Assert.Equal(state.Phase.Executing!.Call.Tool.Repeatable, judged is not null);
            Assert.True(judged is null || judged.AgentHash == upgraded.Agent.Hash);
            if (facts.Any(fact => fact.CallAuthorized is not null)) Assert.Equal("allow", judged?.Verdict.Status);
            Assert.Equal(result.Effects[^1].ExecuteTool is not null, facts.Any(fact => fact.CallAuthorized is not null));
        }
    }

    // Would catch: anything that governs a run and is not in the hash, so that a change of it goes unnoticed.
    [Property]
    public void Agents_with_one_hash_are_made_of_the_same(Setup one, Setup other)
    {
        Assert.Equal(one.Agent.Hash, (one with { }).Agent.Hash);
        Assert.NotEqual(one.Agent.Hash, (one with { Version = one.Version + "x" }).Agent.Hash);
        Setup[] mixed =
        [
            one with { Tools = other.Tools }, one with { Budget = other.Budget }, one with { Policy = other.Policy },
            one with { Approvals = other.Approvals }, one with { Context = other.Context },
        ];
        // A shrunk agent differs from its original in a little thing or two: a label, a condition, a tolerance.
        foreach (var different in mixed.Concat(Setups.Simpler(one)))
            Assert.Equal(Parts(different) == Parts(one), different.Agent.Hash == one.Agent.Hash);
    }

    private static (string, Budget, Policy, string, ContextRules) Parts(Setup setup) => (
        string.Join("\n", setup.Agent.Tools), setup.Budget, setup.Policy, setup.Asks ? $"{setup.Approvals.ValidFor}" : "off",
        setup.Context);

    private static bool IsKnown(string? actor) => !string.IsNullOrWhiteSpace(actor);

    private static List<Fact> Facts(StepResult result) =>
        result.Effects.Select(effect => effect.Record?.Event.Fact).OfType<Fact>().ToList();

    private static IEnumerable<State> Reached(Journey journey, string phase) =>
        journey.Walk().Legs.Select(leg => leg.After).Where(state => state.Phase.Name == phase);
}
