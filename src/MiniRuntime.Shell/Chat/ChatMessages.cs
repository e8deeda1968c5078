using System.Text;
using Microsoft.Extensions.AI;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>A packet as messages: how to work, what for, what is remembered, and each turn with what came of it.</summary>
internal static class ChatMessages
{
    public static List<ChatMessage> Of(ContextPacket packet, ChatNames names, ChatModelOptions options)
    {
        var messages = new List<ChatMessage> { new(ChatRole.System, options.Instructions), new(ChatRole.User, Goal(packet)) };
        foreach (var turn in packet.Turns) Add(messages, turn, names);
        return messages;
    }

    private static string Goal(ContextPacket packet)
    {
        var text = new StringBuilder($"Goal: {packet.Goal}\n\nSo far: {packet.Summary}.");
        if (packet.TurnsOmitted > 0) text.Append($" {packet.TurnsOmitted} earlier turns are not shown.");
        if (packet.Memory.Count > 0) text.Append("\n\nRemembered:");
        foreach (var item in packet.Memory) text.Append($"\n- {item.Id} ({item.Scope.Name()}): {item.Text}");
        return text.ToString();
    }

    private static void Add(List<ChatMessage> messages, Turn turn, ChatNames names)
    {
        if (turn.Proposal is not { } proposal)
        {
            // What could not be used is not shown as if the model had proposed it.
            messages.Add(Note($"Your answer could not be used: {Reason(turn.Result)}"));
            return;
        }
        _ = proposal.Match((messages, turn, names),
            answer: static (at, answer) => at.messages.Said(new TextContent(answer.Text)).Told(Note($"This answer was not accepted: {Reason(at.turn.Result)}")),
            callTool: static (at, call) => at.messages.Called(at.turn, at.names.Offered(call.Name), call.Input),
            askHuman: static (at, ask) => at.messages.Called(at.turn, ChatNames.AskHuman, Json.Object.Of(("question", ask.Question))),
            stop: static (at, stop) => at.messages.Called(at.turn, ChatNames.StopRun, Json.Object.Of(("reason", stop.Reason.Name()))));
    }

    private static List<ChatMessage> Said(this List<ChatMessage> messages, AIContent content) =>
        messages.Told(new ChatMessage(ChatRole.Assistant, [content]));

    // A result is told as JSON with its status, so that no tool's words can pass for the runtime's.
    private static List<ChatMessage> Called(this List<ChatMessage> messages, Turn turn, string name, Json.Object input)
    {
        // Providers differ in what ids they take; the number of the step is enough within one packet.
        var id = $"call_{turn.Id[(turn.Id.LastIndexOf(':') + 1)..]}";
        var arguments = input.Fields.ToDictionary(static field => field.Name, static field => (object?)ExactJson.Element(field.Value), StringComparer.Ordinal);
        return messages.Said(new FunctionCallContent(id, name, arguments))
            .Told(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(id, $"{Codec.ToolResult.Encode(turn.Result)}")]));
    }

    private static List<ChatMessage> Told(this List<ChatMessage> messages, ChatMessage message)
    {
        messages.Add(message);
        return messages;
    }

    private static ChatMessage Note(string text) => new(ChatRole.User, text);

    private static string Reason(ToolResult result) => result.Match(0,
        ok: static (_, _) => "ok", refused: static (_, refused) => refused.Reason, error: static (_, error) => error.Reason,
        lost: static (_, lost) => lost.Reason);
}
