using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>How runs ended: each is told at its end, and all of them give one exit code.</summary>
internal sealed class Outcome
{
    private bool _failed;
    private bool _waiting;
    private bool _notSuccessful;

    /// <summary>What the exit code says of all runs so far.</summary>
    public int Code => _failed ? ExitCode.Failed : _waiting ? ExitCode.Waiting : _notSuccessful ? ExitCode.NotSuccessful : ExitCode.Ok;

    /// <summary>Judges how a run ended, and tells it.</summary>
    /// <param name="scenario">Its scenario.</param>
    /// <param name="run">The run.</param>
    /// <param name="account">Its account; null when it is told to a program.</param>
    /// <param name="json">Whether it is told to a program.</param>
    /// <param name="trace">Whether its events are told after the account.</param>
    /// <param name="waits">Whether a run that has not stopped can go on later: then it is not judged yet.</param>
    public void End(Scenario scenario, ScenarioRun run, Account? account, bool json, bool trace, bool waits)
    {
        var isOpen = waits && run.State.Stopped is null;
        var (evals, laws) = isOpen ? ([], []) : run.Judge(scenario);
        if (json)
        {
            Output.Json(JsonText.Object([("result", run.Document()), ("evaluations", ScenarioRun.Document(evals, laws)),
                ("waiting", isOpen ? Waiting.For(run.State)?.Document : null)]));
        }
        account?.End(run.State, evals, laws, trace ? run.Events : []);
        _waiting |= isOpen;
        _failed |= evals.Any(static result => !result.Passed) || laws.Any(static result => !result.Passed);
        _notSuccessful |= !isOpen && evals.Count == 0 && run.State.Stopped?.Reason != StopReason.Success;
    }
}
