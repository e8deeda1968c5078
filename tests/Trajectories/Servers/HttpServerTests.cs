using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MiniRuntime.Core;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Servers that are reached over HTTP.</summary>
public sealed class HttpServerTests
{
    [PeerFact]
    public async Task A_server_is_listed_and_called_over_HTTP()
    {
        var port = FreePort();
        using var process = Process.Start(new ProcessStartInfo("node", [Peers.Server("everything"), "streamableHttp"])
        {
            Environment = { ["PORT"] = $"{port}" },
            RedirectStandardError = true,
        })!;
        try
        {
            while (await process.StandardError.ReadLineAsync() is { } line && !line.Contains("listening", StringComparison.Ordinal)) { }
            var server = new DeclaredServer("all") { Url = new Uri($"http://localhost:{port}/mcp"), TrustAnnotations = true };
            await using var servers = new McpTools([server]);
            var listing = Assert.Single(await servers.ListAsync(default));
            Assert.Null(listing.Fault);
            var tools = ServerTool.Of(server, listing.Tools);
            var model = new ScriptedModel(
            [
                ModelReply.Proposed(new CallTool("all__echo", Json.Object.Of(("message", "hi")))), ModelReply.Proposed(new Answer("done")),
            ]);
            var state = await new AgentRuntime(new Agent(tools.Select(static one => one.Tool), new Budget(maxSteps: 2)), model,
                servers.Bind(Toolbox.Empty, tools)).RunAsync(new Run("r", "g"));
            Assert.Equal(new Ok("Echo: hi"), state.Turns[0].Result);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Headers_take_secrets_to_the_server_and_no_redirection_takes_them_further()
    {
        using var here = Listen(out var address);
        using var elsewhere = Listen(out var other);
        using var over = new CancellationTokenSource();
        var heard = new List<string?>();
        var (answering, asked) = (ServeAsync(here, Redirect, over.Token), elsewhere.GetContextAsync());
        var server = new DeclaredServer("web")
        {
            Url = new Uri(address + "mcp"), Headers = [new NamedText("Authorization", "Bearer ${secret:key}")],
        };
        var secrets = Secrets.Read([new NamedSecret("key", "KEY", [])], static _ => "the-value-of-it");
        await using (var servers = new McpTools([server], new McpOptions { Secrets = secrets }))
            Assert.NotNull(Assert.Single(await servers.ListAsync(default)).Fault);
        Assert.All(heard, static header => Assert.Equal("Bearer the-value-of-it", header));
        Assert.NotEmpty(heard);
        Assert.False(asked.IsCompleted);
        await over.CancelAsync();
        await answering;

        Task Redirect(HttpListenerContext context)
        {
            heard.Add(context.Request.Headers["Authorization"]);
            context.Response.StatusCode = 307;
            context.Response.RedirectLocation = other;
            context.Response.Close();
            return Task.CompletedTask;
        }
    }

    // In the older protocol the server says where its client is to send what it asks.
    [Fact]
    public async Task Nothing_is_sent_to_another_host_that_a_server_names()
    {
        using var here = Listen(out var address);
        using var elsewhere = Listen(out var other);
        using var over = new CancellationTokenSource();
        var asked = elsewhere.GetContextAsync();
        var server = new DeclaredServer("web")
        {
            Url = new Uri(address + "sse"), IsSse = true, Headers = [new NamedText("Authorization", "Bearer its-key")],
        };
        var serving = ServeAsync(here, async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($"event: endpoint\ndata: {other}messages\n\n"));
            await context.Response.OutputStream.FlushAsync();
        }, over.Token);
        await using (var servers = new McpTools([server]))
        {
            var fault = Assert.Single(await servers.ListAsync(default)).Fault;
            Assert.Contains($"It wants a request sent to {other}messages", fault);
        }
        Assert.False(asked.IsCompleted);
        await over.CancelAsync();
        await serving;
    }

