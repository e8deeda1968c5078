using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class DoubtLaws
{
    [Law("a second payment. Looked for in what was handed out, whoever governed the run at the time.", Cases = 1000)]
    public static void A_write_whose_outcome_is_unknown_is_never_executed_again_without_the_key(Doubting story)
    {
        var handedOut = new Dictionary<string, List<ToolRef>>();
        foreach (var leg in story.Saga.Walk().Legs)
        {
            if (leg.Begun?.ExecuteTool?.Permit.Call is not { } call) continue;
            var earlier = handedOut.TryGetValue(call.Id, out var list) ? list : handedOut[call.Id] = [];
            Expect.All(earlier, tool => Expect.True(tool.SideEffect != SideEffect.Write || (tool.Idempotent && call.Tool.Repeatable),
                $"{call.Id} ran as {tool} and again as {call.Tool}"));
            earlier.Add(call.Tool);
        }
    }

    [Law("a doubt that is forgotten: by a refusal, a changed registry, an approval that expires, or another agent.", Cases = 600)]
    public static void A_write_that_may_have_happened_is_settled_before_the_model_is_asked_again(Doubting story)
    {
        var open = (string?)null;
        foreach (var (traced, state) in Agent.States(story.Saga.Walk().Trace))
        {
            if (traced.Fact.CallAuthorized is not null && state.Phase.Executing!.Call.MayHaveHappened) open = state.Phase.Executing.Call.Id;
            if (traced.Fact.Accepted is { } accepted && Settles(accepted.Input) == open) open = null;
            if (state.Phase.Thinking is not null) Expect.Null(open);
        }
    }

    [Law("an end that does not tell its reader that a write is unsettled.", Cases = 600)]
    public static void A_run_that_stops_with_a_write_unsettled_says_so(Doubting story)
    {
        var open = (Call?)null;
        foreach (var (traced, state) in Agent.States(story.Saga.Walk().Trace))
        {
            if (traced.Fact.CallAuthorized is not null && state.Phase.Executing!.Call.MayHaveHappened) open = state.Phase.Executing.Call;
            if (traced.Fact.Accepted is { } accepted && Settles(accepted.Input) == open?.Id) open = null;
            if (open is not null && traced.Fact.Stopped is { } stopped)
                Expect.Equal(("in_doubt", open.Tool.Name), (stopped.Detail, stopped.Tool));
        }
    }

    [Law("a recovery that simply executes again, or that loses the call.", Cases = 400)]
    public static void What_was_executing_is_repeated_after_recovery_or_loss_only_where_that_is_harmless(Journey journey)
    {
        var agent = journey.Setup.Agent;
        foreach (var state in Traces.Reached(journey, "executing"))
        {
            var call = state.Phase.Executing!.Call;
            var recovered = agent.Step(state, new Recovered(), new Stamp(state.Spent.Now));
            var lost = agent.Step(state, new ToolReport(call.Id, new Lost("timeout"), attempt: call.Attempts), new Stamp(state.Spent.Now));
            Expect.Equal(recovered.State.Phase, lost.State.Phase);
            Expect.Equal(recovered.Effects[^1], lost.Effects[^1]);
            var again = recovered.Effects[^1].ExecuteTool?.Permit.Call;
            if (!call.Tool.Repeatable) Expect.Equal(journey.Setup.Asks, recovered.Effects[^1].AskResolution?.Call == call);
            if (!call.Tool.Repeatable && !journey.Setup.Asks) Expect.Equal("in_doubt", recovered.State.Stopped?.Detail);
            if (call.Tool.Repeatable && !state.Start.Budget.CallsExhausted(state.Spent)) Expect.Equal(call.Attempts + 1, again?.Attempts);
            else Expect.Null(again);
            if (again is not null) Expect.Equal((call.Id, call.Proposal, call.Tool), (again.Id, again.Proposal, again.Tool));
        }
    }

    [Law("a person's word that counts for another call, is not charged, or loses the result.", Cases = 400)]
    public static void A_person_settles_exactly_the_call_in_doubt(Journey journey, Json data)
    {
        var agent = journey.Setup.Agent;
        foreach (var state in Traces.Reached(journey, "in_doubt"))
        {
            var call = state.Phase.InDoubt!.Call;
            State After(Resolution resolution, string id) =>
                agent.Step(state, (PersonSaid)new Resolve(id, resolution, Reviewers.Name, data), new Stamp(state.Spent.Now)).State;
            Expect.Equal(new Turn(call.Id, call.Proposal, null, new Ok(data)), After(Resolution.Happened, call.Id).Turns[^1]);
            Expect.Equal(state.Spent.ToolFailures + 1, After(Resolution.DidNotHappen, call.Id).Spent.ToolFailures);
            Expect.Equal((StopReason.Cancelled, "in_doubt"),
                (After(Resolution.Abandon, call.Id).Stopped!.Reason, After(Resolution.Abandon, call.Id).Stopped!.Detail));
            foreach (var resolution in Enum.GetValues<Resolution>()) Expect.Equal(state.Phase, After(resolution, call.Id + "0").Phase);
        }
    }

    [Law("a result that comes in late for a call in doubt and settles it behind the person's back.")]
    public static void Only_a_person_settles_a_call_in_doubt(Journey journey, Json data)
    {
        foreach (var state in Traces.Reached(journey, "in_doubt"))
        {
            var call = state.Phase.InDoubt!.Call;
            var late = journey.Setup.Agent.Step(state, new ToolReport(call.Id, new Ok(data), attempt: call.Attempts));
            Expect.Equal(state.Phase, late.State.Phase);
        }
    }

    private static string? Settles(Input input) =>
        input.PersonSaid?.Resolve?.CallId ?? (input.ToolReport is { Result.Lost: null } report ? report.CallId : null);
}
