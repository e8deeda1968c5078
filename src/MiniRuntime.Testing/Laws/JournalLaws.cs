using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class JournalLaws
{
    [Law("state that is not in the trace, or a step that ends otherwise when it is interrupted.", Cases = 200)]
    public static void Cutting_a_journal_at_any_event_folding_and_going_on_changes_nothing(Journey journey)
    {
        var walk = journey.Walk();
        var agent = walk.Agent;
        for (var cut = 1; cut <= walk.Trace.Count; cut++)
        {
            var kept = walk.Trace.Take(cut).ToList();
            var result = agent.Resume(Agent.Fold(kept).State!);
            Keep(kept, result);
            foreach (var leg in walk.Steps.Where(leg => leg.Before!.Events >= cut))
            {
                result = agent.Step(result.State, leg.Input!, leg.Stamp);
                Keep(kept, result);
            }
            Expect.Equal<IEnumerable<TraceEvent>>(walk.Trace, kept);
            Expect.Equal(walk.Final, result.State);
        }
    }

    [Law("work that is not asked for again after a restart, or is asked for in other words.")]
    public static void After_a_restart_the_same_work_is_owed(Journey journey)
    {
        var walk = journey.Walk();
        var (kept, owed) = (new List<TraceEvent>(), (Effect?)null);
        foreach (var leg in walk.Legs)
        {
            kept.AddRange(leg.Events);
            if (leg.Ignored is null) owed = leg.Work;
            Expect.Equal(owed, walk.Agent.Pending(Agent.Fold(kept).State!));
        }
    }

    [Law("a fold that takes a journal with a line missing, twice, out of order, or from somewhere else.")]
    public static void Fold_refuses_a_trace_whose_numbering_is_broken(Journey journey, int where)
    {
        var trace = journey.Walk().Trace;
        var at = (int)((uint)where % trace.Count);
        var (one, next) = (trace[at], trace[Math.Min(at + 1, trace.Count - 1)]);
        if (at < trace.Count - 1)
        {
            Refused(at, trace.Where(traced => traced != one));
            Refused(at, trace.Select(traced => traced == one ? next : traced == next ? one : traced));
        }
        Refused(at + 1, trace.Take(at + 1).Append(one).Concat(trace.Skip(at + 1)));
        Refused(at, trace.Select(traced => traced == one ? one with { RunId = "another" } : traced));
        Refused(at, trace.Select(traced => traced == one ? one with { Step = one.Step + 1 } : traced));
        Refused(at, trace.Select(traced => traced == one ? one with { Step = one.Step - 1 } : traced));
        Refused(at, trace.Select(traced => traced == one ? one with { Sequence = one.Sequence + 1 } : traced));
        Expect.Null(Agent.Fold([]).Fault!.Event);
    }

    [Law("a grammar that lets an execution stand without its verdict or its permit, once the numbers are made to fit.")]
    public static void Fold_refuses_a_result_whose_verdict_or_permit_was_taken_out(Journey journey)
    {
        var trace = journey.Walk().Trace;
        for (var at = 0; at < trace.Count; at++)
        {
            var id = trace[at].Fact.CallJudged?.CallId ?? trace[at].Fact.CallAuthorized?.CallId;
            var hasResult = trace.Skip(at).Any(traced => traced.Fact.Accepted?.Input.ToolReport?.CallId == id);
            if (id is null || !hasResult) continue;
            var forged = trace.Where((_, i) => i != at).Select((traced, i) => traced with { Sequence = i });
            Expect.True(Agent.Fold(forged).Fault is not null, $"without {trace[at].Fact}");
        }
    }

    // The grammar of phases, written down a second time, and held to both ways.
    [Law("a fact that Decide or Next never gives where it stands, taken from a trace all the same; or one that fits, refused.")]
    public static void Fold_refuses_facts_that_do_not_fit_the_phase(Journey journey)
    {
        var trace = journey.Walk().Trace;
        foreach (var (_, state) in Agent.States(trace))
        {
            var (kept, steps) = (trace.Take((int)state.Events).ToList(), state.Spent.Steps);
            var open = state.Phase is { Ready: null, Thinking: null, Stopped: null };
            foreach (var fact in Candidates(journey, state))
            {
                var next = new TraceEvent(journey.Run.Id, kept.Count, open && fact.Stopped is null ? steps - 1 : steps, fact);
                Expect.True(Agent.Fold(kept.Append(next)).State is not null == Fits(fact, state), $"{fact} in {state.Phase}");
            }
        }
    }

    private static IEnumerable<Fact> Candidates(Journey journey, State state)
    {
        var phase = state.Phase;
        var id = phase.Call?.Id ?? phase.Judging?.Id ?? $"{journey.Run.Id}:0";
        var attempts = phase.Call?.Attempts ?? 0;
        return
        [
            new RunStarted(journey.Run, journey.Setup.Budget, "", Stamp.None),
            new ContextBuilt(0, [], [], []),
            .. from attempt in new[] { Math.Max(1, attempts), attempts + 1, attempts + 2 } select (Fact)new CallAuthorized(id, attempt),
            new CallAuthorized(id + "0", attempts + 1),
            new OtherJudged(PolicyAction.Answer, [new Verdict(id, new Allow())]),
            new OtherJudged(PolicyAction.Answer, [new Verdict(id + "0", new Allow())]),
            new OtherJudged(PolicyAction.Answer, []),
            new OtherJudged(PolicyAction.MemoryRead, []),
            .. from reason in Enum.GetValues<StopReason>() select (Fact)new Stopped(reason),
            .. from queued in new[] { true, false }
               from proposal in state.Queue.Append(new AskHuman("forged"))
               select (Fact)new Accepted(proposal, Stamp.None, queued),
            .. phase.Ready?.Ending is { } ending ? new Fact[] { ending, ending with { Detail = "forged" } } : [],
        ];
    }

    private static bool Fits(Fact fact, State state) => fact.Match((state.Phase, state.Queue),
        runStarted: static (_, _) => false,
        contextBuilt: static (at, _) => at.Phase.Ready is { Ending: null } && at.Queue.Count == 0,
        accepted: static (at, accepted) => accepted.Queued
            ? at.Phase.Ready is { Ending: null } && at.Queue.FirstOrDefault() == accepted.Input
            : at.Phase.Thinking is not null,
        ignored: static (_, _) => true,
        callRefused: static (_, _) => false,
        callJudged: static (_, _) => false,
        callAuthorized: static (at, permit) => (at.Phase.Permitted is not null || at.Phase.InDoubt is not null)
            && (permit.CallId, permit.Attempt) == (at.Phase.Call!.Id, at.Phase.Call.Attempts + 1),
        otherJudged: static (at, judged) => judged.Action == PolicyAction.MemoryRead
            ? at.Phase.Ready is { Ending: null, Memory: null } && at.Queue.Count == 0
            : at.Phase.Judging?.Proposal.Answer is not null && judged.Verdicts.Count == 1 && judged.Verdicts[0].Ref == at.Phase.Judging.Id,
        stopped: static (at, stopped) => at.Phase.Name switch
        {
            "ready" => stopped == (at.Phase.Ready!.Ending ?? new Stopped(StopReason.BudgetExhausted)),
            "judging" => stopped.Reason == StopReason.Success && at.Phase.Judging!.Proposal.Answer is not null,
            "permitted" => stopped.Reason == StopReason.BudgetExhausted,
            "in_doubt" => stopped.Reason is StopReason.BudgetExhausted or StopReason.Blocked,
            "awaiting_reply" => stopped.Reason == StopReason.Blocked,
            _ => false,
        });

    private static void Keep(List<TraceEvent> kept, StepResult result) =>
        kept.AddRange(result.Effects.Select(effect => effect.Record?.Event).OfType<TraceEvent>());

    private static void Refused(int at, IEnumerable<TraceEvent> trace)
    {
        var fault = Agent.Fold(trace).Fault!;
        Expect.Equal(at, fault.Sequence);
        Expect.NotEmpty(fault.ToString());
    }
}
