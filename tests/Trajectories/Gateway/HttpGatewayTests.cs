using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MiniRuntime.Core;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The gateway over HTTP: who is let in, and what a session is.</summary>
public sealed class HttpGatewayTests : IDisposable
{
    private const string Hello = """
        {
          "jsonrpc": "2.0", "id": 1, "method": "initialize",
          "params": { "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "c", "version": "1" } }
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public HttpGatewayTests()
    {
        OddServer.Has(_folder.Path, """
            [ { "name": "echo", "inputSchema": { "type": "object" } }, { "name": "note", "inputSchema": { "type": "object" } } ]
            """);
        File.WriteAllText(_folder.File("s.json"), $$"""
            {
              "runId": "odd", "goal": "g", "actor": "ann", "budget": { "maxSteps": 9 },
              "mcpServers": {
                "odd": {
                  "command": "dotnet", "args": [{{Quoted(typeof(OtherProcess).Assembly.Location)}}, "serve", {{Quoted(_folder.Path)}}],
                  "protocolVersion": "2025-06-18", "tools": { "echo": { "sideEffect": "read" } }
                }
              },
              "policy": { "rules": [
                { "when": { "sideEffect": "read" }, "then": "allow" }, { "when": { "tool": "odd__note" }, "then": "approval_required" }
              ] }
            }
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_who_has_the_token_and_is_on_this_machine_is_let_in()
    {
        using var gateway = await HttpGatewayProcess.StartAsync(_folder.Path);
        Assert.Equal("127.0.0.1", gateway.Address.Host);
        Assert.True(gateway.Token.Length >= 64);
        var port = gateway.Address.Port;
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway));
        foreach (var host in (string[])["localhost", $"localhost:{port}", $"127.0.0.1:{port}", $"[::1]:{port}"])
            Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, host: host, origin: $"http://{host}"));
        foreach (var token in (string?[])[null, "", gateway.Token[1..], gateway.Token + "0", gateway.Token.ToUpperInvariant() + " "])
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, token ?? ""));
        foreach (var host in (string[])["example.org", $"example.org:{port}", "localhost.example.org", $"127.0.0.1.example.org:{port}"])
            Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(gateway, host: host));
        string[] origins =
        [
            "http://example.org", "https://localhost.example.org", "null", "file://", "chrome-extension://a",
            "http://loopback", "http://127.0.0.2", "http://127.1.2.3:80", "ftp://localhost", "http://localhost:80@example.org",
        ];
        foreach (var origin in origins) Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(gateway, origin: origin));
        // Whatever the path, and whatever the method.
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Delete, HttpMethod.Options, HttpMethod.Post])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, "", method: method));
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(gateway, "", method: method, path: "/"));
        }
    }

    [Fact]
    public async Task It_listens_on_the_loopback_address_alone()
    {
        using var gateway = await HttpGatewayProcess.StartAsync(_folder.Path);
        var others = Dns.GetHostAddresses(Dns.GetHostName())
            .Concat(System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(static network => network.GetIPProperties().UnicastAddresses).Select(static one => one.Address))
            .Where(static address => !IPAddress.IsLoopback(address)).Distinct().ToList();
        foreach (var address in others)
        {
            using var socket = new TcpClient(address.AddressFamily);
            var refused = await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(address, gateway.Address.Port));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        }
    }

    [Fact]
    public async Task Each_session_is_a_run_and_ends_as_one_whose_client_goes()
    {
        using var gateway = await HttpGatewayProcess.StartAsync(_folder.Path, "a token of the operator".Replace(' ', '-'));
        await using (var one = await ConnectAsync(gateway))
        await using (var two = await ConnectAsync(gateway))
        {
            Assert.Equal(["odd__echo", "odd__note"], (await one.ListToolsAsync()).Select(static tool => tool.Name).Order());
            Assert.Equal("""{"a":1}""", Text(await CallAsync(one, "odd__echo", ("a", 1))));
            Assert.Equal("""{"a":2}""", Text(await CallAsync(two, "odd__echo", ("a", 2))));
            var waits = await CallAsync(one, "odd__note", ("b", 1));
            Assert.True(waits.IsError);
            Assert.Equal(0, (await Commands.RunAsync(_folder.Path, "approve", await RequestAsync(), "--as", "bob", "--store",
                "gateway.db")).Code);
            Assert.Equal("""{"b":1}""", Text(await CallAsync(one, "odd__note", ("b", 1))));
            Assert.True((await CallAsync(two, "odd__note", ("b", 2))).IsError);
        }
        Assert.Equal(0, await gateway.TerminateAsync());
        Assert.Equal(("cancelled", "stopped"), await StateAsync("odd-1"));
        Assert.Equal((null, "awaiting_approval"), await StateAsync("odd-2"));
        Assert.Equal(0, (await Commands.RunAsync(_folder.Path, "verify", "--store", "gateway.db")).Code);
        Assert.Equal(3, OddServer.Calls(_folder.Path).Count);
    }

    [Fact]
    public async Task A_signal_ends_it_with_its_sessions_open()
    {
        using var gateway = await HttpGatewayProcess.StartAsync(_folder.Path);
        var client = await ConnectAsync(gateway);
        await CallAsync(client, "odd__echo", ("a", 1));
        Assert.Equal(0, await gateway.TerminateAsync());
        Assert.Equal(("cancelled", "stopped"), await StateAsync("odd-1"));
    }

    [Fact]
    public async Task A_port_that_is_taken_and_a_token_that_is_none_are_said()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var (code, _, errors) = await Commands.RunAsync(_folder.Path, "gateway", "s.json", "--http", "--port", $"{port}", "--store", "g.db");
        Assert.Equal(2, code);
        Assert.Contains($"Something else listens on port {port}; choose another with --port N", errors);
        (code, _, errors) = await Commands.RunWithAsync(new() { ["MINIRUNTIME_GATEWAY_TOKEN"] = "short" }, _folder.Path, "gateway", "s.json",
            "--http");
        Assert.Equal(2, code);
        Assert.Contains("MINIRUNTIME_GATEWAY_TOKEN is no token", errors);
        (code, _, errors) = await Commands.RunAsync(_folder.Path, "gateway", "s.json", "--port", "1");
        Assert.Equal(2, code);
        Assert.Contains("--port goes with --http", errors);
    }

    private static async Task<HttpStatusCode> AskAsync(HttpGatewayProcess gateway, string? token = null, string? host = null,
        string? origin = null, HttpMethod? method = null, string? path = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path is null ? gateway.Address : new Uri(gateway.Address, path));
        if (request.Method == HttpMethod.Post) request.Content = new StringContent(Hello, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        if (token != "") request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? gateway.Token);
        if (host is not null) request.Headers.Host = host;
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    private static Task<McpClient> ConnectAsync(HttpGatewayProcess gateway) => McpClient.CreateAsync(new HttpClientTransport(
        new HttpClientTransportOptions
        {
            Endpoint = gateway.Address,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {gateway.Token}" },
        }));

    private static async Task<CallToolResult> CallAsync(McpClient client, string tool, (string Name, object Value) input) =>
        await client.CallToolAsync(tool, new Dictionary<string, object?> { [input.Name] = input.Value });

    private static string Text(CallToolResult result) => GatewayClient.Text(result);

    private async Task<string> RequestAsync() => ((Json.String)Commands.At(
        await Commands.JsonAsync(_folder.Path, "approvals", "--store", "gateway.db"), "waiting", "0", "id")!).Value;

    private async Task<(string? StopReason, string Phase)> StateAsync(string run)
    {
        var state = Commands.At(await Commands.JsonAsync(_folder.Path, "show", run, "--store", "gateway.db"), "state")!;
        return ((Commands.At(state, "stopReason") as Json.String)?.Value, ((Json.String)Commands.At(state, "phase")!).Value);
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
