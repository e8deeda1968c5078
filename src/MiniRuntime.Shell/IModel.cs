using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>Something that proposes what to do next.</summary>
public interface IModel
{
    /// <summary>
    /// Asks for the next proposal. What it throws becomes a value: a <see cref="FormatException"/> or a
    /// <see cref="System.Text.Json.JsonException"/> an invalid decision, anything else a model failure; after a
    /// <see cref="ModelUnavailableException"/> it is asked again only after a wait. It is charged what <see cref="UsedFor"/> says.
    /// </summary>
    /// <param name="packet">All that the model is given.</param>
    /// <param name="cancel">Ends the asking.</param>
    Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel);

    /// <summary>
    /// What was used up for an answer that did not come whole, since <see cref="ProposeAsync"/> threw or was given up when its time was over.
    /// </summary>
    /// <param name="packet">The packet that it was asked with; the same object.</param>
    /// <returns>Tokens, and money in the currency of the budget: 0 or more. By default none.</returns>
    (long Tokens, decimal Cost) UsedFor(ContextPacket packet) => (0, 0);
}

/// <summary>
/// What came back from a model. It can be proposals or trouble with them, and nothing else: no model reports results or approves.
/// </summary>
public sealed record ModelReply
{
    private ModelReply(Input input, long tokens, decimal cost)
    {
        Input = input;
        Tokens = tokens;
        Cost = cost;
    }

    /// <summary>A decision, several, an invalid decision or a model failure.</summary>
    public Input Input { get; }

    /// <summary>Tokens used.</summary>
    public long Tokens { get; }

    /// <summary>Money spent, in the currency of the budget.</summary>
    public decimal Cost { get; }

    /// <summary>What a model said, from what was recorded of it; null where this is not a model's.</summary>
    public static ModelReply? Of(Input input, Stamp stamp) =>
        input.Decision is not null || input.Decisions is not null || input.InvalidDecision is not null || input.ModelFailure is not null
            ? new ModelReply(input, stamp.Tokens, stamp.Cost)
            : null;

    /// <summary>A proposal.</summary>
    public static ModelReply Proposed(Decision decision, long tokens = 0, decimal cost = 0) => new(decision, tokens, cost);

    /// <summary>Several proposals at once.</summary>
    public static ModelReply Proposed(Decisions decisions, long tokens = 0, decimal cost = 0) => new(decisions, tokens, cost);

    /// <summary>Output that is no proposal.</summary>
    public static ModelReply Invalid(InvalidDecision invalid, long tokens = 0, decimal cost = 0) => new(invalid, tokens, cost);

    /// <summary>No output.</summary>
    public static ModelReply Failed(ModelFailure failure, long tokens = 0, decimal cost = 0) => new(failure, tokens, cost);
}
