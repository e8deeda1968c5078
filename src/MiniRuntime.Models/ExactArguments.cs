using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace MiniRuntime.Models;

/// <summary>
/// A call whose arguments have a key twice is one whose arguments did not parse. (The providers' libraries keep the last one, and so the call
/// would have other arguments than the model gave, or a filter saw.)
/// </summary>
internal sealed class ExactArguments(IChatClient inner) : DelegatingChatClient(inner)
{
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    /// <summary>How many characters of arguments a streamed update brings.</summary>
    public static int LengthIn(ChatResponseUpdate update) => update.RawRepresentation switch
    {
        StreamingChatCompletionUpdate openAI => openAI.ToolCallUpdates.Sum(static part => part.FunctionArgumentsUpdate?.ToMemory().Length ?? 0),
        RawMessageStreamEvent { Value: RawContentBlockDeltaEvent { Delta.Value: InputJsonDelta part } } => part.PartialJson.Length,
        _ => 0,
    };

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var response = await base.GetResponseAsync(messages, options, cancellationToken);
        var openAI = (response.RawRepresentation as ChatCompletion)?.ToolCalls ?? [];
        foreach (var call in response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>())
        {
            Check(call, call.RawRepresentation is ToolUseBlock block
                ? block.RawData.TryGetValue("input", out var input) ? [input.GetRawText()] : []
                : openAI.Where(raw => raw.Id == call.CallId).Select(static raw => raw.FunctionArguments.ToString()));
        }
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages,
        ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // By the place that the provider gives to a call: its id comes with the first part only, and is not always one of its own.
        var (said, places) = (new Dictionary<long, StringBuilder>(), new HashSet<(string Id, long Place)>());
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            foreach (var (place, id, part) in Parts(update))
            {
                if (id is not null) places.Add((id, place));
                if (!said.TryGetValue(place, out var text)) said[place] = text = new StringBuilder();
                text.Append(part);
            }
            foreach (var call in update.Contents.OfType<FunctionCallContent>())
                Check(call, places.Where(one => one.Id == call.CallId).Select(one => $"{said[one.Place]}"));
            yield return update;
        }
    }

    private static IEnumerable<(long Place, string? Id, string? Part)> Parts(ChatResponseUpdate update) => update.RawRepresentation switch
    {
        StreamingChatCompletionUpdate openAI =>
            openAI.ToolCallUpdates.Select(static part => ((long)part.Index, (string?)part.ToolCallId, part.FunctionArgumentsUpdate?.ToString())),
        RawMessageStreamEvent { Value: RawContentBlockStartEvent { ContentBlock.Value: ToolUseBlock block } start } =>
            [(start.Index, block.ID, null)],
        RawMessageStreamEvent { Value: RawContentBlockDeltaEvent { Delta.Value: InputJsonDelta part } delta } =>
            [(delta.Index, null, part.PartialJson)],
        _ => [],
    };

    // Of calls that have one id it cannot be told which is which: all of them are as good as the worst.
    private static void Check(FunctionCallContent call, IEnumerable<string> said)
    {
        if (call.Exception is not null) return;
        try
        {
            foreach (var arguments in said.Where(static text => !string.IsNullOrWhiteSpace(text)))
                JsonDocument.Parse(arguments, _strict).Dispose();
        }
        catch (JsonException e)
        {
            (call.Exception, call.Arguments) = (e, null);
        }
    }
}
