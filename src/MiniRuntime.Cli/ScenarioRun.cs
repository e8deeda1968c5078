using MiniRuntime.Core;
using MiniRuntime.Mcp;
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

    /// <summary>The state and the trace, as JSON.</summary>
    public JsonText Document() =>
        JsonText.Object([("state", StateView.Of(State)), ("trace", JsonText.Array(TraceView.Of(Events)))]);

    /// <summary>The verdicts, as JSON: those of the evals, then those of the laws.</summary>
    public static JsonText Document(Seq<EvalResult> evals, Seq<LawResult> laws) =>
        JsonText.Array([.. evals.Select(Codec.EvalResult.Encode), .. laws.Select(Codec.LawResult.Encode)]);

    /// <summary>Runs a scenario in a store.</summary>
    /// <param name="file">The scenario; the store keeps it.</param>
    /// <param name="store">The store.</param>
    /// <param name="watch">Told of each step.</param>
    /// <param name="said">Told of a model's text as it comes; raw.</param>
    /// <param name="leave">Leaves the run as it is.</param>
    public static async Task<ScenarioRun> InAsync(ScenarioFile file, IRunStore store, Action<StepResult>? watch, Action<string>? said,
        CancellationToken leave)
    {
        await using var servers = Servers(file.Scenario);
        var state = await Runtime(file.Scenario, servers, store, new RuntimeOptions { Scenario = file.Bytes }, said: said)
            .RunAsync(file.Scenario.Run, watch, leave: leave);
        return new ScenarioRun(state, await store.ReadAsync(file.Scenario.Run.Id, CancellationToken.None));
    }

    /// <summary>
    /// Takes a run up. One behind the gateway is left where its client would be asked, since nobody else can say what that would.
    /// </summary>
    public static async Task<State> ResumeAsync(AgentRuntime runtime, Scenario scenario, string runId, Action<StepResult>? watch,
        CancellationToken leave)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(leave);
        return await runtime.ResumeAsync(runId, step =>
        {
            watch?.Invoke(step);
            if (scenario.Gateway is not null && step.Work?.AskModel is not null) left.Cancel();
        }, leave: left.Token);
    }

    /// <summary>Runs a scenario in memory.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="watch">Told of each step.</param>
    /// <param name="said">Told of a model's text as it comes; raw.</param>
    /// <param name="cancel">Cancels the run.</param>
    public static async Task<ScenarioRun> Of(Scenario scenario, Action<StepResult>? watch, Action<string>? said, CancellationToken cancel)
    {
        if (scenario.Inputs is { } inputs) return Play(scenario, inputs, TimeProvider.System.GetUtcNow(), watch);
        var store = new InMemoryStore();
        await using var servers = Servers(scenario);
        var state = await Runtime(scenario, servers, store, said: said).RunAsync(scenario.Run, watch, cancel);
        return new ScenarioRun(state, await store.ReadAsync(scenario.Run.Id, CancellationToken.None));
    }

    /// <summary>A runtime with the scenario's model and tools; where a run has come far already, scripts go on from there.</summary>
    public static AgentRuntime Runtime(Scenario scenario, McpTools servers, IRunStore store, RuntimeOptions? options = null,
        IReadOnlyList<TraceEvent>? trace = null, Action<string>? said = null)
    {
        options ??= new RuntimeOptions();
        return new(scenario.Agent, ScenarioModel.Of(scenario, said), servers.Bind(scenario.Toolbox(trace), scenario.ServerTools), store,
            options with { Secrets = HeldSecrets.Of(scenario), ModelTimeout = scenario.Model?.Timeout ?? options.ModelTimeout });
    }

    /// <summary>The MCP servers of a scenario, for one run. None is started before it is needed.</summary>
    public static McpTools Servers(Scenario scenario) => new(scenario.Servers, new McpOptions { Secrets = HeldSecrets.Of(scenario) });

    /// <summary>What is wrong with a script of inputs when it is played, a safe line each.</summary>
    public static IReadOnlyList<string> Faults(ScenarioFile file)
    {
        var faults = new List<string>();
        foreach (var _ in ScriptedInput.Play(file.Scenario.Agent, file.Scenario.Run, file.Scenario.Inputs ?? [], DateTimeOffset.UnixEpoch,
            (line, fault) => faults.Add(Escape.Line($"{file.Path}: $.inputs[{line}]: {fault}")))) { }
        return faults;
    }

    /// <summary>Plays a script of inputs with a scenario's agent and run.</summary>
    public static ScenarioRun Play(Scenario scenario, Seq<ScriptedInput> inputs, DateTimeOffset begins, Action<StepResult>? watch)
    {
        var (state, events) = ((State?)null, new List<TraceEvent>());
        foreach (var step in ScriptedInput.Play(scenario.Agent, scenario.Run, inputs, begins))
        {
            watch?.Invoke(step);
            events.AddRange(step.Events);
            state = step.State;
        }
        return new ScenarioRun(state!, events);
    }
}
