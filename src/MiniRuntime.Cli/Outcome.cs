using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>How runs ended: each is told at its end, and all of them give one exit code.</summary>
internal sealed class Outcome
{
    /// <summary>What the exit code says of all runs so far: the worst of what it would say of each.</summary>
    public int Code { get; private set; } = ExitCode.Ok;

    /// <summary>What the exit code says of one that did not come to its end.</summary>
    public void Add(int code) => Code = ExitCode.Worst(Code, code);

    /// <summary>Judges how a run ended, and tells it.</summary>
    /// <param name="scenario">Its scenario.</param>
    /// <param name="run">The run.</param>
    /// <param name="account">Its account; null when it is told to a program.</param>
    /// <param name="json">Whether it is told to a program.</param>
    /// <param name="trace">Whether its events are told after the account.</param>
    /// <param name="waits">Whether a run that has not stopped can go on later: then only a law that it has broken already is told.</param>
    public void End(Scenario scenario, ScenarioRun run, Account? account, bool json, bool trace, bool waits)
    {
        var isOpen = waits && run.State.Stopped is null;
        var (evals, laws) = run.Judge(scenario);
        // What comes may still pass an eval or end a run, but mends no law.
        if (isOpen) (evals, laws) = ([], laws.Where(static result => !result.Passed).ToSeq());
        if (json)
        {
            Output.Document([("result", run.Document()), ("evaluations", ScenarioRun.Document(evals, laws)),
                ("waiting", isOpen ? Waiting.For(run.State)?.Document : null)]);
        }
        account?.End(run.State, evals, laws, trace ? run.Events : []);
        Add(evals.Any(static result => !result.Passed) || laws.Any(static result => !result.Passed) ? ExitCode.Failed
            : isOpen ? ExitCode.Waiting
            : evals.Count == 0 && run.State.Stopped?.Reason != StopReason.Success ? ExitCode.NotSuccessful
            : ExitCode.Ok);
    }
}
