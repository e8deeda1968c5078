namespace MiniRuntime.Core;

/// <summary>
/// What a run may use up. Every attempt is charged to one or more of the limits, so every run ends, whatever is proposed. Two kinds:
/// <em>limits</em> (steps, tool calls, tokens, cost, deadline) end the run when nothing is left; <em>tolerances</em> say how much trouble
/// it survives, 0 by default, so that the first trouble ends it.
/// </summary>
/// <exception cref="ArgumentOutOfRangeException">A limit is negative.</exception>
public sealed record Budget
{
    /// <summary>A budget; only the steps must be given.</summary>
    /// <param name="maxSteps">Steps: each answer of the model opens one, and so does an approved edit.</param>
    /// <param name="maxToolCalls">
    /// Executions, repeated ones included; by default twice the steps, so that each call may be repeated once.
    /// </param>
    /// <param name="maxInvalidDecisions">Tolerance: unusable answers of the model, blank ones included.</param>
    /// <param name="maxModelFailures">Tolerance: times that the model gave no answer.</param>
    /// <param name="maxToolFailures">Tolerance: calls that failed.</param>
    /// <param name="maxRefusals">Tolerance: proposals refused by registry, policy, tool or person.</param>
    /// <param name="maxTokens">Model tokens; null is no limit.</param>
    /// <param name="maxCost">Money, in any currency as long as the stamps use the same; null is no limit.</param>
    /// <param name="deadline">Time from the first arrival time that the run knows; null is no limit.</param>
    public Budget(int maxSteps, int? maxToolCalls = null, int maxInvalidDecisions = 0, int maxModelFailures = 0, int maxToolFailures = 0,
        int maxRefusals = 0, long? maxTokens = null, decimal? maxCost = null, TimeSpan? deadline = null)
    {
        MaxSteps = Guard.NotNegative(maxSteps);
        MaxToolCalls = Guard.NotNegative(maxToolCalls ?? (int)Math.Min(2L * maxSteps, int.MaxValue), nameof(maxToolCalls));
        MaxInvalidDecisions = Guard.NotNegative(maxInvalidDecisions);
        MaxModelFailures = Guard.NotNegative(maxModelFailures);
        MaxToolFailures = Guard.NotNegative(maxToolFailures);
        MaxRefusals = Guard.NotNegative(maxRefusals);
        MaxTokens = maxTokens is { } tokens ? Guard.NotNegative(tokens, nameof(maxTokens)) : null;
        MaxCost = maxCost is { } cost ? Guard.NotNegative(cost, nameof(maxCost)) : null;
        Deadline = deadline is { } time ? Guard.NotNegative(time, nameof(deadline)) : null;
    }

    /// <summary>Steps.</summary>
    public int MaxSteps { get; }

    /// <summary>Executions of tools.</summary>
    public int MaxToolCalls { get; }

    /// <summary>Tolerance: unusable answers of the model.</summary>
    public int MaxInvalidDecisions { get; }

    /// <summary>Tolerance: times that the model gave no answer.</summary>
    public int MaxModelFailures { get; }

    /// <summary>Tolerance: calls that failed.</summary>
    public int MaxToolFailures { get; }

    /// <summary>Tolerance: proposals refused.</summary>
    public int MaxRefusals { get; }

    /// <summary>Model tokens, or null.</summary>
    public long? MaxTokens { get; }

    /// <summary>Money, or null.</summary>
    public decimal? MaxCost { get; }

    /// <summary>Time from the first known arrival time, or null.</summary>
    public TimeSpan? Deadline { get; }

    /// <summary>True when the model may not be asked again: no step, token or money is left, or the deadline has come.</summary>
    public bool Exhausted(Spent spent) => spent.Steps >= MaxSteps || BillOrTimeIsUp(spent);

    /// <summary>True when no permit may be issued: no execution, token or money is left, or the deadline has come.</summary>
    public bool CallsExhausted(Spent spent) => spent.ToolCalls >= MaxToolCalls || BillOrTimeIsUp(spent);

    /// <summary>True when the run survives so much trouble. Counts stop at the largest number, so that many are too many.</summary>
    public bool Tolerates(Spent spent) => Within(spent.InvalidDecisions, MaxInvalidDecisions)
        && Within(spent.ModelFailures, MaxModelFailures) && Within(spent.ToolFailures, MaxToolFailures)
        && Within(spent.Refusals, MaxRefusals);

    /// <summary>True when the deadline has come.</summary>
    public bool DeadlineHasCome(Spent spent) => Deadline is { } limit && spent.Time >= limit;

    /// <summary>What is left after this much was spent; a limit that is overdrawn has 0 left.</summary>
    public Budget Left(Spent spent) => new(
        Math.Max(0, MaxSteps - spent.Steps),
        Math.Max(0, MaxToolCalls - spent.ToolCalls),
        Math.Max(0, MaxInvalidDecisions - spent.InvalidDecisions),
        Math.Max(0, MaxModelFailures - spent.ModelFailures),
        Math.Max(0, MaxToolFailures - spent.ToolFailures),
        Math.Max(0, MaxRefusals - spent.Refusals),
        MaxTokens is { } tokens ? Math.Max(0, tokens - spent.Tokens) : null,
        MaxCost is { } cost ? Math.Max(0, cost - spent.Cost) : null,
        Deadline is { } time ? (time > spent.Time ? time - spent.Time : TimeSpan.Zero) : null);

    private static bool Within(int count, int max) => count <= max && count < int.MaxValue;

    private bool BillOrTimeIsUp(Spent spent) => spent.Tokens >= MaxTokens || spent.Cost >= MaxCost || DeadlineHasCome(spent);
}
