namespace MiniRuntime.Cli;

/// <summary>
/// What the command's exit code says. Where several hold: bad input, then a failed eval or a broken law, then the others.
/// </summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Ok = 0;

    /// <summary>An eval failed, or a law is broken.</summary>
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

    /// <summary>The output could not be written. (EX_IOERR of BSD's sysexits.h.)</summary>
    public const int NoOutput = 74;
}
