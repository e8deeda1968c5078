using System.Collections.Concurrent;
using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MiniRuntime.Trajectories;

/// <summary>The gateway as a process of its own, in front of the reference server for files, and a client of it.</summary>
internal sealed class GatewayClient : IAsyncDisposable
{
    private readonly McpClient _client;
    private readonly ConcurrentQueue<string> _said;

    private GatewayClient(McpClient client, ConcurrentQueue<string> said) => (_client, _said) = (client, said);

    /// <summary>The client.</summary>
    public McpClient Client => _client;

    /// <summary>What the gateway said on standard error.</summary>
    public string Said => string.Join('\n', _said);

    public static async Task<GatewayClient> ConnectAsync(string folder, McpClientOptions? options = null, string scenario = "s.json",
        string store = "gateway.db")
    {
        var said = new ConcurrentQueue<string>();
        var transport = new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = "dotnet",
            Arguments = [Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), "gateway", scenario, "--store", store],
            WorkingDirectory = folder,
            ShutdownTimeout = TimeSpan.FromSeconds(30),
            StandardErrorLines = said.Enqueue,
        });
        return new GatewayClient(await McpClient.CreateAsync(transport, options), said);
    }

    /// <summary>Calls a tool.</summary>
    public Task<CallToolResult> CallAsync(string tool, object input) => _client.CallToolAsync(new CallToolRequestParams
    {
        Name = tool,
        Arguments = JsonSerializer.SerializeToElement(input).EnumerateObject()
            .ToDictionary(static one => one.Name, static one => one.Value),
    }).AsTask();

    /// <summary>What a result says in text.</summary>
    public static string Text(CallToolResult result) =>
        string.Join('\n', result.Content.OfType<TextContentBlock>().Select(static block => block.Text));

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
