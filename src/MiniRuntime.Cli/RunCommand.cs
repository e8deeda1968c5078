using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>
/// <c>miniruntime run FILE|FOLDER…</c>: runs scenarios and judges their evals. All files are read before any of them runs.
/// </summary>
internal static class RunCommand
{
    private sealed record Asked(string[] Paths, bool Json, bool Trace, string? Store, string? Reviewer, Durability Durability, string? Model,
        string? Record);

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
        var reviewer = Telling.Naming(new Option<string?>("--as")
        {
            Description = "On a terminal, with --store: be asked, under this name, what a run waits for.",
        });
        var model = new Option<string?>("--model")
        {
            Description = "Ask this model in place of the scenario's: NAME, or openai:NAME, anthropic:NAME. What is kept in a store keeps the scenario's own.",
        };
        var record = new Option<string?>("--record")
        {
            Description = "Write the scenario to this new file with what the model said as its script, so that it can be played again "
                + "without a model.",
        };
        var durability = Stores.Durability();
        var command = new Command("run", """
            Runs scenarios and judges their evals.
            Exit codes, the first that applies to one of them: 2 bad input, nothing was run; 74 the output or the store cannot be written;
            1 an eval failed or a law was broken; 3 a run without evals did not end in success; 5 a run waits for a person or was left;
            6 a run of that name exists; 0 all is well.
            """) { paths, json, trace, store, reviewer, durability, model, record };
        command.SetAction(Faults, parsed => RunAsync(
            new Asked(parsed.GetRequiredValue(paths), parsed.GetValue(json), parsed.GetValue(trace), parsed.GetValue(store),
                parsed.GetValue(reviewer), Stores.DurabilityOf(parsed.GetRequiredValue(durability)), parsed.GetValue(model),
                parsed.GetValue(record))));
        return command;

        IEnumerable<string> Faults(ParseResult parsed)
        {
            if (parsed.GetValue(store) is not null) yield break;
            if (parsed.GetResult(durability) is { Implicit: false })
                yield return "--durability goes with --store: without one nothing is kept.";
            if (parsed.GetResult(reviewer) is { Implicit: false })
                yield return "--as goes with --store: without one a run does not wait.";
        }
    }

    private static async Task<int> RunAsync(Asked asked)
    {
        if (ScenarioFiles.Read(asked.Paths, mayPin: true).OrReport() is not { } read) return ExitCode.BadInput;
        if (read.FirstOrDefault(static file => file.Scenario.Gateway is not null) is { } governed)
            return Output.BadInput($"{governed.Path}: It is for the gateway: a client proposes, and starts 'miniruntime gateway' itself.");
        if (await Pinning.WholeAsync(read, CancellationToken.None) is not { } files) return ExitCode.BadInput;
        if (asked.Record is not null && files.Count > 1) return Output.BadInput("--record is for one scenario; name one file.");
        if (asked is { Record: { } recorded, Store: { } kept } && Stores.PartsOf(kept).Any(part => Place.IsSame(recorded, part)))
            return Output.BadInput($"{recorded}: This is the store itself, or a part of it; name another file.");
        if (asked.Record is not null && SavedScenario.Fault(asked.Record, "--record") is { } fault) return Output.BadInput(fault);
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
            // Where 'inputs' are played nothing is called, and nobody has to hold a secret.
            var secrets = file.Scenario.Inputs is null ? HeldSecrets.Of(file.Scenario) : Secrets.None;
            Action<string>? said = account is null || Console.IsOutputRedirected ? null : text => page.Said(text, secrets);
            try
            {
                var run = store is null
                    ? await ScenarioRun.Of(file.Scenario, watch, said, cancel)
                    : await ScenarioRun.InAsync(file, store.Runs, watch, said, cancel);
                if (store is not null && account is not null && asked.Reviewer is { } reviewer)
                    run = await Prompts.AnswerAsync(page, file.Scenario, file.Hash, run, store, reviewer, account, cancel);
                if (asked.Record is { } record && await Recording.WriteAsync(record, file.Bytes, run.Events) is { } unwritten)
                    outcome.Add(Output.Unwritten(unwritten));
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
