using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>Tells a waiting run what a person said: what the commands approve, reject, answer and resolve have in common.</summary>
internal static class Telling
{
    public static Argument<string> Id() => new("ID")
    {
        Description = "A run's id, or the id of what it waits for: then nothing else is answered, should the run have gone on meanwhile.",
    };

    public static Option<string> Reviewer() => new("--as") { Description = "Your name, as the trace shows it.", Required = true };

    public static Option<string?> Person() => new("--as") { Description = "Your name, as the trace shows it; by default that of your account." };

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
            var open = Waiting.For(run.State);
            if (say(run.State) is not { } said || (id.Contains(':', StringComparison.Ordinal) && id != open?.Id))
            {
                Output.Complain(open is not null
                    ? $"{id}: No {what} of this id is open. Run {run.State.RunId} waits for another answer: {open.Answers[0]}{store.Option}"
                    : $"{id}: No {what} is open; run {run.State.RunId} is {run.State.Phase.Name}.");
                return ExitCode.TooLate;
            }
            var scenario = await run.ScenarioAsync(store);
            await using var servers = ScenarioRun.Servers(scenario);
            var runtime = run.Runtime(scenario, servers, store);
            try
            {
                var (state, ignored) = await runtime.TellAsync(run.State.RunId, said);
                if (ignored is not null)
                {
                    Output.Complain($"{id}: {Why(ignored, state)}");
                    return ExitCode.TooLate;
                }
                Report(state, store);
                return ExitCode.Ok;
            }
            catch (FormatException e)
            {
                return Output.BadInput($"{id}: {e.Message}");
            }
        });

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
        "approval_expired" => $"It expired at {Waiting.Time(state.Phase.AwaitingApproval!.Request.Expires!.Value)}, and nothing was recorded. "
            + $"When the run is resumed the call is refused: approval_expired.",
        "request_not_open" or "question_not_open" or "call_not_in_doubt" => "Somebody else has answered, or it is no longer asked.",
        "hash_does_not_match" => "The call is not the one that was shown; look at it again.",
        "approval_void" => "Tools or policy have changed since this was asked. Resume the run: the call passes the gate again, and is asked anew.",
        "reviewer_is_the_actor" => "The run acts on behalf of this very person, who may not review their own calls.",
        "reviewer_is_unknown" => "A reviewer needs a name.",
        "run_has_no_actor" => "The run has no actor, so nobody can know that the reviewer is somebody else.",
        "call_in_doubt" => "A call that may have happened cannot be edited; approve it as it is, or reject it.",
        "run_stopped" => "The run has stopped.",
        _ => $"It was ignored: {ignored}.",
    };
}
