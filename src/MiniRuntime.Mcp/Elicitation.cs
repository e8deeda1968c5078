using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MiniRuntime.Mcp;

/// <summary>
/// What a server asks in the middle of a call. Nobody can wait for a person there, so it is answered with the defaults that its form has,
/// or declined; and what was asked and answered is part of the call's result, and so of the trace.
/// </summary>
internal sealed class Elicitation
{
    // So many times may one call be sent again with answers.
    private const int MaxRounds = 8;
    private const int MaxLength = 1_000_000;

    private readonly Lock _turn = new();
    private readonly List<Json> _asked = [];
    private long _length;
    private int _rounds;

    /// <summary>What was asked and answered so far.</summary>
    public Seq<Json> Asked
    {
        get
        {
            lock (_turn) return _asked.ToSeq();
        }
    }

    /// <summary>The answer: the defaults, where the form has one for all that it requires.</summary>
    public ElicitResult Answer(ElicitRequestParams? asked)
    {
        var form = asked is { Mode: null or "form" } ? asked.RequestedSchema : null;
        var defaults = (form?.Properties ?? new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition>())
            .Select(static field => (field.Key, Value: Default(field.Value))).Where(static field => field.Value is not null)
            .ToDictionary(static field => field.Key, static field => field.Value!.Value);
        var answer = form is not null && (form.Required ?? []).All(defaults.ContainsKey)
            ? new ElicitResult { Action = "accept", Content = defaults }
            : new ElicitResult { Action = "decline" };
        var told = Json.Object.Of(("message", Clean.Text(asked?.Message ?? "")), ("action", answer.Action),
            ("content", answer.Content is null ? null : ExactJson.Of(JsonSerializer.Serialize(answer.Content))));
        lock (_turn)
        {
            // All of it becomes a part of the result.
            if ((_length += CanonicalJson.Write(told).Length) > MaxLength) return new ElicitResult { Action = "decline" };
            _asked.Add(told);
        }
        return answer;
    }

    /// <summary>
    /// What the call has to hold to be sent again, where the server wants answers before it goes on; null where the result is one, or asks
    /// for what is not served.
    /// </summary>
    public JsonObject? Answers(JsonNode? result)
    {
        if (result?["resultType"]?.ToString() != "input_required" || _rounds++ >= MaxRounds) return null;
        if (result.Deserialize<InputRequiredResult>(McpJsonUtilities.DefaultOptions) is not { InputRequests: { } requests } asks
            || requests.Values.Any(static one => one.Method != RequestMethods.ElicitationCreate)) return null;
        var answers = new JsonObject
        {
            ["inputResponses"] = JsonSerializer.SerializeToNode(
                requests.ToDictionary(static one => one.Key, one => InputResponse.FromElicitResult(Answer(one.Value.ElicitationParams))),
                McpJsonUtilities.DefaultOptions),
        };
        if (asks.RequestState is { } state) answers["requestState"] = state;
        return answers;
    }

    private static JsonElement? Default(ElicitRequestParams.PrimitiveSchemaDefinition field) =>
        JsonSerializer.SerializeToElement(field, McpJsonUtilities.DefaultOptions).TryGetProperty("default", out var value) ? value : null;
}
