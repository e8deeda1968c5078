using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class TraceLaws
{
    [Law("a change of state that no event tells of, or an event that is not handed out.")]
    public static void Folding_the_trace_gives_the_state(Saga saga)
    {
        var walk = saga.Walk();
        Expect.Equal(walk.Final, Agent.Fold(walk.Trace).State!);
        Expect.Equal(walk.Final, Agent.States(walk.Trace).Last().State);
        Expect.Equal(walk.Final.ToString(), Agent.Fold(walk.Trace).State!.ToString());
    }

    [Law("a gap, a repeated number, an event of another run.")]
    public static void Events_are_numbered_without_gaps(Saga saga)
    {
        var walk = saga.Walk();
        Expect.Equal(Enumerable.Range(0, walk.Trace.Count).Select(n => (long)n), walk.Trace.Select(traced => traced.Sequence));
        Expect.All(walk.Trace, traced => Expect.Equal(saga.Run.Id, traced.RunId));
        Expect.Equal(walk.Trace.Count, walk.Final.Events);
    }

    [Law("an event under the wrong step. A step's number is that of its decision; a stop has the number of steps charged.")]
    public static void Events_carry_the_number_of_the_step_that_their_decision_opened(Saga saga)
    {
        // A step is open from its decision to the next packet or decision, or to the end; what comes between steps belongs to the one to
        // come.
        var (ledger, open) = (new Ledger(), false);
        foreach (var traced in saga.Walk().Trace)
        {
            var fact = traced.Fact;
            if (fact is { ContextBuilt: not null } or { Stopped: not null } or { OtherJudged.Action: PolicyAction.MemoryRead }
                or { Accepted.Queued: true }) open = false;
            Expect.Equal(open ? ledger.Steps - 1 : ledger.Steps, traced.Step);
            if (fact.CallJudged is { } judged) Expect.Equal($"{saga.Run.Id}:{traced.Step}", judged.CallId);
            ledger.Enter(fact);
            if (fact.Accepted?.Input is { } input && (input.Decision is not null || input.InvalidDecision is not null)) open = true;
        }
    }

    [Law("a record that comes after the work it should come before, or two pieces of work at once.")]
    public static void Effects_are_records_and_then_at_most_one_piece_of_work(Saga saga)
    {
        foreach (var leg in saga.Walk().Legs)
        {
            Expect.All(leg.Result.Effects.SkipLast(1), effect => Expect.NotNull(effect.Record));
            Expect.Equal(leg.Before?.Events ?? 0, leg.Events.FirstOrDefault()?.Sequence ?? leg.Before!.Events);
        }
    }

    // The same law about the bytes of the wire format stands beside the codec's laws.
    [Law("hidden state, an order that depends on hashing, anything that a replay would do otherwise.")]
    public static void The_same_inputs_give_the_same_states_events_and_work(Saga saga)
    {
        var anew = saga with { Setup = saga.Setup with { }, Successors = saga.Successors.Select(setup => setup with { }).ToSeq() };
        var (one, other) = (saga.Walk(), anew.Walk());
        Expect.False(ReferenceEquals(one.Agent, other.Agent));
        foreach (var (first, second) in one.Legs.Zip(other.Legs))
        {
            Expect.True(first.Result.Effects == second.Result.Effects,
                $"told twice, this story comes out differently.\nThe first time:\n{Print.Leg(first)}\n"
                + $"The second time:\n{Print.Leg(second)}");
        }
        Expect.Equal(one.Trace, other.Trace);
        Expect.Equal(one.Final, other.Final);
        Expect.Equal(one.Final.GetHashCode(), other.Final.GetHashCode());
        Expect.Equal($"{string.Join("\n", one.Legs)}", $"{string.Join("\n", other.Legs)}");
    }

    [Law("a list of tools that counts proposals, repeats, or calls that were never handed out.")]
    public static void The_trajectory_read_from_the_trace_is_the_states(Saga saga)
    {
        var walk = saga.Walk();
        var read = Trajectory.Of(walk.Trace);
        Expect.Equal(walk.Final.ToolsCalled, read.ToolsCalled);
        Expect.Equal(walk.Final.Stopped, read.Stopped);
        Expect.Equal(walk.Final.ToolsCalled.Count, walk.Trace.Count(traced => traced.Fact.CallAuthorized?.Attempt == 1));
    }
}
