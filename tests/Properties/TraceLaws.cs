namespace MiniRuntime.Properties;

public sealed class TraceLaws
{
    // Would catch: a change of state that no event tells of, or an event that is not handed out.
    [Property]
    public void Folding_the_trace_gives_the_state(Saga saga)
    {
        var path = saga.Walk();
        Assert.Equal(path.Final, Agent.Fold(path.Trace).AsT0);
        Assert.Equal(path.Final, Agent.States(path.Trace).Last().State);
        Assert.Equal(path.Final.ToString(), Agent.Fold(path.Trace).AsT0.ToString());
    }

    // Would catch: a gap, a repeated number, an event of another run.
    [Property]
    public void Events_are_numbered_without_gaps(Saga saga)
    {
        var path = saga.Walk();
        Assert.Equal(Enumerable.Range(0, path.Trace.Count).Select(n => (long)n), path.Trace.Select(traced => traced.Sequence));
        Assert.All(path.Trace, traced => Assert.Equal(saga.Run.Id, traced.RunId));
        Assert.Equal(path.Trace.Count, path.Final.Events);
    }

    // Would catch: an event under the wrong step. A step's number is that of its decision; a stop has the number of steps charged.
    [Property]
    public void Events_carry_the_number_of_the_step_that_their_decision_opened(Saga saga)
    {
        // A step is open from its decision to the next packet, or to the end; what comes between steps belongs to the one to come.
        var (ledger, open) = (new Ledger(), false);
        foreach (var traced in saga.Walk().Trace)
        {
            var fact = traced.Fact;
            if (fact.ContextBuilt is not null || fact.Stopped is not null || IsAboutMemory(fact)) open = false;
            Assert.Equal(open ? ledger.Steps - 1 : ledger.Steps, traced.Step);
            if (fact.CallJudged is { } judged) Assert.Equal($"{saga.Run.Id}:{traced.Step}", judged.CallId);
            ledger.Enter(fact);
            if (fact.Accepted?.Input is { } input && (input.Decision is not null || input.Kind == "invalid_decision")) open = true;
        }
    }

    private static bool IsAboutMemory(Fact fact) => fact.Match(0, static (_, _) => false, static (_, _) => false, static (_, _) => false,
        static (_, _) => false, static (_, _) => false, static (_, _) => false, static (_, _) => false,
        static (_, judged) => judged.Action == PolicyAction.MemoryRead, static (_, _) => false);

    // Would catch: a record that comes after the work it should come before, or two pieces of work at once.
    [Property]
    public void Effects_are_records_and_then_at_most_one_piece_of_work(Saga saga)
    {
        foreach (var leg in saga.Walk().Legs)
        {
            Assert.All(leg.Result.Effects.SkipLast(1), effect => Assert.NotNull(effect.Record));
            Assert.Equal(leg.Before?.Events ?? 0, leg.Events.FirstOrDefault()?.Sequence ?? leg.Before!.Events);
        }
    }

    // Would catch: hidden state, an order that depends on hashing, anything that a replay would do otherwise.
    // (The same law about the bytes of the wire format stands beside the codec's laws.)
    [Property]
    public void The_same_inputs_give_the_same_states_events_and_work(Saga saga)
    {
        var anew = saga with { Setup = saga.Setup with { }, Successors = saga.Successors.Select(setup => setup with { }).ToSeq() };
        var (one, other) = (saga.Walk(), anew.Walk());
        Assert.NotSame(one.Agent, other.Agent);
        Assert.Equal(one.Trace, other.Trace);
        Assert.Equal(one.Final, other.Final);
        Assert.Equal(one.Final.GetHashCode(), other.Final.GetHashCode());
        Assert.Equal(one.Legs.Select(leg => leg.Result.Effects), other.Legs.Select(leg => leg.Result.Effects));
        Assert.Equal($"{string.Join("\n", one.Legs)}", $"{string.Join("\n", other.Legs)}");
    }

    // Would catch: a list of tools that counts proposals, repeats, or calls that were never handed out.
    [Property]
    public void The_trajectory_read_from_the_trace_is_the_states(Saga saga)
    {
        var path = saga.Walk();
        var read = Trajectory.Of(path.Trace);
        Assert.Equal(path.Final.ToolsCalled, read.ToolsCalled);
        Assert.Equal(path.Final.Stopped, read.Stopped);
        Assert.Equal(path.Final.ToolsCalled.Count, path.Trace.Count(traced => traced.Fact.CallAuthorized?.Attempt == 1));
    }

    // Would catch: an event that copies the history, so that a journal grows quadratically.
    [Property(MaxTest = 60)]
    public void An_events_size_does_not_depend_on_the_length_of_the_run(Setup setup, Run run)
    {
        var look = new Tool("look", "", SideEffect.Read);
        var agent = new Agent([look], new Budget(200), Policy.Permissive, setup.Approvals, setup.Context);
        var result = agent.Start(run, new Stamp(Moment.Epoch));
        var sizes = new List<int>();
        var stamp = new Stamp(Moment.Epoch.AddHours(1));
        for (var step = 0; step < 110; step++)
        {
            var asked = agent.Step(result.State, new CallTool("look", Json.Object.Of(("q", "the same"))), stamp);
            result = agent.Step(asked.State, new ToolReport($"{run.Id}:{step}", new Ok("found")), stamp);
            sizes.Add(asked.Effects.Concat(result.Effects).Sum(effect => effect.Record is { } record ? $"{record.Event}".Length : 0));
        }
        // All that may grow are the digits of the numbers in them: five events a step, with at most four numbers each.
        Assert.InRange(sizes[105] - sizes[30], 0, 20);
    }
}
