using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>
/// <c>miniruntime run FILE|FOLDER…</c>: runs scenarios and judges their evals. All files are read before any of them runs.
/// </summary>
internal static class RunCommand
{
    private sealed record Asked(string[] Paths, bool Json, bool Trace, string? Store, string? Reviewer, string? Model, string? Record);

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
        var model = new Option<string?>("--model")
        {
            Description = "Ask this model in place of the scenario's: NAME, or openai:NAME, anthropic:NAME. What is kept in a store keeps the scenario's own.",
        };
        var record = new Option<string?>("--record")
        {
            Description = "Write the scenario to this file with what the model said as its script, so that it can be played again without a model.",
        };
        var command = new Command("run", """
            Runs scenarios and judges their evals.
            Exit codes: 0 all is well; 1 an eval failed or a law was broken; 2 bad input, nothing was run; 3 a run without evals did not
            end in success; 5 a run waits for a person or was left; 6 a run of that name exists.
            """) { paths, json, trace, store, reviewer, model, record };
        // On a thread of its own, so that a signal ends the command even where a file does not end (a pipe that nobody writes to).
        command.SetAction((parsed, cancel) => Task.Run(() => RunAsync(
            new Asked(parsed.GetRequiredValue(paths), parsed.GetValue(json), parsed.GetValue(trace), parsed.GetValue(store),
                parsed.GetValue(reviewer), parsed.GetValue(model), parsed.GetValue(record)),
            cancel)));
        return command;
    }

    private static async Task<int> RunAsync(Asked asked, CancellationToken cancel)
    {
        if (ScenarioFiles.Read(asked.Paths, mayPin: true).OrReport() is not { } read) return ExitCode.BadInput;
        if (await Pinning.WholeAsync(read, cancel) is not { } files) return ExitCode.BadInput;
        if (asked.Record is not null && files.Count > 1) return Output.BadInput("--record is for one scenario; name one file.");
        if (asked.Record is not null && SavedScenario.Fault(asked.Record, files[0].Path, "--record") is { } fault) return Output.BadInput(fault);
        if (asked.Model is { } model)
        {
            var others = files.Select(file => (file.Path, Other: ScenarioModel.With(file.Scenario, model), file)).ToList();
            if (others.FirstOrDefault(static other => other.Other.Fault is not null) is { Path: not null } wrong)
                return Output.BadInput($"{wrong.Path}: {wrong.Other.Fault}");
            files = [.. others.Select(static other => other.file with { Scenario = other.Other.Scenario })];
        }
        if (files.FirstOrDefault(static file => ScenarioModel.Fault(file.Scenario) is not null) is { } keyless)
            return Output.BadInput($"{keyless.Path}: {ScenarioModel.Fault(keyless.Scenario)}");
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
            Action<string>? said = account is null || Console.IsOutputRedirected ? null : page.Said;
            var run = store is null
                ? await ScenarioRun.Of(file.Scenario, watch, said, cancel)
                : await ScenarioRun.InAsync(file, store.Runs, watch, said, cancel);
            if (store is not null && !asked.Json && asked.Reviewer is { } reviewer)
                run = await Prompts.AnswerAsync(page, file.Scenario, run, store, reviewer, watch, cancel);
            if (asked.Record is { } record && Recording.Write(record, file.Bytes, run.Events) is { } unwritten) return Output.BadInput(unwritten);
            outcome.End(file.Scenario, run, account, asked.Json, asked.Trace, waits: store is not null);
        }
        return outcome.Code;
    }
}
