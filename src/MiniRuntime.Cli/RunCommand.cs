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
        ScenarioFiles.RefuseOptions(paths);
        var json = new Option<bool>("--json") { Description = "Print one JSON document per scenario instead of an account." };
        var trace = new Option<bool>("--trace") { Description = "After the account, print every event of the trace." };
        var command = new Command("run", """
            Runs scenarios and judges their evals.
            Exit codes: 0 all is well; 1 an eval failed or a law was broken; 2 bad input, nothing was run; 3 a run without evals did not
            end in success.
            """) { paths, json, trace };
        // On a thread of its own, so that a signal ends the command even where a file does not end (a pipe that nobody writes to).
        command.SetAction((parsed, cancel) => Task.Run(() =>
            RunAsync(parsed.GetRequiredValue(paths), parsed.GetValue(json), parsed.GetValue(trace), cancel)));
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, bool json, bool trace, CancellationToken cancel)
    {
        if (ScenarioFiles.Read(paths).OrReport() is not { } scenarios) return ExitCode.BadInput;

        var page = new Page(Output.Terminal());
        var (evalFailed, notSuccessful) = (false, false);
        foreach (var scenario in scenarios)
        {
            var account = json ? null : new Account(page, scenario);
            var run = await ScenarioRun.Of(scenario, account is null ? null : account.Show, cancel);
            var (evals, laws) = run.Judge(scenario);
            if (json) Output.Json(Document(run, evals, laws));
            account?.End(run.State, evals, laws, trace ? run.Events : []);
            evalFailed |= evals.Any(static result => !result.Passed) || laws.Any(static result => !result.Passed);
            notSuccessful |= evals.Count == 0 && run.State.Stopped?.Reason != StopReason.Success;
        }
        return evalFailed ? ExitCode.Failed : notSuccessful ? ExitCode.NotSuccessful : ExitCode.Ok;
    }

    private static JsonText Document(ScenarioRun run, Seq<EvalResult> evals, Seq<LawResult> laws) => JsonText.Object(
    [
        ("result", JsonText.Object([("state", StateView.Of(run.State)), ("trace", JsonText.Array(TraceView.Of(run.Events)))])),
        ("evaluations", ScenarioRun.Document(evals, laws)),
    ]);
}
