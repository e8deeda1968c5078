namespace MiniRuntime.Core;

/// <summary>
/// What rides along with an input: when it arrived, and what it cost. The core has no clock and no meter, so time and the bill are data.
/// </summary>
/// <exception cref="ArgumentOutOfRangeException">Tokens or cost are negative.</exception>
public sealed record Stamp
{
    /// <summary>A stamp.</summary>
    /// <param name="at">
    /// When the input arrived; null where the host has no clock. Without it nothing can expire, and no approval holds.
    /// </param>
    /// <param name="tokens">Model tokens used to get the input, 0 or more.</param>
    /// <param name="cost">Money spent to get the input, in the currency of the budget, 0 or more.</param>
    public Stamp(DateTimeOffset? at = null, long tokens = 0, decimal cost = 0)
    {
        At = at?.ToUniversalTime();
        Tokens = Guard.NotNegative(tokens);
        Cost = Guard.NotNegative(cost);
    }

    /// <summary>No time, no tokens, no cost.</summary>
    public static Stamp None { get; } = new();

    /// <summary>When the input arrived, in UTC.</summary>
    public DateTimeOffset? At { get; }

    /// <summary>Model tokens used.</summary>
    public long Tokens { get; }

    /// <summary>Money spent, in the currency of the budget.</summary>
    public decimal Cost { get; }
}
