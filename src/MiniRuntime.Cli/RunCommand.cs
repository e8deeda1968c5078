using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>
/// <c>miniruntime run FILE|FOLDER…</c>: runs scenarios and judges their evals. All files are read before any of them runs.
/// </summary>
internal static class RunCommand
{
    private sealed record Asked(string[] Paths, bool Json, bool Trace, string? Store, string? Reviewer, Durability Durability);

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
        var durability = Stores.Durability();
        var command = new Command("run", """
            Runs scenarios and judges their evals.
            Exit codes, the first that applies to one of them: 2 bad input, nothing was run; 74 the output or the store cannot be written;
            1 an eval failed or a law was broken; 3 a run without evals did not end in success; 5 a run waits for a person or was left;
            6 a run of that name exists; 0 all is well.
            """) { paths, json, trace, store, reviewer, durability };
        command.Validators.Add(result =>
        {
            if (result.GetValue(store) is not null) return;
            if (result.GetResult(durability) is { Implicit: false })
                result.AddError("--durability goes with --store: without one nothing is kept.");
            if (result.GetResult(reviewer) is { Implicit: false })
                result.AddError("--as goes with --store: without one a run does not wait.");
        });
        command.SetAction((parsed, _) => RunAsync(
            new Asked(parsed.GetRequiredValue(paths), parsed.GetValue(json), parsed.GetValue(trace), parsed.GetValue(store),
                parsed.GetValue(reviewer), Stores.DurabilityOf(parsed.GetRequiredValue(durability)))));
        return command;
    }

    private static async Task<int> RunAsync(Asked asked)
    {
        if (ScenarioFiles.Read(asked.Paths).OrReport() is not { } files) return ExitCode.BadInput;
        var unfit = files.SelectMany(ScenarioRun.Faults).ToList();
        foreach (var line in unfit) Output.Note(line);
        if (unfit.Count > 0) return ExitCode.BadInput;
        using var signals = Signals.Listen();
        var cancel = signals.Token;
        if (asked.Store is null) return await RunAsync(asked, files, null, cancel);
        if (files.FirstOrDefault(static file => file.Scenario.Inputs is not null) is { } played)
            return Output.BadInput($"{played.Path}: It plays 'inputs', so nothing in it waits for a store; run it without --store.");
        return await Stores.OpenAsync(asked.Store, store => RunAsync(asked, files, store, cancel),
            new SqliteStoreOptions { Durability = asked.Durability });
    }

    private static async Task<int> RunAsync(Asked asked, IReadOnlyList<ScenarioFile> files, OpenStore? store, CancellationToken cancel)
    {
        var (page, outcome) = (new Page(Output.Terminal()), new Outcome());
        foreach (var file in files)
        {
            if (store is not null && cancel.IsCancellationRequested)
            {
                // What is left begins nothing more.
                Output.Note($"{file.Scenario.Run.Id} was not begun.");
                outcome.Add(ExitCode.Waiting);
                continue;
            }
            var account = asked.Json ? null : new Account(page, file.Scenario.Run, store);
            Action<StepResult>? watch = account is null ? null : account.Show;
            try
            {
                var run = store is null
                    ? await ScenarioRun.Of(file.Scenario, watch, cancel)
                    : await ScenarioRun.InAsync(file, store.Runs, watch, cancel);
                if (store is not null && account is not null && asked.Reviewer is { } reviewer)
                    run = await Prompts.AnswerAsync(page, file.Scenario, run, store, reviewer, account, cancel);
                outcome.End(file.Scenario, run, account, asked.Json, asked.Trace, waits: store is not null);
            }
            catch (StoreException e) when (e is not StoreWriteException)
            {
                // A name that is taken keeps no other run from beginning.
                Output.Complain(e.Message);
                outcome.Add(Stores.CodeOf(e));
            }
        }
        return outcome.Code;
    }
}
