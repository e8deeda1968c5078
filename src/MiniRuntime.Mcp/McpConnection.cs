using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MiniRuntime.Mcp;

/// <summary>The connection to one server.</summary>
internal sealed class McpConnection(DeclaredServer server, McpOptions options) : IAsyncDisposable
{
    /// <summary>How the server learns the idempotency key: the call's id, in the request's <c>_meta</c>.</summary>
    public const string IdempotencyKey = "miniruntime/idempotencyKey";

    private const int MaxPages = 100;
    private const int MaxTools = 1000;
    private const int MaxFault = 1000;

    // Errors of JSON-RPC itself: the request was not understood, so it was not carried out.
    private static readonly McpErrorCode[] _notUnderstood =
        [McpErrorCode.ParseError, McpErrorCode.InvalidRequest, McpErrorCode.MethodNotFound, McpErrorCode.InvalidParams];

    private static readonly TimeSpan _moment = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<string, OpenCall> _open = new(StringComparer.Ordinal);
    private McpClient? _client;
    private volatile ProcessTransport? _process;

    /// <summary>What tools the server has, or why it could not be asked.</summary>
    public async Task<ServerListing> TryListAsync(CancellationToken cancel)
    {
        try
        {
            return await ListAsync(await ConnectedAsync(cancel), cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            return ServerListing.Failed(server.Name, options.Secrets.Redact(Why(e)));
        }
    }

    /// <summary>
    /// Connects, and looks whether a tool is still what was approved. Nothing happens by that, whatever goes wrong. What it gives sends the
    /// call; from then on what is thrown leaves a write in doubt.
    /// </summary>
    public async Task<ToolFunction> PrepareAsync(ServerTool tool, AuthorizedCall permit, CancellationToken cancel)
    {
        McpClient client;
        try
        {
            // Asked each time: not every server says that its tools have changed, and none that means ill.
            (client, var listing) = await ListedAsync(cancel);
            var now = listing.Tools.Tools.Where(one => one.Name == tool.Pin.Name).ToList();
            if (now is not [var only] || only.Hash != tool.Pin.Hash)
            {
                return NotSent(static why => new Refused(why), $"The server '{server.Name}' no longer says of this tool what was approved. "
                    + "Nothing was sent. 'miniruntime tools FILE' shows what it says now.");
            }
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            return NotSent(static why => new Error(why), $"The server '{server.Name}' cannot be reached. Nothing was sent. {Why(e)}");
        }
        return (given, token) => SendAsync(client, tool, given, token);

        // That a repetition was not sent says nothing of the attempts before.
        ToolFunction NotSent(Func<string, ToolResult> result, string why) => (_, _) => Task.FromResult(
            permit.Call is { Attempts: > 1, MayHaveHappened: true } ? new Lost(why) : result(why));
    }

    private async Task<ToolResult> SendAsync(McpClient client, ServerTool tool, AuthorizedCall permit, CancellationToken cancel)
    {
        try
        {
            var elicitation = new Elicitation();
            _open[Token(permit)] = new OpenCall(permit, elicitation);
            var answer = await AskAsync(client, tool, permit, null, cancel);
            while (server.AnswersWithDefaults && elicitation.Answers(answer) is { } more)
                answer = await AskAsync(client, tool, permit, more, cancel);
            var result = McpResult.Of(answer, elicitation.Asked);
            return result.IsNone ? Unknown(result.Reason()) : result.IsError ? Failed(result.Reason()) : new Ok(result.Data());
        }
        catch (McpProtocolException e)
        {
            return _notUnderstood.Contains(e.ErrorCode) ? new Error(Clean.Message(e)) : Failed(Clean.Message(e));
        }
        catch (ArgumentException)
        {
            return Unknown("The server's answer is no result: a key stands twice in one object.");
        }
        catch (Exception e) when (Ended(e) is not null)
        {
            throw new IOException($"The server '{server.Name}': {Ended(e)}", e);
        }
        finally
        {
            _open.TryRemove(Token(permit), out _);
        }

        // That it failed does not say that nothing happened, unless the operator says so, or it may happen again.
        ToolResult Failed(string reason) => tool.Atomic ? new Error(reason) : Unknown(reason);

        ToolResult Unknown(string reason) => permit.Call.Tool.Repeatable ? new Error(reason) : new Lost(reason);
    }

    public async ValueTask DisposeAsync()
    {
        // Whoever connects has been told to give up by now; what they got is let go too.
        await _turn.WaitAsync();
        if (_client is { } client) await client.DisposeAsync();
    }

    // A connection that has ended since it was used is not known to have before it is used again: then it is made anew, once.
    private async Task<(McpClient Client, ServerListing Listing)> ListedAsync(CancellationToken cancel)
    {
        var client = await ConnectedAsync(cancel);
        try
        {
            return (client, await ListAsync(client, cancel));
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !cancel.IsCancellationRequested)
        {
            // The library may tell a moment later that it has.
            if (await Task.WhenAny(client.Completion, Task.Delay(_moment, cancel)) != client.Completion) throw;
            client = await ConnectedAsync(cancel);
            return (client, await ListAsync(client, cancel));
        }
    }

    private async Task<McpClient> ConnectedAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (_client is { } client)
            {
                if (!client.Completion.IsCompleted) return client;
                _client = null;
                await client.DisposeAsync();
            }
            var transport = options.Transport?.Invoke(server) ?? McpTransport.To(server, options);
            _process = transport as ProcessTransport;
            return _client = await McpClient.CreateAsync(new HeardTransport(transport, Hear), new McpClientOptions
            {
                // What a server may ask of a client is not served here, but for this.
                Capabilities = server.AnswersWithDefaults ? new ClientCapabilities { Elicitation = new() { Form = new() } } : null,
                Handlers = new McpClientHandlers
                {
                    ElicitationHandler = server.AnswersWithDefaults ? (asked, _) => new(Answer(asked)) : null,
                },
                ClientInfo = new Implementation
                {
                    Name = "miniruntime",
                    Version = typeof(McpConnection).Assembly.GetName().Version!.ToString(3),
                },
                ProtocolVersion = server.ProtocolVersion,
                InitializationTimeout = options.Patience,
            }, cancellationToken: cancel);
        }
        catch (JsonException e) when (server.ProtocolVersion is null)
        {
            throw new McpException("What it says of itself cannot be read. A server that stumbles over being asked for the newest revision "
                + $"('server/discover') needs a 'protocolVersion' in its entry, such as 2025-06-18. {e.Message}", e);
        }
        finally
        {
            _turn.Release();
        }
    }

    private string Why(Exception e) => Ended(e) ?? Clean.Message(e);

    // Why an answer was not read to its end: what the library says of that is not why.
    private string? Ended(Exception e)
    {
        if (e is IOException && _process?.Fault is { } fault) return fault;
        for (var inner = e; inner is not null; inner = inner.InnerException)
            if (inner is MessageTooLongException) return inner.Message;
        return null;
    }

    // As the server says it, byte for byte: what is pinned must not depend on what a library makes of it.
    private async Task<ServerListing> ListAsync(McpClient client, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.Patience);
        var (tools, unfit, cursor) = (new List<ToolPin>(), new List<string>(), (string?)null);
        for (var page = 0; page < MaxPages; page++)
        {
            var result = await PageAsync(client, cursor, limit.Token, cancel);
            foreach (var tool in result?["tools"] as JsonArray ?? throw new McpException("It does not say what tools it has."))
            {
                if (tools.Count + unfit.Count == MaxTools) throw new McpException($"It has more than {MaxTools} tools.");
                var (pin, fault) = Pin(tool?.ToJsonString() ?? "null");
                if (fault is null) tools.Add(pin);
                else unfit.Add(Clean.Cap($"{(pin.Name.Length == 0 ? "" : $"{pin.Name}: ")}{options.Secrets.Redact(fault)}", MaxFault));
            }
            if ((cursor = result!["nextCursor"]?.GetValue<string>()) is null)
                return new ServerListing(server.Name, new ServerPins(server.Name, tools.ToSeq()), unfit.ToSeq(), null);
        }
        throw new McpException($"It says what tools it has on more than {MaxPages} pages.");
    }

    private async Task<JsonNode?> PageAsync(McpClient client, string? cursor, CancellationToken limit, CancellationToken cancel)
    {
        try
        {
            return (await client.SendRequestAsync(new JsonRpcRequest
            {
                Method = RequestMethods.ToolsList,
                Params = cursor is null ? new JsonObject() : new JsonObject { ["cursor"] = cursor },
            }, limit)).Result;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"It did not say what tools it has within {options.Patience.TotalSeconds:0.###} s.");
        }
    }

    private (ToolPin Pin, string? Fault) Pin(string text)
    {
        var read = StrictJson.Parse(System.Text.Encoding.UTF8.GetBytes(text), JsonSource.Wire);
        if (!read.IsValid) return Unfit($"What the server says of a tool is not exact JSON: {read.Faults[0]}");
        if (read.Value is not Json.Object said) return Unfit("What the server says of a tool is no JSON object.");
        var pin = new ToolPin(options.Secrets.Redact(
            new Json.Object(said.Fields.Where(static field => ToolPin.Fields.Contains(field.Name)))));
        return (pin, pin.Definition["name"] is not Json.String { Value.Length: > 0 } ? "A tool needs a name."
            : CanonicalJson.Write(pin.Definition).Length > ToolPin.MaxDefinition
                ? $"The server says more than {ToolPin.MaxDefinition / 1024} KiB of it."
            : null);

        static (ToolPin, string?) Unfit(string why) => (new ToolPin(Json.Object.Empty), why);
    }

    // Answers: to what the server asked when the call was sent before.
    private async Task<JsonNode?> AskAsync(McpClient client, ServerTool tool, AuthorizedCall permit, JsonObject? answers,
        CancellationToken cancel)
    {
        var meta = new JsonObject { [IdempotencyKey] = permit.Call.Id };
        if (options.Progress is not null) meta["progressToken"] = Token(permit);
        var asked = new JsonObject { ["name"] = tool.Pin.Name, ["arguments"] = Input(permit), ["_meta"] = meta };
        foreach (var (name, value) in answers ?? []) asked[name] = value?.DeepClone();
        return (await client.SendRequestAsync(new JsonRpcRequest { Method = RequestMethods.ToolsCall, Params = asked }, cancel)).Result;
    }

    // It does not say in which call it asks: of two at once, the question is part of both.
    private ElicitResult Answer(ElicitRequestParams? asked)
    {
        ElicitResult answer = new() { Action = "decline" };
        foreach (var call in _open.Values) answer = call.Elicitation.Answer(asked);
        return answer;
    }

    private JsonNode? Input(AuthorizedCall permit) => JsonNode.Parse(CanonicalJson.Write(options.Secrets.Reveal(permit)),
        documentOptions: new JsonDocumentOptions { MaxDepth = Json.MaxDepth });

    // Each attempt has its own.
    private static string Token(AuthorizedCall permit) => $"{permit.Call.Id}/{permit.Call.Attempts}";

    private void Hear(JsonRpcMessage message)
    {
        if (options.Progress is { } hears && message is JsonRpcNotification { Method: NotificationMethods.ProgressNotification } told
            && told.Params?["progressToken"]?.ToString() is { } token && _open.TryGetValue(token, out var call)
            && Progress(told.Params) is { } value) hears(call.Permit, value);
    }

    private static ProgressNotificationValue? Progress(JsonNode said)
    {
        try
        {
            return said.Deserialize<ProgressNotificationParams>(McpJsonUtilities.DefaultOptions)?.Progress;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record OpenCall(AuthorizedCall Permit, Elicitation Elicitation);
}
