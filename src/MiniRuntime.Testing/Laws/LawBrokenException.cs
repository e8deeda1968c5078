namespace MiniRuntime.Testing;

/// <summary>A law does not hold. The message tells which, a counterexample, and how to see it again.</summary>
/// <param name="result">What came of checking the law.</param>
public sealed class LawBrokenException(CheckResult result) : Exception(result.ToString())
{
    /// <summary>What came of checking the law.</summary>
    public CheckResult Result => result;
}