    // Would catch: a server that was started anew, and a call that fails for it though nothing was sent.
    [Fact]
    public async Task A_session_that_the_server_has_forgotten_is_made_anew_before_a_call()
    {
        using var listener = Listen(out var address);
        using var over = new CancellationTokenSource();
        var (session, calls) = (0, 0);
        var serving = ServeAsync(listener, AnswerAsync, over.Token);
        var server = new DeclaredServer("web")
        {
            Url = new Uri(address + "mcp"), ProtocolVersion = "2025-06-18",
            Tools = [new OperatorsWord("look") { SideEffect = SideEffect.Read }],
        };
        await using (var servers = new McpTools([server]))
        {
            var tools = ServerTool.Of(server, Assert.Single(await servers.ListAsync(default)).Tools);
            var look = ModelReply.Proposed(new CallTool("web__look", Json.Object.Empty));
            var agent = new Agent(tools.Select(static one => one.Tool), new Budget(maxSteps: 3));
            var state = await new AgentRuntime(agent, new ScriptedModel([look, look, ModelReply.Proposed(new Answer("done"))]),
                servers.Bind(Toolbox.Empty, tools)).RunAsync(new Run("r", "g"));
            Assert.All(state.Turns, static turn => Assert.NotNull(turn.Result.Ok));
            Assert.Equal((StopReason.Success, 2), (state.Stopped!.Reason, calls));
        }
        await over.CancelAsync();
        await serving;

        async Task AnswerAsync(HttpListenerContext context)
        {
            var asked = await AskedAsync(context);
            var method = asked?["method"]?.GetValue<string>();
            if (method == "initialize") context.Response.Headers["Mcp-Session-Id"] = $"{++session}";
            else if (asked is not null && context.Request.Headers["Mcp-Session-Id"] != $"{session}")
            {
                (context.Response.KeepAlive, context.Response.StatusCode) = (false, 404);
                context.Response.Close();
                return;
            }
            if (method == "tools/call")
            {
                calls++;
                // Whoever asks next is told that there is no such session.
                session++;
            }
            await SayAsync(context, asked, "look");
        }
    }

    // Until the test is over. Stopping the listener would not do: it forgets whoever begins to wait for a request at that moment.
    private static async Task ServeAsync(HttpListener listener, Func<HttpListenerContext, Task> answer, CancellationToken over)
    {
        try
        {
            while (true) await answer(await listener.GetContextAsync().WaitAsync(over));
        }
        catch (OperationCanceledException)
        {
            // So it is.
        }
    }

    // Would catch: a command that never ends, since a server does not answer when a session is ended.
    [Fact]
    public async Task A_server_that_does_not_say_goodbye_holds_nobody_up()
    {
        using var listener = Listen(out var address);
        using var over = new CancellationTokenSource();
        var ended = new TaskCompletionSource();
        var serving = ServeAsync(listener, AnswerAsync, over.Token);
        var server = new DeclaredServer("web") { Url = new Uri(address + "mcp"), ProtocolVersion = "2025-06-18" };
        await using (var servers = new McpTools([server], new McpOptions { Goodbye = TimeSpan.FromMilliseconds(100) }))
            Assert.Null(Assert.Single(await servers.ListAsync(default)).Fault);
        Assert.True(ended.Task.IsCompleted);
        await over.CancelAsync();
        await serving;

        async Task AnswerAsync(HttpListenerContext context)
        {
            if (context.Request.HttpMethod == "DELETE")
            {
                // No answer; and the connection stays.
                ended.TrySetResult();
                return;
            }
            context.Response.Headers["Mcp-Session-Id"] = "1";
            await SayAsync(context, await AskedAsync(context));
        }
    }

    // Would catch: a stream that floods, is dropped, and is asked for again where it ended, for ever.
    [Fact]
    public async Task A_stream_that_was_dropped_is_not_gone_on_with()
    {
        using var listener = Listen(out var address);
        using var over = new CancellationTokenSource();
        var (streams, dropped) = (0, new TaskCompletionSource());
        // The stream stays open beside what else is asked.
        var serving = ServeAsync(listener, context =>
        {
            _ = AnswerAsync(context);
            return Task.CompletedTask;
        }, over.Token);
        var server = new DeclaredServer("web") { Url = new Uri(address + "mcp"), ProtocolVersion = "2025-06-18" };
        await using (var servers = new McpTools([server], new McpOptions { MaxMessage = 1024 * 1024, Goodbye = TimeSpan.FromMilliseconds(100) }))
        {
            Assert.Null(Assert.Single(await servers.ListAsync(default)).Fault);
            await dropped.Task;
            for (var i = 0; i < 20; i++) await servers.ListAsync(default);
        }
        Assert.Equal(1, streams);
        await over.CancelAsync();
        await serving;

        async Task AnswerAsync(HttpListenerContext context)
        {
            if (context.Request.HttpMethod != "GET")
            {
                await SayAsync(context, await AskedAsync(context));
                return;
            }
            Interlocked.Increment(ref streams);
            await FloodAsync(context, "text/event-stream", "id: 1\nretry: 0\ndata: \n\ndata: ", 'x', static _ => { });
            dropped.TrySetResult();
        }
    }

