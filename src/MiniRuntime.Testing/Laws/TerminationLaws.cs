using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class TerminationLaws
{
    // The most inputs that a run can accept. Each step is opened by one input (a decision, or an edit that also closes the request before
    // it), may wait once for a person, and may once be in a doubt that a person settles; each execution comes back or is recovered once,
    // and may then wait for a person again, whose approval has expired; each model failure is charged; and at the end one input (a cancel,
    // a deadline) may come when all is spent. The bound is for inputs. An agent that takes up a run which another one left waiting may ask
    // for the approval anew, which is no input and is not charged; two that took turns would do so for ever, and that is a host's to avoid.
    private static long Bound(Budget budget) => (3L * budget.MaxSteps) + (2L * budget.MaxToolCalls) + budget.MaxModelFailures + 2L;

    [Law("a way to go round without being charged, such as edits that open new calls for ever.", Cases = 500)]
    public static void Every_run_ends_within_a_bound_computed_from_its_budget(Journey journey)
    {
        HoldsFor(journey with { Moves = journey.Moves.Add(LastWords) });
    }

    [Law("a way to go round for ever in a world that does one thing over and over, as a random one hardly ever does.", Cases = 500)]
    public static void Every_stubborn_run_ends_within_the_bound(Asking story)
    {
        foreach (var review in Enum.GetValues<Review>())
        {
            var moves = story.Journey.Moves.Select(move => move is Answering answer ? answer with { Review = review } : move);
            HoldsFor(story.Journey with { Moves = [.. moves, LastWords] });
        }
    }

    [Law("an input that is accepted without moving the run forward. The measure: steps left, calls left, failures left, position.")]
    public static void Every_accepted_input_makes_budget_left_and_position_smaller_lexicographically(Journey journey)
    {
        var walk = journey.Walk();
        foreach (var leg in walk.Steps)
        {
            if (leg.Ignored is null) Expect.True(Measure(leg.After).CompareTo(Measure(leg.Before!)) < 0, $"{leg.Input} moved nothing");
            else Expect.Equal(Measure(leg.Before!), Measure(leg.After));
        }
        Expect.All(walk.Legs, leg => Expect.InRange(Measure(leg.After).Item1, 0, int.MaxValue));
    }

    [Law("a wait that goes on when no time is left, or that time ends too early.", Cases = 500)]
    public static void The_deadline_ends_every_wait_for_the_model_or_for_a_person(Journey journey)
    {
        foreach (var state in journey.Walk().Legs.Select(static leg => leg.After))
        {
            if (state.Stopped is not null || state.Phase is { Executing: not null } or { InDoubt: not null }) continue;
            if (state.Start.Budget.Deadline is not { } limit || state.Spent.Started is not { } started) continue;
            if (limit >= DateTimeOffset.MaxValue - started) continue;
            var (early, due) = (started + limit - TimeSpan.FromTicks(1), started + limit);
            var expires = state.Phase.AwaitingApproval?.Request.Expires;
            // What came in last may have come later than that.
            if (state.Spent.Now < due && !(expires < early))
                Expect.Equal("nothing_due", Tick(state, early).Events[0].Fact.Ignored?.Reason);
            var after = Tick(state, due).State;
            // A call that may have happened is waited for all the same. A request whose own time is up may end the run as a refusal.
            if (state.Phase.Call is { MayHaveHappened: true }) Expect.NotNull(after.Phase.InDoubt);
            else Expect.True(after.Stopped?.Reason == StopReason.BudgetExhausted || (expires < due && after.Stopped is not null),
                $"at {due:u} no time is left, and the run goes on: {after.Phase}");
        }

        StepResult Tick(State state, DateTimeOffset at) => journey.Setup.Agent.Step(state, new Tick(), new Stamp(at));
    }

    // What was proposed at once and is refused, one after the other, adds two each.
    [Law("facts that follow from one another in a circle.")]
    public static void A_step_records_at_most_four_events_and_two_for_each_proposal_in_the_queue(Saga saga)
    {
        foreach (var leg in saga.Walk().Legs)
        {
            var queue = leg.Input?.Decisions?.Items ?? leg.Before?.Queue ?? [];
            Expect.InRange(leg.Events.Count, leg.Kind == LegKind.TakenUp ? 0 : 1, 4 + (2 * queue.Count));
        }
    }

    [Law("a phase between two events in which a run is left lying.")]
    public static void A_run_rests_only_where_the_world_owes_it_something(Saga saga)
    {
        foreach (var leg in saga.Walk().Legs)
        {
            Expect.DoesNotContain(leg.After.Phase.Name, new[] { "ready", "judging", "permitted" });
            var again = leg.Setup.Agent.Resume(leg.After);
            Expect.Equal(leg.After, again.State);
            Expect.Empty(again.Effects);
            var owed = leg.Setup.Agent.Pending(leg.After);
            var elsewhere = leg.After.Phase.Executing is { } executing && executing.Call.AgentHash != leg.Setup.Agent.Hash;
            Expect.Equal(leg.After.Stopped is null && !elsewhere, owed is not null);
            if (leg.Work is not null) Expect.Equal(owed, leg.Work);
        }
    }

    // What is said last in every round, so that a run that waits for the model never waits for ever.
    private static Move LastWords => new Saying(Moment.Plain, new InvalidDecision("again"));

    private static void HoldsFor(Journey journey)
    {
        var accepted = Forever(journey, 400).Steps.Count(leg => leg.Ignored is null);
        Expect.True(accepted <= Bound(journey.Setup.Budget), $"{accepted} accepted, {Bound(journey.Setup.Budget)} is the bound");
    }

    private static (int, int, long, int) Measure(State state)
    {
        var left = state.Start.Budget.Left(state.Spent);
        return (left.MaxSteps, left.MaxToolCalls, left.MaxModelFailures + 1L - Overdrawn(state), Position(state.Phase));
    }

    private static int Overdrawn(State state) => state.Spent.ModelFailures > state.Start.Budget.MaxModelFailures ? 1 : 0;

    private static int Position(Phase phase) => phase.Name switch
    {
        "stopped" => 0,
        "thinking" => 1,
        "awaiting_reply" or "in_doubt" => 2,
        // A call that is lost may need another approval before it is repeated, and a rejection leaves it in doubt.
        "awaiting_approval" => 3,
        _ => 4,
    };

    // The moves over and over, until the run ends or a whole round is ignored.
    private static Walk Forever(Journey journey, int most)
    {
        var moves = journey.Moves;
        while (true)
        {
            var walk = (journey with { Moves = moves }).Walk();
            var last = walk.Legs.TakeLast(journey.Moves.Count).ToList();
            if (walk.Final.Stopped is not null || last.All(leg => leg.Ignored is not null) || moves.Count >= most) return walk;
            moves = moves.Concat(moves).ToSeq();
        }
    }
}
