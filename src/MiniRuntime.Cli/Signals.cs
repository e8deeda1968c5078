using System.Runtime.InteropServices;

namespace MiniRuntime.Cli;

/// <summary>
/// SIGTERM and Ctrl-C. They end the process at once, as they end any other, but for where something listens: that is told, and ends in its
/// own way. Whoever says it a second time does not want to wait for that.
/// </summary>
internal sealed class Signals : IDisposable
{
    private static volatile Signals? _listening;

    private readonly CancellationTokenSource _told = new();

    private Signals() => _listening = this;

    /// <summary>Cancelled once a signal has come.</summary>
    public CancellationToken Token => _told.Token;

    /// <summary>From now on nothing ends the process without a word.</summary>
    public static IDisposable Register() => new Registered(
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Hear), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hear));

    /// <summary>Listens until it is disposed of. One thing listens at a time.</summary>
    public static Signals Listen() => new();

    public void Dispose() => _listening = null;

    private static void Hear(PosixSignalContext context)
    {
        var listening = _listening;
        context.Cancel = true;
        if (listening is { _told.IsCancellationRequested: false })
        {
            _ = listening._told.CancelAsync();
            return;
        }
        Output.Note(listening is null ? "Ended by a signal." : "Ended by a second signal, at once: what was in flight may have happened.");
        Environment.Exit(context.Signal == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Terminated);
    }

    private sealed record Registered(IDisposable Interrupt, IDisposable Terminate) : IDisposable
    {
        public void Dispose()
        {
            Interrupt.Dispose();
            Terminate.Dispose();
        }
    }
}
