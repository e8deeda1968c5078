using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>The shell's running loop against the pure fold over what it recorded.</summary>
internal static class LoopLaws
{
    [Law("a loop that decides something itself, loses an event or an input, steps twice, or keeps a state of its own.")]
    public static void The_running_loop_equals_the_pure_fold_over_the_inputs_it_recorded(Journey journey, int seed)
    {
        // A model and tools that say what this journey's do; the seed says where they break, hang, or somebody cancels.
        var answers = journey.Moves.OfType<Answering>().ToList();
        using var cancel = new CancellationTokenSource();
        var (cancelAt, turn) = (seed % 5 == 1 ? Math.Abs(seed / 5 % 6) : -1, -1);
        var world = new SimulatedWorld(seed)
        {
            Model = (packet, _) =>
            {
                if (packet.Number == cancelAt) cancel.Cancel();
                return packet.Number < answers.Count ? answers[packet.Number].Decision : new Stop(StopReason.Blocked);
            },
            // A call that is lost and may be repeated is repeated at once, for as long as there are calls left; some budgets have two
            // thousand million, and a world must end.
            Tool = _ => ++turn < answers.Count ? answers[turn].Result : new Ok(Json.None),
            Patience = 100,
        };
        var (agent, run, journal, watched) = (Schemaless(journey.Setup).Agent, journey.Run, new InMemoryStore(), new List<StepResult>());
        var state = world.Runtime(agent, journal).RunAsync(run, watched.Add, cancel.Token).GetAwaiter().GetResult();

        var recorded = journal.ReadAsync(run.Id).GetAwaiter().GetResult();
        var folded = agent.Start(run, recorded[0].Fact.RunStarted!.Stamp);
        var steps = new List<StepResult> { folded };
        foreach (var (input, stamp) in recorded.Select(static traced => Arrived(traced.Fact)).OfType<(Input, Stamp)>())
        {
            folded = agent.Step(folded.State, input, stamp);
            steps.Add(folded);
        }
        Expect.Equal(folded.State, state);
        Expect.Equal(steps.Select(static step => step.State), watched.Select(static step => step.State));
        Expect.Equal(steps.SelectMany(static step => step.Effects), watched.SelectMany(static step => step.Effects));
        Expect.Equal(
            steps.SelectMany(static step => step.Effects).Select(static effect => effect.Record?.Event).OfType<TraceEvent>(), recorded);

        // The loop ends only where nothing is owed, or where a person owes it.
        var owed = agent.Pending(state);
        Expect.True(owed is null ? state.Stopped is not null : owed.AskModel is null && owed.ExecuteTool is null, $"{owed}");
    }

    // Schemas are checked at the boundary, before the loop has an input, and have tests of their own.
    private static Setup Schemaless(Setup setup) => setup with
    {
        Tools = setup.Tools.Select(static tool => new Tool(tool.Name, tool.Description, tool.Ref.SideEffect, null, tool.Ref.Labels,
            tool.Ref.Version, tool.Enabled, tool.Ref.Idempotent, tool.Timeout)).ToSeq(),
    };

    private static (Input, Stamp)? Arrived(Fact fact) => fact.Accepted is { Queued: false } accepted ? (accepted.Input, accepted.Stamp)
        : fact.Ignored is { } ignored ? (ignored.Input, ignored.Stamp) : null;
}
