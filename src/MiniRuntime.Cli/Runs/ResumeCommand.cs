using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime resume [ID | --all]</c>: takes runs up where another process left them.</summary>
internal static class ResumeCommand
{
    private sealed record Asked(string? Id, bool All, string? Scenario, bool TakeOver, string? Reviewer, bool Json, int Parallel);

    public static Command Create()
    {
        var id = new Argument<string?>("ID") { Description = "A run's id.", Arity = ArgumentArity.ZeroOrOne };
        var store = Stores.Option();
        var all = new Option<bool>("--all") { Description = "Every run that has not stopped, and that nobody drives." };
        var scenario = new Option<string?>("--scenario")
        {
            Description = "A scenario file to drive the run with from now on. An imported run has none; an earlier one stays, for what it "
                + "governed.",
        };
        var takeOver = new Option<bool>("--take-over")
        {
            Description = "With --scenario, for an imported run: you vouch for its journal as it is, and the store that it came from will not go "
                + "on with it. Approvals and permits in it count here.",
        };
        var reviewer = Telling.Naming(new Option<string?>("--as")
        {
            Description = "On a terminal: be asked, under this name, what a run waits for.",
        });
        var json = new Option<bool>("--json") { Description = "Print one JSON document per run instead of an account." };
        var parallel = Number.Option("--parallel", "How many runs at once, with --all.", least: 1, usual: 4);
        var durability = Stores.Durability();
        var command = new Command("resume", """
            Takes a run up where it was left. A call that was executing is in doubt: reads and drafts are executed again, a write only if
            its tool honours the idempotency key; otherwise a person is asked.
            Exit codes: as for 'run', with --all the first that applies to one of the runs; 2 also where a run is damaged or has no
            scenario; 6 another process drives the run.
            """) { id, store, all, scenario, takeOver, reviewer, json, parallel, durability };
        command.SetAction(Faults, parsed => Stores.UseAsync(parsed.GetRequiredValue(store), kept => ResumeAsync(kept,
            new Asked(parsed.GetValue(id), parsed.GetValue(all), parsed.GetValue(scenario), parsed.GetValue(takeOver), parsed.GetValue(reviewer),
                parsed.GetValue(json), parsed.GetValue(parallel))), Stores.DurabilityOf(parsed.GetRequiredValue(durability))));
        return command;

        IEnumerable<string> Faults(ParseResult parsed)
        {
            if (parsed.GetValue(id) is null != parsed.GetValue(all)) yield return "Name a run, or say --all.";
            if (parsed.GetValue(all) && parsed.GetValue(scenario) is not null) yield return "--scenario goes with one run.";
            if (parsed.GetValue(all) && parsed.GetValue(reviewer) is not null) yield return "--as goes with one run.";
            if (parsed.GetValue(takeOver) && parsed.GetValue(scenario) is null) yield return "--take-over goes with --scenario.";
        }
    }

    private static async Task<int> ResumeAsync(OpenStore store, Asked asked)
    {
        if (asked.All) return await ResumeAllAsync(store, asked);
        var run = await StoredRun.OfAsync(store, asked.Id!);
        var read = asked.Scenario is null ? null : ScenarioFiles.ReadOne(asked.Scenario, mayPin: true);
        var file = read is null ? null : await Pinning.WholeAsync(read, CancellationToken.None);
        if (asked.Scenario is not null && file is null) return ExitCode.BadInput;
        if (file is not null && Unfit(run, file, asked.TakeOver) is { } fault) return Output.BadInput(fault);
        if (run.Entry.Scenario is null && run.State.Stopped is null && file is not null && !asked.TakeOver)
        {
            Output.Note($"{run.State.RunId}: It was imported. The store that it came from can go on with it too, under the same call ids: "
                + "cancel or delete it there.");
        }
        using var signals = Signals.Listen();
        var leave = signals.Token;
        var scenario = file?.Scenario ?? await run.ScenarioAsync(store);
        var (page, outcome) = (new Page(Output.Terminal()), new Outcome());
        var account = asked.Json ? null : new Account(page, run.State.Run, store);
        foreach (var traced in run.Events) account?.Heard(traced);
        Action<StepResult>? watch = account is null ? null : account.Show;
        var ended = await EndAsync(store, run, scenario, watch, leave, file?.Bytes);
        if (account is not null && asked.Reviewer is { } reviewer)
            ended = await Prompts.AnswerAsync(page, scenario, file?.Hash ?? run.Entry.Scenario, ended, store, reviewer, account, leave);
        outcome.End(scenario, ended, account, asked.Json, trace: false, waits: true);
        return outcome.Code;
    }

