using System.Text.Json;
using Microsoft.Extensions.AI;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>What a model is offered: the packet's tools, and the runtime's own for asking a person and for stopping.</summary>
internal static class ChatTools
{
    private static readonly JsonElement _anything =
        ExactJson.Element(Json.Object.Of(("type", "object"), ("properties", Json.Object.Empty)));

    // What it is offered to stop for. It may stop for any reason, and the trace says that it was the model; but a success is better told by
    // an answer, which policy judges, and the others are for the runtime to find.
    private static readonly Seq<StopReason> _stopReasons = [StopReason.Blocked, StopReason.Refused];

    private static readonly AITool _askHuman = AIFunctionFactory.CreateDeclaration(ChatNames.AskHuman,
        "Asks a person a question, and waits for the reply. Use it where only a person can say how to go on.",
        Schema("question", Json.Object.Of(("type", "string"))));

    private static readonly AITool _stopRun = AIFunctionFactory.CreateDeclaration(ChatNames.StopRun,
        "Ends the run without an answer. Use it when the goal cannot be reached: 'blocked' when you cannot go on, 'refused' when you should not.",
        Schema("reason", Json.Object.Of(
            ("type", "string"), ("enum", new Json.Array(_stopReasons.Select(static Json (reason) => reason.Name()).ToSeq())))));

    /// <summary>The request's options: the operator's, with these tools.</summary>
    public static ChatOptions Ask(ContextPacket packet, ChatNames names, ChatModelOptions options)
    {
        var asked = options.Request?.Clone() ?? new ChatOptions();
        asked.Tools =
        [
            .. packet.Tools.Select(tool => AIFunctionFactory.CreateDeclaration(names.Offered(tool.Name), tool.Description,
                tool.InputSchema is Json.Object schema ? ExactJson.Element(schema) : _anything)),
            .. options.OffersQuestions ? [_askHuman] : Array.Empty<AITool>(), _stopRun,
        ];
        asked.ToolMode = ChatToolMode.Auto;
        return asked;
    }

    private static JsonElement Schema(string field, Json.Object value) => ExactJson.Element(Json.Object.Of(
        ("type", "object"), ("properties", Json.Object.Of((field, value))), ("required", new Json.Array([field])),
        ("additionalProperties", false)));
}
