using MiniRuntime.Core;
using MiniRuntime.Shell;
using Spectre.Console;

namespace MiniRuntime.Cli;

/// <summary>
/// Asks whoever sits at the terminal what a run waits for. Without a terminal nobody is asked, and nothing is approved by default.
/// </summary>
internal static class Prompts
{
    /// <summary>Answers and drives a run until it ends, or until it waits and they do not answer.</summary>
    public static async Task<ScenarioRun> AnswerAsync(Page page, Scenario scenario, ScenarioRun run, OpenStore store, string person,
        Action<StepResult>? watch, CancellationToken leave)
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected) return run;
        while (!leave.IsCancellationRequested && run.State.Stopped is null && Waiting.For(run.State) is { } waiting)
        {
            waiting.Print(page, store);
            if (Ask(run.State, person) is not { } said) return run;
            await using var servers = ScenarioRun.Servers(scenario);
            var runtime = ScenarioRun.Runtime(scenario, servers, store.Runs, trace: run.Events);
            var (_, ignored) = await runtime.TellAsync(run.State.RunId, said);
            if (ignored is not null) page.Line("ignored", Telling.Why(ignored), Page.Bad, indent: "");
            var state = await runtime.ResumeAsync(run.State.RunId, watch, leave: leave);
            run = new ScenarioRun(state, await store.Runs.ReadAsync(state.RunId, CancellationToken.None));
        }
        return run;
    }

    // Null: they leave it for later.
    private static PersonSaid? Ask(State state, string person)
    {
        if (state.Phase.AwaitingApproval is { Request: { } request })
        {
            return Choose("Approve this call?", "later", "approve", "reject") switch
            {
                "approve" => (PersonSaid)new Approve(request.Id, request.Hash, person),
                "reject" => new Reject(request.Id, person, AnsiConsole.Ask<string>("Why not?")),
                _ => null,
            };
        }
        if (state.Phase.AwaitingReply is { } question) return new Reply(question.Id, AnsiConsole.Ask<string>("Your answer:"), person);
        var call = state.Phase.InDoubt!.Call;
        return Choose("What became of this call?", "later", "it happened", "it did not happen", "nobody can tell: cancel the run") switch
        {
            "it happened" => (PersonSaid)new Resolve(call.Id, Resolution.Happened, person),
            "it did not happen" => new Resolve(call.Id, Resolution.DidNotHappen, person),
            "later" => null,
            _ => new Resolve(call.Id, Resolution.Abandon, person),
        };
    }

    private static string Choose(string question, params string[] choices) =>
        AnsiConsole.Prompt(new SelectionPrompt<string>().Title(question).AddChoices(choices));
}
