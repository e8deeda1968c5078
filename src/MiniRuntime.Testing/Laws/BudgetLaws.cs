using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class BudgetLaws
{
    [Law("an attempt that is not charged, charged twice, or charged to the wrong limit.", Cases = 500)]
    public static void What_was_spent_is_what_the_trace_adds_up_to(Saga saga)
    {
        var walk = saga.Walk();
        var ledger = new Ledger();
        foreach (var (traced, state) in Agent.States(walk.Trace))
        {
            ledger.Enter(traced.Fact);
            Expect.Equal(ledger.Spent, state.Spent);
        }
        Expect.Equal(walk.Trace.Count, walk.Final.Events);
    }

    [Law("a check that comes too late. Steps and calls are never overdrawn, and trouble by the one input that ended the run.", Cases = 500)]
    public static void Spent_exceeds_the_budget_by_no_more_than_the_input_that_exhausted_it(Journey journey)
    {
        var walk = journey.Walk();
        var budget = journey.Setup.Budget;
        Expect.True(walk.Final.Spent.Steps <= budget.MaxSteps && walk.Final.Spent.ToolCalls <= budget.MaxToolCalls);
        foreach (var leg in walk.Legs)
        {
            var (spent, ended) = (leg.After.Spent, leg.After.Stopped is not null ? 1 : 0);
            Expect.InRange(spent.InvalidDecisions, 0, (long)budget.MaxInvalidDecisions + ended);
            Expect.InRange(spent.ModelFailures, 0, (long)budget.MaxModelFailures + ended);
            Expect.InRange(spent.ToolFailures, 0, (long)budget.MaxToolFailures + ended);
            // A call in doubt may be refused one time too many; the run then waits to hear what became of it, and ends.
            var waits = leg.After.Phase.InDoubt is not null ? 1 : 0;
            Expect.InRange(spent.Refusals, 0, (long)budget.MaxRefusals + Math.Max(ended, waits));
            // New work that costs is asked for only while there is money, tokens and time; so what overdraws them is one answer to it, or
            // bills that came with inputs that caused nothing.
            if (leg.Work is null || (leg.Work.AskModel is null && leg.Work.ExecuteTool is null)) continue;
            Expect.True(spent.Tokens < (budget.MaxTokens ?? long.MaxValue) || budget.MaxTokens is null, $"{leg.Work} without tokens");
            Expect.True(spent.Cost < (budget.MaxCost ?? decimal.MaxValue) || budget.MaxCost is null, $"{leg.Work} without money");
            Expect.True(spent.Time < (budget.Deadline ?? TimeSpan.MaxValue) || budget.Deadline is null, $"{leg.Work} after the deadline");
        }
    }

    // Policy written as code may look at what is left, and a limit on the packet counts the digits of the summary; so neither is in this
    // law.
    [Law("a limit that changes what happens before it is reached.")]
    public static void A_larger_budget_extends_the_same_trajectory(Journey journey, Budget other)
    {
        var setup = journey.Setup with
        {
            Policy = new Policy(journey.Setup.Policy.Rules),
            Context = new ContextRules(journey.Setup.Context.Window),
        };
        var larger = (journey with { Setup = setup with { Budget = Join(setup.Budget, other) } }).Walk();
        var agent = setup.Agent;
        var begin = agent.Start(journey.Run, larger.Legs[0].Stamp);
        var (state, trace) = (begin.State, Traces.Blind(begin));
        var long_ = Traces.Blind(larger.Legs[0].Result);
        foreach (var leg in larger.Steps)
        {
            // As long as the smaller one has not ended, both have the same walk behind them.
            if (state.Stopped is not null) break;
            Expect.Equal(long_, trace);
            Expect.Equal(leg.Before!.Phase.Name, state.Phase.Name);
            var result = agent.Step(state, leg.Input!, leg.Stamp);
            trace.AddRange(Traces.Blind(result));
            long_.AddRange(Traces.Blind(leg.Result));
            state = result.State;
        }
        Expect.Equal(larger.Final.ToolsCalled.Take(state.ToolsCalled.Count), state.ToolsCalled);
        if (state.Stopped is null) Expect.Equal(long_, trace);
    }

    private static Budget Join(Budget a, Budget b) => new(
        Math.Max(a.MaxSteps, b.MaxSteps), Math.Max(a.MaxToolCalls, b.MaxToolCalls), Math.Max(a.MaxInvalidDecisions, b.MaxInvalidDecisions),
        Math.Max(a.MaxModelFailures, b.MaxModelFailures), Math.Max(a.MaxToolFailures, b.MaxToolFailures),
        Math.Max(a.MaxRefusals, b.MaxRefusals), a.MaxTokens is { } t && b.MaxTokens is { } u ? Math.Max(t, u) : null,
        a.MaxCost is { } c && b.MaxCost is { } d ? Math.Max(c, d) : null,
        a.Deadline is { } e && b.Deadline is { } f ? (e > f ? e : f) : null);
}
