using Microsoft.Extensions.AI;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Any chat model behind Microsoft.Extensions.AI as a model of MiniRuntime. The packet becomes messages and tool declarations, the answer
/// becomes proposals; nothing is executed here. The client should neither invoke functions nor retry: the runtime judges the one and
/// charges the other.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="options">How it is asked, and what its answers cost.</param>
public sealed class ChatModel(IChatClient client, ChatModelOptions? options = null) : IModel
{
    // More than any answer has, and little enough to be added up.
    private const long MaxTokens = 1_000_000_000_000;

    private readonly ChatModelOptions _options = options ?? new ChatModelOptions();

    /// <inheritdoc/>
    /// <exception cref="ModelUnavailableException">The model cannot be reached, is overloaded, or was cut off: later it may answer.</exception>
    public async Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel)
    {
        var names = new ChatNames(packet.Tools);
        var (messages, asked) = (ChatMessages.Of(packet, names, _options), ChatTools.Ask(packet, names, _options));
        var response = await AskAsync(messages, asked, cancel);
        var (tokens, cost) = Bill(response, messages);
        return ChatProposals.Of(response, names) is var proposals && proposals.Decisions is { } several
            ? ModelReply.Proposed(several, tokens, cost)
            : proposals.InvalidDecision is { } invalid
                ? ModelReply.Invalid(invalid, tokens, cost)
                : ModelReply.Proposed(proposals.Decision!, tokens, cost);
    }

    private async Task<ChatResponse> AskAsync(List<ChatMessage> messages, ChatOptions asked, CancellationToken cancel)
    {
        try
        {
            return _options.Streams ? await StreamAsync(messages, asked, cancel) : await client.GetResponseAsync(messages, asked, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && _options.Unavailable(e) is { } unavailable)
        {
            throw unavailable;
        }
    }

    private async Task<ChatResponse> StreamAsync(List<ChatMessage> messages, ChatOptions asked, CancellationToken cancel)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(messages, asked, cancel))
        {
            updates.Add(update);
            if (update.Text.Length > 0) _options.Said?.Invoke(update.Text);
        }
        var response = updates.ToChatResponse();
        // A stream that is cut can end like one that is over, but only the latter says why it ended.
        return response.FinishReason is null ? throw new ModelUnavailableException("The model's answer was cut off.") : response;
    }

    // A provider that sends no bill, or one over nothing, must not make a budget of tokens or money endless: then what was sent and came back
    // is estimated.
    private (long Tokens, decimal Cost) Bill(ChatResponse response, List<ChatMessage> messages)
    {
        var usage = response.Usage is { } bill && (bill.InputTokenCount > 0 || bill.OutputTokenCount > 0 || bill.TotalTokenCount > 0) ? bill : null;
        var input = Math.Clamp(usage?.InputTokenCount ?? (usage is null ? ChatText.Tokens(messages) : 0), 0, MaxTokens);
        var output = Math.Clamp(usage?.OutputTokenCount ?? (usage is null ? ChatText.Tokens(response.Messages) : 0), 0, MaxTokens);
        var tokens = Math.Clamp(usage?.TotalTokenCount ?? 0, input + output, 2 * MaxTokens);
        return (tokens, _options.Price?.Of(input, output, usage?.CachedInputTokenCount ?? 0) ?? 0);
    }
}
