using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Effects, and what is in them, as JSON: <c>{ type, … }</c>. It goes one way: effects come from the core, and a permit that was
/// read from a file would be a forged one.
/// </summary>
public static class EffectView
{
    /// <summary>An effect.</summary>
    public static JsonText Of(Effect effect) => JsonText.Object(effect.Match<int, Fields>(0,
        record: static (_, record) => [("type", "record"), ("event", Codec.TraceEvent.Encode(record.Event))],
        askModel: static (_, ask) => [("type", "ask_model"), ("packet", Of(ask.Packet))],
        executeTool: static (_, execute) =>
        [
            ("type", "execute_tool"), ("runId", execute.Permit.RunId), ("call", Of(execute.Permit.Call)),
            ("agentHash", execute.Permit.AgentHash),
        ],
        askApproval: static (_, ask) =>
        [
            ("type", "ask_approval"), ("runId", ask.RunId), ("call", Of(ask.Call)), ("request", Codec.Write(ask.Request)),
            ("reason", ask.Reason),
        ],
        askReply: static (_, ask) =>
            [("type", "ask_reply"), ("runId", ask.RunId), ("questionId", ask.QuestionId), ("question", ask.Question)],
        askResolution: static (_, ask) => [("type", "ask_resolution"), ("runId", ask.RunId), ("call", Of(ask.Call))]));

    /// <summary>All that a model is given.</summary>
    public static JsonText Of(ContextPacket packet) => JsonText.Object(
    [
        ("runId", packet.RunId), ("number", packet.Number), ("step", packet.Step), ("goal", packet.Goal), ("summary", packet.Summary),
        ("turns", JsonText.Array(packet.Turns.Select(Codec.Turn.Encode))), ("turnsOmitted", packet.TurnsOmitted),
        ("tools", JsonText.Array(packet.Tools.Select(Codec.Tool.Encode))),
        ("memory", JsonText.Array(packet.Memory.Select(Codec.MemoryItem.Encode))),
        ("omitted", JsonText.Array(packet.Omitted.Select(Codec.Write))),
    ]);

    internal static JsonText Of(Call call) => JsonText.Object(
    [
        ("id", call.Id), ("tool", Codec.ToolRef.Encode(call.Tool)), ("input", call.Proposal.Input), ("attempts", call.Attempts),
        ("approvedBy", call.Approval?.Reviewer),
    ]);
}
