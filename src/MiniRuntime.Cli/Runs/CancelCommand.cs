using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime cancel ID</c>: ends a run, whether it waits or another process drives it.</summary>
internal static class CancelCommand
{
    public static Command Create()
    {
        var (id, store) = (new Argument<string>("ID") { Description = "A run's id." }, Stores.Option());
        var command = new Command("cancel", """
            Cancels a run. Where a process drives it, that process is asked to, and hears it before it begins anything more. No scenario is
            needed for that. A run that has stopped already stays as it is.
            Exit codes: 0 cancelled, or asked for; 2 bad input; 6 the run has stopped already.
            """) { id, store };
        command.SetAction((parsed, _) => Stores.UseAsync(parsed.GetRequiredValue(store),
            kept => CancelAsync(kept, parsed.GetRequiredValue(id))));
        return command;
    }

    private static async Task<int> CancelAsync(OpenStore store, string id)
    {
        var run = await StoredRun.OfAsync(store, id);
        if (run.State.Stopped is { } stopped)
        {
            Output.Complain($"{id}: The run has stopped already: {stopped.Reason.Name()}.");
            return ExitCode.TooLate;
        }
        // Where a step is unfinished, and nobody drives the run, the agent has to finish it first; otherwise nothing is decided any more,
        // so none is needed.
        var cancelled = run.Entry.DrivenBy is not null || (run.State.Phase.Ready is null && run.State.Phase.Judging is null)
            ? await AgentRuntime.CancelAsync(store.Runs, run.State.RunId)
            : await CutAsync(run, store);
        if (cancelled is not var (state, ignored))
        {
            new Page(Output.Terminal()).Line("asked", $"{run.Entry.DrivenBy ?? "a process"} drives {run.State.RunId}, and hears it before "
                + "it begins anything more; should that process be dead, whoever resumes the run cancels it", Page.Plain, indent: "");
            return ExitCode.Ok;
        }
        if (ignored is null)
        {
            Telling.Report(state, store);
            return ExitCode.Ok;
        }
        Output.Complain($"{id}: {Telling.Why(ignored, state)}");
        return ExitCode.TooLate;
    }

    private static async Task<(State State, string? Ignored)?> CutAsync(StoredRun run, OpenStore store)
    {
        var scenario = await run.ScenarioAsync(store);
        await using var servers = ScenarioRun.Servers(scenario);
        return await run.Runtime(scenario, servers, store).CancelAsync(run.State.RunId);
    }
}
