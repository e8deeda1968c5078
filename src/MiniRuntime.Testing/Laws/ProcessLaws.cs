using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>The real runtime and the real store, in processes that die, pause and get in each other's way.</summary>
internal static class ProcessLaws
{
    private static readonly Run _run = new("run", "", actor: "alice");

    [Law("a run that gets lost, a result that counts twice, a second payment, an effect without a permit on record: after a crash, a "
        + "pause, a lost answer, wherever it strikes.", Cases = 10_000)]
    public static void Whatever_becomes_of_processes_and_messages_every_promise_is_kept(Setup setup, SimulatedProcesses processes)
    {
        var agent = setup.Runnable.Agent;
        var (one, again) = (processes.Drive(agent, _run), processes.Drive(agent, _run));
        Expect.True(one.Broken is null, $"{one}");
        Expect.True(one.Trace == again.Trace && one.Happened == again.Happened, "the same seed gives another run");
    }
}
