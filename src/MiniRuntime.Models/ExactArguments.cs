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
        var said = new SaidArguments();
        foreach (var raw in (response.RawRepresentation as ChatCompletion)?.ToolCalls ?? []) said.Add(raw.Id, raw.FunctionArguments.ToString);
        foreach (var call in response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>())
        {
            if (call.RawRepresentation is ToolUseBlock block && block.RawData.TryGetValue("input", out var input))
                said.Add(call.CallId, input.GetRawText);
        }
        foreach (var call in response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>())
            said.Check(call);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages,
        ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // By the place that the provider gives to a call: its id comes with the first part only, and is not always one of its own.
        var (said, texts, places) = (new SaidArguments(), new Dictionary<long, StringBuilder>(), new HashSet<(string Id, long Place)>());
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            foreach (var (place, id, part) in Parts(update))
            {
                if (!texts.TryGetValue(place, out var text)) texts[place] = text = new StringBuilder();
                if (id is not null && places.Add((id, place))) said.Add(id, text.ToString);
                text.Append(part);
            }
            foreach (var call in update.Contents.OfType<FunctionCallContent>())
                said.Check(call);
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

    // Of calls that have one id it cannot be told which is which: all of them are as good as the worst. Each text is looked at once, when the
    // first call of its id is whole, so that thousands of one id take no longer than thousands.
    private sealed class SaidArguments
    {
        private readonly Dictionary<string, List<Func<string>>> _unread = new(StringComparer.Ordinal);
        private readonly Dictionary<string, JsonException> _faults = new(StringComparer.Ordinal);

        public void Add(string id, Func<string> text)
        {
            if (!_unread.TryGetValue(id, out var texts)) _unread[id] = texts = [];
            texts.Add(text);
        }

        public void Check(FunctionCallContent call)
        {
            if (call.Exception is not null) return;
            if (_unread.Remove(call.CallId, out var texts) && texts.Select(static text => Fault(text())).FirstOrDefault(static e => e is not null) is { } worst)
                _faults.TryAdd(call.CallId, worst);
            if (_faults.TryGetValue(call.CallId, out var fault)) (call.Exception, call.Arguments) = (fault, null);
        }

        private static JsonException? Fault(string arguments)
        {
            if (string.IsNullOrWhiteSpace(arguments)) return null;
            try
            {
                JsonDocument.Parse(arguments, _strict).Dispose();
                return null;
            }
            catch (JsonException e)
            {
                return e;
            }
        }
    }
}
