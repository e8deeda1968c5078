using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MiniRuntime.Mcp;

/// <summary>
/// What becomes of a client's messages before the protocol's library handles them. It handles them side by side, and answers a call that it
/// cannot read by itself; but calls are taken in the order in which they come, and each is a step of the run.
/// </summary>
internal sealed class GatewayMessages
{
    // The library has a name for it that is obsolete.
    private const string SetLevel = "logging/setLevel";

    private readonly Places _places = new();
    private readonly ConditionalWeakTable<JsonRpcMessage, Place> _heard = [];

    /// <summary>Gives a call its place, where its connection tells in which order messages come.</summary>
    public void Hear(JsonRpcMessage message)
    {
        if (IsCall(message)) _heard.Add(message, _places.Take());
    }

    /// <summary>What the client proposes by a call, as it wrote it, and the call's place.</summary>
    public static (Input Proposal, Place Place) Of(MessageContext call) => ((Input, Place))call.Items[nameof(GatewayMessages)]!;

    /// <summary>Has the library pass all messages by here.</summary>
    public McpServerFilters Filters()
    {
        var filters = new McpServerFilters();
        filters.Message.IncomingFilters.Add(next => (context, cancel) => context.JsonRpcMessage switch
        {
            JsonRpcRequest call when IsCall(call) => CallAsync(context, call, next, cancel),
            JsonRpcRequest { Method: SetLevel } => throw new McpProtocolException(
                "What the servers behind the gateway log is not passed on.", McpErrorCode.MethodNotFound),
            // Whoever reads it would take the last of two keys, and so for a yes what may be a no.
            JsonRpcResponse { Result: { } said } answer when !IsExact(said) => next(new MessageContext(context.Server,
                new JsonRpcResponse { Id = answer.Id, Result = null, Context = answer.Context }) { Services = context.Services }, cancel),
            _ => next(context, cancel),
        });
        // By itself the library says that it logs.
        filters.Message.OutgoingFilters.Add(static next => (context, cancel) =>
        {
            if (context.JsonRpcMessage is JsonRpcResponse { Result: JsonObject result }
                && result["capabilities"] is JsonObject capabilities) capabilities.Remove("logging");
            return next(context, cancel);
        });
        return filters;
    }

    private async Task CallAsync(MessageContext context, JsonRpcRequest call, McpMessageHandler next, CancellationToken cancel)
    {
        if (!_heard.TryGetValue(call, out var place)) place = _places.Take();
        using (place)
        {
            context.Items[nameof(GatewayMessages)] = (Proposal(call.Params), place);
            await next(Readable(call) is { } other ? new MessageContext(context.Server, other) { Services = context.Services } : context,
                cancel);
        }
    }

    private static bool IsCall(JsonRpcMessage message) => message is JsonRpcRequest { Method: RequestMethods.ToolsCall };

    // A key that occurs twice, or a number that cannot be kept, is not read as something else.
    private static Input Proposal(JsonNode? asked)
    {
        try
        {
            if (asked is not JsonObject call)
                return Invalid("A call is a JSON object, with the 'name' of a tool and its 'arguments'.", asked);
            if (call["name"] is not JsonValue name || name.GetValueKind() != JsonValueKind.String)
                return Invalid("A call says which tool it is for: its 'name' is a text.", call);
            var arguments = call["arguments"]?.ToJsonString() ?? "{}";
            var read = StrictJson.Parse(Encoding.UTF8.GetBytes(arguments), JsonSource.Wire);
            return read is { IsValid: true, Value: Json.Object input }
                ? (Decision)new CallTool(Clean.Text(name.GetValue<string>()), input)
                : Invalid(read.IsValid ? "The arguments of a call are a JSON object." : $"The arguments cannot be read: {read.Faults[0]}",
                    call["arguments"]);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return new InvalidDecision(
                "The call cannot be read: a key stands twice in one object, or a text has half of a surrogate pair.", null);
        }

        static Input Invalid(string why, JsonNode? said) => new InvalidDecision(why, said is null ? null : Clean.Text(said.ToJsonString()));
    }

    // Null: it can be read as it is. Otherwise what is left of it for the library, which has no say in what is proposed.
    private static JsonRpcRequest? Readable(JsonRpcRequest call)
    {
        if (IsRead(() => call.Params)) return null;
        var rest = new JsonObject { ["name"] = "" };
        if (IsRead(() => new JsonObject { ["name"] = "", ["_meta"] = Meta() })) rest["_meta"] = Meta();
        return new JsonRpcRequest { Id = call.Id, Method = call.Method, Params = rest, Context = call.Context };

        JsonNode? Meta() => (call.Params as JsonObject)?["_meta"]?.DeepClone();
    }

    private static bool IsRead(Func<JsonNode?> asked)
    {
        try
        {
            // Whether a name stands twice in it is looked at when a field is asked for, and not before.
            return asked() is JsonObject call && call.ContainsKey("name")
                && call.Deserialize<CallToolRequestParams>(McpJsonUtilities.DefaultOptions) is not null;
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return false;
        }
    }

    private static bool IsExact(JsonNode said)
    {
        try
        {
            return StrictJson.Parse(Encoding.UTF8.GetBytes(said.ToJsonString()), JsonSource.Wire).IsValid;
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return false;
        }
    }

    private static bool IsUnreadable(Exception e) => e is JsonException or InvalidOperationException or ArgumentException;
}
