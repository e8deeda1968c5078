using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Spectre.Console;

namespace MiniRuntime.Cli;

/// <summary>
/// <c>miniruntime run FILE|FOLDER…</c>: runs scenarios and judges their evals. All files are read before any of them runs.
/// </summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("FILE|FOLDER")
        {
            Description = "Scenario files, or folders with scenario files (*.json).",
            Arity = ArgumentArity.OneOrMore,
        };
        // Left alone, a mistyped option would be taken for a file.
        paths.Validators.Add(static result =>
        {
            foreach (var name in result.Tokens.Select(static token => token.Value).Where(static value => value.StartsWith('-')))
                result.AddError($"There is no option '{name}'. (For a file of that name: ./{name})");
        });
        var json = new Option<bool>("--json") { Description = "Print one JSON document per scenario instead of an account." };
        var trace = new Option<bool>("--trace") { Description = "After the account, print every event of the trace." };
        var command = new Command("run", """
            Runs scenarios and judges their evals.
            Exit codes: 0 all is well; 1 an eval failed or a law was broken; 2 bad input, nothing was run; 3 a run without evals did not end in success.
            """) { paths, json, trace };
        command.SetAction((parsed, cancel) =>
            RunAsync(parsed.GetRequiredValue(paths), parsed.GetValue(json), parsed.GetValue(trace), cancel));
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, bool json, bool trace, CancellationToken cancel)
    {
        var read = ScenarioFiles.Read(paths);
        foreach (var line in read.Faults) Console.Error.WriteLine(line);
        if (read.Faults.Count > 0) return ExitCode.BadInput;

        var console = Output.Terminal();
        var (evalFailed, notSuccessful) = (false, false);
        foreach (var scenario in read.Scenarios)
        {
            var account = json ? null : new Account(console, scenario);
            var (state, events) = await RunAsync(scenario, account, cancel);
            var path = Trajectory.Of(events);
            var evals = scenario.Evals.Select(eval => eval.Judge(path)).ToSeq();
            var laws = scenario.Laws.Select(law => law.Judge(path)).ToSeq();
            if (json) Output.Json(Document(state, events, evals, laws));
            account?.End(state, evals, laws, trace ? events : []);
            evalFailed |= evals.Any(static result => !result.Passed) || laws.Any(static result => !result.Passed);
            notSuccessful |= evals.Count == 0 && state.Stopped?.Reason != StopReason.Success;
        }
        return evalFailed ? ExitCode.EvalFailed : notSuccessful ? ExitCode.NotSuccessful : ExitCode.Ok;
    }

    private static async Task<(State State, IReadOnlyList<TraceEvent> Events)> RunAsync(
        Scenario scenario, Account? account, CancellationToken cancel)
    {
        if (scenario.Inputs is { } inputs) return Play(scenario, inputs, account);
        var journal = new InMemoryJournal();
        var runtime = new AgentRuntime(scenario.Agent, new ScriptedModel(scenario.Script), scenario.Toolbox(), journal);
        var state = await runtime.RunAsync(scenario.Run, account is null ? null : account.Show, cancel);
        return (state, await journal.ReadAsync(scenario.Run.Id, CancellationToken.None));
    }

    private static (State State, IReadOnlyList<TraceEvent> Events) Play(Scenario scenario, Seq<ScriptedInput> inputs, Account? account)
    {
        var (state, events) = ((State?)null, new List<TraceEvent>());
        foreach (var step in ScriptedInput.Play(scenario.Agent, scenario.Run, inputs, TimeProvider.System.GetUtcNow()))
        {
            account?.Show(step);
            events.AddRange(step.Effects.Select(static effect => effect.Record?.Event).OfType<TraceEvent>());
            state = step.State;
        }
        return (state!, events);
    }

    private static JsonText Document(
        State state, IReadOnlyList<TraceEvent> events, Seq<EvalResult> evals, Seq<LawResult> laws) => JsonText.Object(
    [
        ("result", JsonText.Object([("state", StateView.Of(state)), ("trace", JsonText.Array(TraceView.Of(events)))])),
        ("evaluations", JsonText.Array([.. evals.Select(Codec.EvalResult.Encode), .. laws.Select(Codec.LawResult.Encode)])),
    ]);
}
