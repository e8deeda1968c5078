using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Spectre.Console;

namespace MiniRuntime.Cli;

/// <summary>
/// Asks whoever sits at the terminal what a run waits for. Without a terminal nobody is asked, and nothing is approved by default.
/// </summary>
internal static class Prompts
{
    /// <summary>
    /// Answers and drives a run until it ends, or until it waits and they do not answer. A person takes their time, and meanwhile somebody
    /// else may give the run another scenario: then it is left alone.
    /// </summary>
    public static async Task<ScenarioRun> AnswerAsync(Page page, Scenario scenario, string? hash, ScenarioRun run, OpenStore store,
        string person, Account account, CancellationToken leave)
    {
        if (Console.IsInputRedirected || Console.IsOutputRedirected) return run;
        // A choice needs a terminal that can move its cursor; on another one the commands that are shown will do.
        if (!AnsiConsole.Profile.Capabilities.Ansi || !AnsiConsole.Profile.Capabilities.Interactive) return run;
        while (!leave.IsCancellationRequested && run.State.Stopped is null && Waiting.For(run.State) is { } waiting)
        {
            waiting.Print(page);
            if (await AskAsync(run.State, person, leave) is not { } said) return run;
            await using var servers = ScenarioRun.Servers(scenario);
            var runtime = ScenarioRun.Runtime(scenario, servers, store.Runs, new RuntimeOptions { RequiredScenario = hash }, run.Events);
            var (told, ignored) = await runtime.TellAsync(run.State.RunId, said, inTime: true);
            var events = await store.Runs.ReadAsync(run.State.RunId, CancellationToken.None);
            foreach (var traced in events.Skip(run.Events.Count)) account.Show(traced);
            if (ignored is not null) page.Line("", Telling.Why(ignored, told), Page.Bad);
            var state = await ScenarioRun.ResumeAsync(runtime, scenario, run.State.RunId, account.Show, leave);
            run = new ScenarioRun(state, await store.Runs.ReadAsync(state.RunId, CancellationToken.None));
        }
        return run;
    }

    // Null: they leave it for later.
    private static async Task<PersonSaid?> AskAsync(State state, string person, CancellationToken leave)
    {
        try
        {
            // What was typed before there was a question is no answer to it.
            while (Console.KeyAvailable) Console.ReadKey(intercept: true);
            return await SayAsync(state, person, leave);
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.WriteLine();
            return null;
        }
    }

    private static async Task<PersonSaid?> SayAsync(State state, string person, CancellationToken leave)
    {
        if (state.Phase.AwaitingApproval is { Request: { } request })
        {
            // They are not asked what would not count.
            if (PersonName.AreAlike(state.Run.Actor ?? "", person)) return null;
            return await ChooseAsync("Approve this call?", "later", "approve", "reject") switch
            {
                "approve" => (PersonSaid)new Approve(request.Id, request.Hash, person),
                "reject" => new Reject(request.Id, person, await TextAsync("Why not?")),
                _ => null,
            };
        }
        if (state.Phase.AwaitingReply is { } question) return new Reply(question.Id, await TextAsync("Your answer:"), person);
        var call = state.Phase.InDoubt!.Call;
        const string NobodyKnows = "nobody can tell: cancel the run";
        return await ChooseAsync("What became of this call?", "later", "it happened", "it did not happen", NobodyKnows) switch
        {
            "it happened" => (PersonSaid)new Resolve(call.Id, Resolution.Happened, person, await ResultAsync()),
            "it did not happen" => new Resolve(call.Id, Resolution.DidNotHappen, person),
            NobodyKnows => new Resolve(call.Id, Resolution.Abandon, person),
            _ => null,
        };

        Task<string> ChooseAsync(string question, params string[] choices) =>
            new SelectionPrompt<string>().Title(question).AddChoices(choices).ShowAsync(AnsiConsole.Console, leave);

        async Task<Json?> ResultAsync()
        {
            var text = await new TextPrompt<string>("With what result (JSON; nothing for none)?").AllowEmpty()
                .Validate(static said => said.Length == 0 || Read(said).IsValid, "That is no JSON; text needs quotes.")
                .ShowAsync(AnsiConsole.Console, leave);
            return text.Length == 0 ? null : Read(text).Value;
        }

        static Decoded<Json> Read(string text) => StrictJson.Parse(Encoding.UTF8.GetBytes(text), JsonSource.Wire);

        Task<string> TextAsync(string question) => new TextPrompt<string>(question).ShowAsync(AnsiConsole.Console, leave);
    }
}
