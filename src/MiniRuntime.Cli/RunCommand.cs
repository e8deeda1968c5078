using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>
/// <c>miniruntime run FILE|FOLDER…</c>: runs scenarios and judges their evals. All files are read before any of them runs.
/// </summary>
internal static class RunCommand
{
    private sealed record Asked(string[] Paths, bool Json, bool Trace, string? Store, string? Reviewer);

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
        var store = new Option<string?>("--store")
        {
            Description = "Keep the runs in this store (one SQLite file, made where there is none). A run then waits for people, in whatever "
                + "process they answer, and can be resumed. By default runs live in memory.",
        };
        var reviewer = new Option<string?>("--as") { Description = "On a terminal, with --store: be asked, under this name, what a run waits for." };
        var command = new Command("run", """
            Runs scenarios and judges their evals.
            Exit codes: 0 all is well; 1 an eval failed or a law was broken; 2 bad input, nothing was run; 3 a run without evals did not
            end in success; 5 a run waits for a person or was left; 6 a run of that name exists.
            """) { paths, json, trace, store, reviewer };
        // On a thread of its own, so that a signal ends the command even where a file does not end (a pipe that nobody writes to).
        command.SetAction((parsed, cancel) => Task.Run(() => RunAsync(
            new Asked(parsed.GetRequiredValue(paths), parsed.GetValue(json), parsed.GetValue(trace), parsed.GetValue(store),
                parsed.GetValue(reviewer)),
            cancel)));
        return command;
    }

    private static async Task<int> RunAsync(Asked asked, CancellationToken cancel)
    {
        if (ScenarioFiles.Read(asked.Paths, mayPin: true).OrReport() is not { } read) return ExitCode.BadInput;
        if (await Pinning.WholeAsync(read, cancel) is not { } files) return ExitCode.BadInput;
        var unfit = files.SelectMany(ScenarioRun.Faults).ToList();
        foreach (var line in unfit) Output.Note(line);
        if (unfit.Count > 0) return ExitCode.BadInput;
        if (asked.Store is null) return await RunAsync(asked, files, null, cancel);
        if (files.FirstOrDefault(static file => file.Scenario.Inputs is not null) is { } played)
            return Output.BadInput($"{played.Path}: It plays 'inputs', so nothing in it waits for a store; run it without --store.");
        return await Stores.OpenAsync(asked.Store, store => RunAsync(asked, files, store, cancel));
    }

    private static async Task<int> RunAsync(Asked asked, IReadOnlyList<ScenarioFile> files, OpenStore? store, CancellationToken cancel)
    {
        var (page, outcome) = (new Page(Output.Terminal()), new Outcome());
        foreach (var file in files)
        {
            // What was left begins nothing more.
            if (store is not null && cancel.IsCancellationRequested) return ExitCode.Waiting;
            var account = asked.Json ? null : new Account(page, file.Scenario.Run, store);
            Action<StepResult>? watch = account is null ? null : account.Show;
            var run = store is null
                ? await ScenarioRun.Of(file.Scenario, watch, cancel)
                : await ScenarioRun.InAsync(file, store.Runs, watch, cancel);
            if (store is not null && !asked.Json && asked.Reviewer is { } reviewer)
                run = await Prompts.AnswerAsync(page, file.Scenario, run, store, reviewer, watch, cancel);
            outcome.End(file.Scenario, run, account, asked.Json, asked.Trace, waits: store is not null);
        }
        return outcome.Code;
    }
}