    [Theory]
    [InlineData("application/json", 200, 'x', "It says more than 1 MiB in one message.")]
    // The library keeps to itself why a stream of events has ended.
    [InlineData("text/event-stream", 200, 'x', "without a reply")]
    // Of an error all is one message.
    [InlineData("text/event-stream", 500, '\n', "500")]
    public async Task A_body_that_never_ends_is_not_read_for_ever(string type, int status, char what, string why)
    {
        using var listener = Listen(out var address);
        using var over = new CancellationTokenSource();
        long sent = 0;
        var serving = ServeAsync(listener, AnswerAsync, over.Token);
        var server = new DeclaredServer("web")
        {
            Url = new Uri(address + "mcp"), ProtocolVersion = "2025-06-18",
            Tools = [new OperatorsWord("flood") { SideEffect = SideEffect.Read, Timeout = TimeSpan.FromMinutes(2) }],
        };
        await using (var servers = new McpTools([server], new McpOptions { MaxMessage = 1024 * 1024 }))
        {
            var listing = Assert.Single(await servers.ListAsync(default));
            Assert.Null(listing.Fault);
            var tools = ServerTool.Of(server, listing.Tools);
            var model = new ScriptedModel(
                [ModelReply.Proposed(new CallTool("web__flood", Json.Object.Empty)), ModelReply.Proposed(new Answer("done"))]);
            var agent = new Agent(tools.Select(static one => one.Tool), new Budget(maxSteps: 2, maxToolFailures: 1));
            var state = await new AgentRuntime(agent, model, servers.Bind(Toolbox.Empty, tools)).RunAsync(new Run("r", "g"));
            Assert.Contains(why, state.Turns[0].Result.Error!.Reason);
            // What was sent and not read waits in the sockets.
            Assert.InRange(Interlocked.Read(ref sent), 1, 64 << 20);
        }
        await over.CancelAsync();
        await serving;

        async Task AnswerAsync(HttpListenerContext context)
        {
            var asked = await AskedAsync(context);
            if (asked?["method"]?.GetValue<string>() != "tools/call")
            {
                await SayAsync(context, asked, "flood");
                return;
            }
            context.Response.StatusCode = status;
            await FloodAsync(context, type, "data: ", what, more => Interlocked.Add(ref sent, more));
        }
    }

    private static async Task<JsonNode?> AskedAsync(HttpListenerContext context) =>
        context.Request.HttpMethod == "POST" ? await JsonNode.ParseAsync(context.Request.InputStream) : null;

    // What any server says: that it is one, that it has this tool or none, and nothing where the tool is called.
    private static async Task SayAsync(HttpListenerContext context, JsonNode? asked, string? tool = null)
    {
        using var response = context.Response;
        // A connection that the listener ends at its leisure would be taken for the next request.
        response.KeepAlive = false;
        var result = asked?["method"]?.GetValue<string>() switch
        {
            "initialize" => """
                { "protocolVersion": "2025-06-18", "capabilities": { "tools": {} }, "serverInfo": { "name": "web", "version": "1" } }
                """,
            "tools/list" when tool is not null => $$"""{ "tools": [{ "name": "{{tool}}", "inputSchema": { "type": "object" } }] }""",
            "tools/list" => """{ "tools": [] }""",
            "tools/call" => """{ "content": [] }""",
            _ => null,
        };
        if (result is null)
        {
            response.StatusCode = asked is null ? 405 : 202;
            return;
        }
        response.ContentType = "application/json";
        await response.OutputStream.WriteAsync(
            Encoding.UTF8.GetBytes($$"""{ "jsonrpc": "2.0", "id": {{asked!["id"]!.ToJsonString()}}, "result": {{result}} }"""));
    }

    // Says this, and then the same again and again, until nobody listens any more.
    private static async Task FloodAsync(HttpListenerContext context, string type, string begin, char what, Action<int> sent)
    {
        using var response = context.Response;
        (response.KeepAlive, response.ContentType, response.SendChunked) = (false, type, true);
        try
        {
            await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(begin));
            for (var more = Encoding.UTF8.GetBytes(new string(what, 64 * 1024)); ; sent(more.Length))
                await response.OutputStream.WriteAsync(more);
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // So it is now.
        }
    }

    private static HttpListener Listen(out string address)
    {
        var listener = new HttpListener();
        listener.Prefixes.Add(address = $"http://localhost:{FreePort()}/");
        listener.Start();
        return listener;
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
