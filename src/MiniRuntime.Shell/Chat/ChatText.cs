using Microsoft.Extensions.AI;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>How long messages are.</summary>
internal static class ChatText
{
    /// <summary>About how many tokens these messages have: a quarter of their characters, rounded up (see <see cref="ContextPacket"/>).</summary>
    public static long Tokens(IEnumerable<ChatMessage> messages) =>
        Tokens(messages.SelectMany(static message => message.Contents).Sum(Length));

    /// <summary>About how many tokens so many characters are.</summary>
    public static long Tokens(long characters) => (characters + 3) / 4;

    /// <summary>How many UTF-16 units of text and arguments there are in a content.</summary>
    public static long Length(AIContent content) => content switch
    {
        TextContent text => text.Text?.Length ?? 0,
        TextReasoningContent thought => thought.Text?.Length ?? 0,
        FunctionCallContent call => call.Name.Length + (call.Arguments?.Sum(static argument => argument.Key.Length + $"{argument.Value}".Length) ?? 0),
        FunctionResultContent result => $"{result.Result}".Length,
        _ => 0,
    };
}
