using MiniRuntime.Shell;

namespace MiniRuntime.Properties;

/// <summary>The shell's running loop against the pure fold over what it recorded.</summary>
public sealed class LoopLaws
{
    // Would catch: a loop that decides something itself, loses an event or an input, steps twice, or keeps a state of its own.
    [Property(Arbitrary = [typeof(Worlds)])]
    public async Task The_running_loop_equals_the_pure_fold_over_the_inputs_it_recorded(World world)
    {
        var journal = new InMemoryJournal();
        var (agent, run) = (world.Setup.Agent, world.Run);
        var toolbox = world.Setup.Tools.Aggregate(Toolbox.Empty, (box, tool) => box.Bind(tool.Name, world.Answers()));
        using var cancel = new CancellationTokenSource();
        var runtime = new AgentRuntime(agent, new Voice(world, cancel), toolbox, journal, new RuntimeOptions { Clock = new SteppingClock() });
        var watched = new List<StepResult>();
        var state = await runtime.RunAsync(run, watched.Add, cancel.Token);

        var recorded = await journal.ReadAsync(run.Id);
        var folded = agent.Start(run, recorded[0].Fact.RunStarted!.Stamp);
        var steps = new List<StepResult> { folded };
        foreach (var (input, stamp) in recorded.Select(static traced => Arrived(traced.Fact)).OfType<(Input, Stamp)>())
        {
            folded = agent.Step(folded.State, input, stamp);
            steps.Add(folded);
        }
        Assert.Equal(folded.State, state);
        Assert.Equal(steps.Select(static step => step.State), watched.Select(static step => step.State));
        Assert.Equal(steps.SelectMany(static step => step.Effects), watched.SelectMany(static step => step.Effects));
        Assert.Equal(steps.SelectMany(static step => step.Effects).Select(static effect => effect.Record?.Event).OfType<TraceEvent>(), recorded);

        // The loop ends only where nothing is owed, or where a person owes it.
        var owed = agent.Pending(state);
        Assert.True(owed is null ? state.Stopped is not null : owed.AskModel is null && owed.ExecuteTool is null, $"{owed}");
    }

    private static (Input, Stamp)? Arrived(Fact fact) => fact.Accepted is { } accepted ? (accepted.Input, accepted.Stamp)
        : fact.Ignored is { } ignored ? (ignored.Input, ignored.Stamp) : null;

    /// <summary>An agent, a run, and what model and tools will do; null is to throw.</summary>
    public sealed record World(Setup Setup, Run Run, Seq<ModelReply?> Replies, Seq<ToolResult?> Results, int CancelAt)
    {
        // More calls than any budget grants that is meant to run out: see Setups.Budget.
        private const int Patience = 100;

        /// <summary>
        /// The results in turn, whichever tool is called; then the last again, and at last success. A call that is lost and may be repeated
        /// is repeated at once, for as long as there are calls left; some budgets have two thousand million, and a world must end.
        /// </summary>
        internal ToolFunction Answers()
        {
            var turn = -1;
            return (_, _) => ++turn >= Patience ? Task.FromResult<ToolResult>(new Ok(Json.None))
                : Results.Count == 0 || Results[Math.Min(turn, Results.Count - 1)] is not { } result
                ? throw new InvalidOperationException("The tool broke.")
                : Task.FromResult(result);
        }
    }

    public static class Worlds
    {
        public static Arbitrary<World> World() => Arb.From(
            from journey in Arbitraries.Journey().Generator
            let answers = journey.Moves.OfType<Answering>().ToList()
            from trouble in Gen.Choose(0, 9).ListOf(answers.Count)
            from cancelAt in Gen.Frequency((4, Gen.Constant(-1)), (1, Gen.Choose(0, 5)))
            select new World(journey.Setup with { Tools = journey.Setup.Tools.Select(Schemaless).ToSeq() }, journey.Run,
                answers.Zip(trouble, static (answer, bad) => Reply(answer, bad)).ToSeq(),
                answers.Zip(trouble, static (answer, bad) => bad == 9 ? null : answer.Result).ToSeq(), cancelAt),
            static world => Shrink.List(world.Replies).Select(replies => world with { Replies = replies })
                .Concat(Shrink.List(world.Results).Select(results => world with { Results = results })));

        // Schemas are checked at the boundary, before the loop has an input, and have tests of their own.
        private static Tool Schemaless(Tool tool) => new(tool.Name, tool.Description, tool.Ref.SideEffect, null, tool.Ref.Labels,
            tool.Ref.Version, tool.Enabled, tool.Ref.Idempotent, tool.Timeout);

        private static ModelReply? Reply(Answering answer, int bad) => bad switch
        {
            0 => null,
            1 => ModelReply.Invalid(new InvalidDecision("no sense", "{")),
            2 => ModelReply.Failed(new ModelFailure("gone")),
            _ => ModelReply.Proposed(answer.Decision, answer.When.Tokens, answer.When.Cost),
        };
    }

    private sealed class Voice(World world, CancellationTokenSource cancel) : IModel
    {
        public async Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken token)
        {
            if (packet.Number == world.CancelAt) await cancel.CancelAsync();
            if (packet.Number >= world.Replies.Count) return ModelReply.Proposed(new Stop(StopReason.Blocked));
            return world.Replies[packet.Number] ?? throw new FormatException("The model broke.");
        }
    }

    private sealed class SteppingClock : TimeProvider
    {
        private int _seconds;

        public override DateTimeOffset GetUtcNow() => Moment.Epoch.AddSeconds(Interlocked.Increment(ref _seconds));
    }
}
