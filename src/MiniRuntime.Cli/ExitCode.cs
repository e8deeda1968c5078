namespace MiniRuntime.Cli;

/// <summary>
/// What the command's exit code says. Where several hold: bad input, then a failed eval, then a run that did not succeed.
/// </summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Ok = 0;

    /// <summary>An eval failed.</summary>
    public const int EvalFailed = 1;

    /// <summary>The input is bad, and nothing was run.</summary>
    public const int BadInput = 2;

    /// <summary>A run without evals ended otherwise than in success.</summary>
    public const int NotSuccessful = 3;
}
