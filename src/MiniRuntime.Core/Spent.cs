namespace MiniRuntime.Core;

/// <summary>What a run has used up, limit by limit (see <see cref="Budget"/>). Sums saturate: they stop at the largest value.</summary>
/// <param name="Steps">Answers of the model, and approved edits.</param>
/// <param name="ToolCalls">Permits issued, repeated ones included.</param>
/// <param name="InvalidDecisions">Unusable answers of the model.</param>
/// <param name="ModelFailures">Times that the model gave no answer.</param>
/// <param name="ToolFailures">Calls that failed.</param>
/// <param name="Refusals">Proposals refused.</param>
/// <param name="Tokens">Model tokens.</param>
/// <param name="Cost">Money, in the currency of the budget.</param>
/// <param name="Started">The first arrival time that the run knows, in UTC.</param>
/// <param name="Now">The latest arrival time that the run knows, in UTC. It never goes back.</param>
public sealed record Spent(int Steps, int ToolCalls, int InvalidDecisions, int ModelFailures, int ToolFailures, int Refusals, long Tokens,
    decimal Cost, DateTimeOffset? Started, DateTimeOffset? Now)
{
    /// <summary>Nothing.</summary>
    public static Spent Nothing { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, null, null);

    /// <summary>Time from the first known arrival to the latest; zero while none is known.</summary>
    public TimeSpan Time => Now is { } now && Started is { } started ? now - started : TimeSpan.Zero;

    internal Spent Step() => this with { Steps = More(Steps) };

    internal Spent ToolCall() => this with { ToolCalls = More(ToolCalls) };

    internal Spent InvalidDecision() => this with { InvalidDecisions = More(InvalidDecisions) };

    internal Spent ModelFailure() => this with { ModelFailures = More(ModelFailures) };

    internal Spent ToolFailure() => this with { ToolFailures = More(ToolFailures) };

    internal Spent Refusal() => this with { Refusals = More(Refusals) };

    /// <summary>With the tokens and the cost of a stamp. This is all that an ignored input changes.</summary>
    internal Spent Bill(Stamp stamp) => stamp is { Tokens: 0, Cost: 0 } ? this : this with
    {
        Tokens = Tokens > long.MaxValue - stamp.Tokens ? long.MaxValue : Tokens + stamp.Tokens,
        Cost = Cost >= decimal.MaxValue - stamp.Cost ? decimal.MaxValue : Cost + stamp.Cost,
    };

    /// <summary>With the tokens, the cost and the time of a stamp.</summary>
    internal Spent Pay(Stamp stamp) => stamp.At is not { } at || at <= Now
        ? Bill(stamp)
        : Bill(stamp) with { Now = at, Started = Started ?? at };

    private static int More(int count) => count == int.MaxValue ? count : count + 1;
}