    // One line, or one document, for each: what they do would be told through one another.
    private static async Task<int> ResumeAllAsync(OpenStore store, Asked asked)
    {
        using var signals = Signals.Listen();
        var leave = signals.Token;
        var (page, outcome, told) = (new Page(Output.Terminal()), new Outcome(), new Lock());
        try
        {
            await Parallel.ForEachAsync(await store.Runs.ListAsync(cancel: leave),
                new ParallelOptions { MaxDegreeOfParallelism = asked.Parallel, CancellationToken = leave }, async (entry, _) =>
                {
                    try
                    {
                        if (entry.Fault is { } fault) throw new StoreException($"{entry.RunId}: {fault}");
                        var run = await StoredRun.OfAsync(store, entry.RunId);
                        if (run.State.Stopped is not null) return;
                        var scenario = await run.ScenarioAsync(store);
                        var ended = await EndAsync(store, run, scenario, null, leave);
                        lock (told)
                        {
                            if (!asked.Json) page.Line(ended.State.Stopped is null ? "waiting" : "stopped",
                                $"{entry.RunId}: {ended.State.Stopped?.Reason.Name() ?? Waiting.For(ended.State)?.Kind ?? "left"}", Page.Plain, indent: "");
                            outcome.End(scenario, ended, null, asked.Json, trace: false, waits: true);
                        }
                    }
                    catch (StoreException e)
                    {
                        // Left out, and said so: another process drives it, it has no scenario, or it is damaged. Of one that was deleted
                        // meanwhile nothing is said.
                        if (await store.FaultAsync(entry, e.Message) is not { } fault) return;
                        lock (told) outcome.Add(Stores.CodeOf(e));
                        Output.Complain(fault);
                    }
                });
        }
        catch (OperationCanceledException)
        {
            outcome.Add(ExitCode.Waiting);
        }
        return outcome.Code;
    }

    private static async Task<ScenarioRun> EndAsync(OpenStore store, StoredRun run, Scenario scenario, Action<StepResult>? watch,
        CancellationToken leave, byte[]? given = null)
    {
        if ((HeldSecrets.Fault(scenario) ?? ScenarioModel.Fault(scenario)) is { } fault) throw new StoreException($"Run {run.State.RunId}: {fault}");
        await using var servers = ScenarioRun.Servers(scenario);
        var state = await ScenarioRun.ResumeAsync(run.Runtime(scenario, servers, store, given), scenario, run.State.RunId, watch, leave);
        return new ScenarioRun(state, await store.Runs.ReadAsync(state.RunId, CancellationToken.None));
    }

    // Why a run cannot be driven with this scenario; null when it can.
    private static string? Unfit(StoredRun run, ScenarioFile file, bool takeOver)
    {
        if (file.Scenario.Inputs is not null) return $"{file.Path}: It plays 'inputs'; a run is resumed with a scenario that has 'decisions'.";
        if (file.Scenario.Run.Goal != run.State.Run.Goal)
            return $"{file.Path}: Its goal is another one than that of run {run.State.RunId}, so it is the scenario of another run.";
        // A permit, and an approval that was not used yet, are one run's. Here they would be used a second time, or for the first time on the
        // word of a file.
        var phase = run.State.Phase;
        var underWay = phase.Permitted is not null || phase.Executing is not null || phase.InDoubt is not null;
        if (run.Entry.Scenario is null && underWay && !takeOver)
        {
            return $"{run.State.RunId}: It was imported with a call under way ({phase.Name}), which the store that it came from may go on with. "
                + "If it was moved here, say --take-over; else fork it where it had none.";
        }
        return run.Entry.Scenario is null && !takeOver ? Untrue(run, file) : null;
    }

    // A file can say anything: who acts, what was judged and how, what a hash stands for. What counts is what this scenario's own agent comes
    // to from what came in.
    private static string? Untrue(StoredRun run, ScenarioFile file)
    {
        var (theirs, ours) = (run.State.Run, HeldSecrets.Of(file.Scenario).Redact(file.Scenario.Run));
        if (theirs != new Run(theirs.Id, ours.Goal, ours.Actor, ours.Tenant, ours.Route, ours.Memory))
        {
            return $"{run.State.RunId}: It was imported, and acts for somebody or with something else than the scenario says (actor, tenant, "
                + "route or memory). If you vouch for its journal, say --take-over.";
        }
        return Replay.Of(file.Scenario.Agent, run.Events).Difference is { } difference
            ? $"{run.State.RunId}: It was imported, and under this scenario it would not have come to where it is. {difference} If you vouch for "
                + "its journal, say --take-over."
            : null;
    }
}
