using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>A scenario, run: by its script of decisions through the whole runtime, or by its script of inputs through the core.</summary>
/// <param name="State">Where it ended.</param>
/// <param name="Events">Its trace.</param>
internal sealed record ScenarioRun(State State, IReadOnlyList<TraceEvent> Events)
{
    /// <summary>The path that it took.</summary>
    public Trajectory Path => Trajectory.Of(Events);

    /// <summary>What the scenario's evals and laws say of that path.</summary>
    public (Seq<EvalResult> Evals, Seq<LawResult> Laws) Judge(Scenario scenario)
    {
        var path = Path;
        return (scenario.Evals.Select(eval => eval.Judge(path)).ToSeq(), scenario.Laws.Select(law => law.Judge(path)).ToSeq());
    }

    /// <summary>The verdicts, as JSON: those of the evals, then those of the laws.</summary>
    public static JsonText Document(Seq<EvalResult> evals, Seq<LawResult> laws) =>
        JsonText.Array([.. evals.Select(Codec.EvalResult.Encode), .. laws.Select(Codec.LawResult.Encode)]);

    /// <summary>Runs a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="watch">Told of each step.</param>
    /// <param name="cancel">Cancels the run.</param>
    public static async Task<ScenarioRun> Of(Scenario scenario, Action<StepResult>? watch, CancellationToken cancel)
    {
        if (scenario.Inputs is { } inputs) return Play(scenario, inputs, watch);
        var journal = new InMemoryStore();
        var runtime = new AgentRuntime(scenario.Agent, new ScriptedModel(scenario.Script), scenario.Toolbox(), journal);
        var state = await runtime.RunAsync(scenario.Run, watch, cancel);
        return new ScenarioRun(state, await journal.ReadAsync(scenario.Run.Id, CancellationToken.None));
    }

    /// <summary>Plays a script of inputs with a scenario's agent and run.</summary>
    public static ScenarioRun Play(Scenario scenario, Seq<ScriptedInput> inputs, Action<StepResult>? watch)
    {
        var (state, events) = ((State?)null, new List<TraceEvent>());
        foreach (var step in ScriptedInput.Play(scenario.Agent, scenario.Run, inputs, TimeProvider.System.GetUtcNow()))
        {
            watch?.Invoke(step);
            events.AddRange(step.Events);
            state = step.State;
        }
        return new ScenarioRun(state!, events);
    }
}
