using System.Runtime.CompilerServices;
using System.Text.Json;
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
    private readonly ConditionalWeakTable<ContextPacket, ChatMeter> _meters = [];

    /// <inheritdoc/>
    /// <exception cref="ModelUnavailableException">The model cannot be reached, is overloaded, or was cut off: later it may answer.</exception>
    /// <exception cref="ModelFailedException">It refused, or sent what is no answer, or too long a one.</exception>
    public async Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel)
    {
        var names = new ChatNames(packet.Tools);
        var (messages, asked) = (ChatMessages.Of(packet, names, _options), ChatTools.Ask(packet, names, _options));
        var meter = new ChatMeter(ChatText.Tokens(messages), _options.MaxAnswer);
        _meters.AddOrUpdate(packet, meter);
        var response = await AskAsync(messages, asked, meter, cancel);
        var (tokens, cost) = Bill(response, messages);
        return ChatProposals.Of(response, names) is var proposals && proposals.Decisions is { } several
            ? ModelReply.Proposed(several, tokens, cost)
            : proposals.InvalidDecision is { } invalid
                ? ModelReply.Invalid(invalid, tokens, cost)
                : ModelReply.Proposed(proposals.Decision!, tokens, cost);
    }

    /// <inheritdoc/>
    public (long Tokens, decimal Cost) UsedFor(ContextPacket packet) => _meters.TryGetValue(packet, out var meter)
        ? (meter.Input + meter.Output, _options.Price?.Of(meter.Input, meter.Output) ?? 0)
        : (0, 0);

    private async Task<ChatResponse> AskAsync(List<ChatMessage> messages, ChatOptions asked, ChatMeter meter, CancellationToken cancel)
    {
        try
        {
            if (_options.Streams) return await StreamAsync(messages, asked, meter, cancel);
            var response = await client.GetResponseAsync(messages, asked, cancel);
            meter.Came(response.Messages.SelectMany(static message => message.Contents).Sum(ChatText.Length));
            return response;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested && Failure(e) is { } failure)
        {
            if (failure is ModelFailedException { WasTurnedAway: true } or ModelUnavailableException { WasTurnedAway: true }) meter.TurnedAway();
            throw failure;
        }
    }

    private async Task<ChatResponse> StreamAsync(List<ChatMessage> messages, ChatOptions asked, ChatMeter meter, CancellationToken cancel)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(messages, asked, cancel))
        {
            meter.Came(Length(update));
            // It is not looked at again, and many times as large.
            update.RawRepresentation = null;
            updates.Add(update);
            if (update.Text.Length > 0) _options.Said?.Invoke(update.Text);
        }
        var response = updates.ToChatResponse();
        // A stream that is cut can end like one that is over, but only the latter says why it ended.
        return response.FinishReason is null ? throw new ModelUnavailableException("The model's answer was cut off.") : response;
    }

    private long Length(ChatResponseUpdate update) => _options.ArgumentsIn is { } arguments
        ? update.Contents.Where(static content => content is not FunctionCallContent).Sum(ChatText.Length) + arguments(update)
        : update.Contents.Sum(ChatText.Length);

    // What the client could not read is nothing that the model decided.
    private Exception? Failure(Exception e)
    {
        for (var at = e; at is not null; at = at.InnerException)
            if (at is ModelFailedException) return at;
        return _options.Unavailable(e) ?? (e is FormatException or JsonException
            ? new ModelFailedException($"What the model's endpoint sent cannot be read. {Clean.Message(e)}", inner: e)
            : (Exception?)null);
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
