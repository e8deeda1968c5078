using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MiniRuntime.Mcp;

/// <summary>One client of the gateway, and its run.</summary>
public sealed class GatewaySession : IAsyncDisposable
{
    private readonly GatewayRun _run;
    private readonly GatewayMessages _messages;

    internal GatewaySession(GatewayRun run, GatewayMessages messages, McpServerOptions options) =>
        (_run, _messages, Options) = (run, messages, options);

    /// <summary>What the server says and does that speaks to this client. It serves this one only.</summary>
    public McpServerOptions Options { get; }

    /// <summary>
    /// Told each message of the client as it comes, once, before the server is: calls are then taken in that order. Where nobody tells, it
    /// is the order in which the server comes to them.
    /// </summary>
    public void Hear(JsonRpcMessage message) => _messages.Hear(message);

    /// <summary>Serves the client, until the connection ends or is told to.</summary>
    /// <param name="server">The server, with this session's <see cref="Options"/>.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(McpServer server, CancellationToken stop)
    {
        // By itself the server would wait for all that is in flight.
        await using var leaving = stop.Register(Leave);
        try
        {
            await server.RunAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>The client is gone: what is in flight is given up, but for a write.</summary>
    public void Leave() => _run.Leave();

    /// <summary>
    /// The client is gone. What is in flight is given up, a write is waited for; then the run is cancelled, unless a person was asked, or
    /// has to be: then it stays, and can be taken up by others.
    /// </summary>
    /// <exception cref="Shell.StoreException">What became of the run cannot be kept.</exception>
    public ValueTask DisposeAsync() => _run.DisposeAsync();
}
