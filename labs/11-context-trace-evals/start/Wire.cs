using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lab11;

/// <summary>The words and forms of labs/protocol.md. Nothing here is yours to change.</summary>
public static class Wire
{
    /// <summary>A name as it is written: <c>BudgetExhausted</c> is <c>budget_exhausted</c>.</summary>
    public static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The value that is written so.</summary>
    public static T Named<T>(JsonNode? name) where T : struct, Enum => Enum.GetValues<T>().First(value => Name(value) == (string)name!);

    public static JsonObject Of(Decision decision) => decision switch
    {
        Answer answer => new JsonObject { ["kind"] = answer.Kind, ["text"] = answer.Text },
        CallTool call => new JsonObject { ["kind"] = call.Kind, ["name"] = call.Name, ["input"] = call.Input.DeepClone() },
        AskHuman ask => new JsonObject { ["kind"] = ask.Kind, ["question"] = ask.Question },
        Stop stop => new JsonObject { ["kind"] = stop.Kind, ["reason"] = Name(stop.Reason) },
        _ => new JsonObject { ["kind"] = decision.Kind },
    };

    public static JsonObject Of(ContextPacket packet) => new()
    {
        ["toolsDisclosed"] = Of(packet.Tools),
        ["memoryRefs"] = Of(packet.Memory.Select(static item => item.Id)),
        ["omittedRefs"] = new JsonArray([.. packet.Omitted.Select(static omitted =>
            new JsonObject { ["ref"] = omitted.Ref, ["reason"] = omitted.Reason })]),
    };

    public static JsonObject Of(PolicyDecision verdict) => new() { ["status"] = Name(verdict.Status), ["reason"] = verdict.Reason };

    public static JsonObject Of(ToolResult result) =>
        new() { ["status"] = result.Status, ["data"] = result.Data?.DeepClone(), ["reason"] = result.Reason };

    public static JsonArray Of(IEnumerable<string> texts) => new([.. texts.Select(static text => JsonValue.Create(text))]);
}
