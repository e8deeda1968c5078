using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>Tells a waiting run what a person said: what the commands approve, reject, answer and resolve have in common.</summary>
internal static class Telling
{
    // How often, and how long apart, it is tried to tell a run that somebody else holds.
    private const int MaxTries = 100;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    public static Argument<string> Id() => new("ID")
    {
        Description = "A run's id, or the id of what it waits for: then nothing else is answered, should the run have gone on meanwhile.",
    };

    /// <summary>What is wrong with a text that a person says: an empty one says nothing.</summary>
    public static IEnumerable<string> Faults(string name, string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) yield return $"{name} is empty; say something.";
    }

    public static Option<string> Reviewer() =>
        Naming(new Option<string>("--as") { Description = "Your name, as the trace shows it.", Required = true });

    public static Option<string?> Person() =>
        Naming(new Option<string?>("--as") { Description = "Your name, as the trace shows it; by default that of your account." });

    /// <summary>The option, for the name of a person: an empty one is nobody's.</summary>
    public static Option<T> Naming<T>(Option<T> option)
    {
        option.Validators.Add(static result =>
        {
            if (result.Tokens.Any(static token => string.IsNullOrWhiteSpace(token.Value))) result.AddError("--as is empty; say your name.");
        });
        return option;
    }

    /// <summary>The command's person: the one it names, or who runs it.</summary>
    public static string Named(string? person) => person ?? Environment.UserName;

    /// <summary>Tells a run something about what it waits for.</summary>
    /// <param name="path">The store.</param>
    /// <param name="id">The run, or what it waits for.</param>
    /// <param name="say">What is said, given where the run stands; null when it does not wait for such a thing.</param>
    /// <param name="what">What kind of thing that is, for errors.</param>
    public static Task<int> TellAsync(string path, string id, Func<State, PersonSaid?> say, string what) =>
        Stores.UseAsync(path, async store =>
        {
            var run = await StoredRun.WithAsync(store, id);
            var (open, named) = (await run.WaitingAsync(store), Escape.Id(id));
            // A call that is executed is in doubt as soon as the run is told anything, if nobody drives it.
            var asked = open?.Id ?? run.State.Phase.Executing?.Call.Id;
            if (say(run.State) is not { } said || (id.Contains(':', StringComparison.Ordinal) && id != asked))
            {
                Output.Complain(open is not null
                    ? $"{named}: No {what} of this id is open. Run {run.State.RunId} waits for another answer: "
                        + $"{open.Answers[0]}{store.Option}"
                    : id.Contains(':', StringComparison.Ordinal)
                        ? $"{named}: {Why("request_not_open", run.State)} Run {run.State.RunId} is {run.State.Phase.Name}."
                        : $"{named}: No {what} is open; run {run.State.RunId} is {run.State.Phase.Name}.");
                return ExitCode.TooLate;
            }
            var scenario = await run.ScenarioAsync(store);
            await using var servers = ScenarioRun.Servers(scenario);
            var runtime = run.Runtime(scenario, servers, store);
            try
            {
                var (state, ignored) = await TellAsync(store, run, runtime, said);
                if (ignored is not null)
                {
                    Output.Complain($"{named}: {Why(ignored, state)}");
                    return ExitCode.TooLate;
                }
                Report(state, store);
                return ExitCode.Ok;
            }
            catch (FormatException e)
            {
                return Output.BadInput($"{named}: {e.Message}");
            }
        });

    // Whoever answers holds the run for a moment. Once that is over it is known whether what this one answers is still asked.
    private static async Task<(State State, string? Ignored)> TellAsync(OpenStore store, StoredRun run, AgentRuntime runtime,
        PersonSaid said)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await runtime.TellAsync(run.State.RunId, said, inTime: true);
            }
            catch (RunIsDrivenException) when (tries < MaxTries)
            {
                await Task.Delay(_pause);
                var now = await StoredRun.WithAsync(store, run.State.RunId);
                if (Waiting.For(now.State)?.Id != Waiting.For(run.State)?.Id) return (now.State, "request_not_open");
            }
        }
    }

    /// <summary>Says where a run stands after it was told something.</summary>
    public static void Report(State state, OpenStore store)
    {
        var page = new Page(Output.Terminal());
        if (state.Stopped is { } stopped) page.Line("stopped", $"{state.RunId}: {stopped.Reason.Name()}", Page.Plain, indent: "");
        else if (Waiting.For(state) is { } waiting) waiting.Print(page, store);
        else page.Uncut("recorded", $"{state.RunId} goes on with: miniruntime resume {state.RunId}{store.Option}", Page.Good);
    }

    /// <summary>Why an answer did not count, in words.</summary>
    /// <param name="ignored">The reason.</param>
    /// <param name="state">Where the run stands.</param>
    public static string Why(string ignored, State state) => ignored switch
    {
        "approval_expired" => $"It expired at {Waiting.Time(state.Phase.AwaitingApproval!.Request.Expires!.Value)}, and nothing was "
            + "recorded. When the run is resumed the call is refused: approval_expired.",
        "request_not_open" or "question_not_open" or "call_not_in_doubt" => "Somebody else has answered, or it is no longer asked.",
        "hash_does_not_match" => "The call is not the one that was shown; look at it again.",
        "approval_void" => "Tools or policy have changed since this was asked. Resume the run: the call passes the gate again, and is asked anew.",
        "reviewer_is_the_actor" => "The run acts on behalf of this very person, who may not review their own calls.",
        "reviewer_is_unknown" => "A reviewer needs a name.",
        "run_has_no_actor" => "The run has no actor, so nobody can know that the reviewer is somebody else.",
        "step_not_finished" => "The call under way is executed again, and nobody needs to say what became of it. Resume the run.",
        "call_in_doubt" => "A call that may have happened cannot be edited; approve it as it is, or reject it.",
        "run_stopped" => "The run has stopped.",
        _ => $"It was ignored: {ignored}.",
    };
}
