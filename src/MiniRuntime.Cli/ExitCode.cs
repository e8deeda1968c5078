namespace MiniRuntime.Cli;

/// <summary>
/// What the command's exit code says. Where several hold, as for a command that treats several runs, the worst does (<see cref="Worst"/>).
/// </summary>
internal static class ExitCode
{
    private static readonly int[] _worstFirst = [BadInput, NoOutput, Failed, NotSuccessful, Incomplete, Waiting, TooLate, Ok];

    /// <summary>The worse of two: the one that comes first in the table on the README.</summary>
    public static int Worst(int one, int other) => _worstFirst.First(code => code == one || code == other);

    /// <summary>All is well.</summary>
    public const int Ok = 0;

    /// <summary>An eval failed, a law is broken, or what was kept is damaged.</summary>
    public const int Failed = 1;

    /// <summary>The input is bad, and nothing was run.</summary>
    public const int BadInput = 2;

    /// <summary>A run without evals ended otherwise than in success.</summary>
    public const int NotSuccessful = 3;

    /// <summary>A limit came before an answer.</summary>
    public const int Incomplete = 4;

    /// <summary>A run has not ended: it waits for a person, or was left by a signal.</summary>
    public const int Waiting = 5;

    /// <summary>Somebody else was there first: another process drives the run, or the question is answered or void.</summary>
    public const int TooLate = 6;

    /// <summary>The output, a file that was asked for, or a store could not be written. (EX_IOERR of BSD's sysexits.h.)</summary>
    public const int NoOutput = 74;

    /// <summary>Ctrl-C came where nothing listened (128 and the signal's number, as of any process).</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM came where nothing listened.</summary>
    public const int Terminated = 143;
}
