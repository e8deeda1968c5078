using System.Threading.Channels;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MiniRuntime.Mcp;

/// <summary>
/// A transport whose messages are heard in the order in which they arrive. The protocol's library handles them side by side, so that
/// progress could be told in another order, or after the answer.
/// </summary>
internal sealed class HeardTransport(IClientTransport inner, Action<JsonRpcMessage> heard) : IClientTransport
{
    public string Name => inner.Name;

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) =>
        new HeardConnection(await inner.ConnectAsync(cancellationToken), heard);
}

/// <summary>A connection whose messages are heard, likewise.</summary>
internal sealed class HeardConnection(ITransport inner, Action<JsonRpcMessage> heard) : ITransport
{
    public string? SessionId => inner.SessionId;

    public ChannelReader<JsonRpcMessage> MessageReader { get; } = new Reader(inner.MessageReader, heard);

    public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) =>
        inner.SendMessageAsync(message, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    // All that a reader does that is not overridden goes through these.
    private sealed class Reader(ChannelReader<JsonRpcMessage> inner, Action<JsonRpcMessage> heard) : ChannelReader<JsonRpcMessage>
    {
        public override Task Completion => inner.Completion;

        public override bool TryRead(out JsonRpcMessage item)
        {
            if (!inner.TryRead(out item!)) return false;
            heard(item);
            return true;
        }

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
            inner.WaitToReadAsync(cancellationToken);
    }
}
