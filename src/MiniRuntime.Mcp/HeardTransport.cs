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
    // What a server asks its client for is answered beside each other, and each answer may take its time. No server has use for more at once.
    private const int MostAsked = 100;

    public string Name => inner.Name;

    public async Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) =>
        new HeardConnection(await inner.ConnectAsync(cancellationToken), heard, MostAsked);
}

/// <summary>A connection whose messages are heard, likewise.</summary>
/// <param name="inner">The connection.</param>
/// <param name="heard">Told of each message.</param>
/// <param name="most">How many requests of the other side may be open; one more is dropped, so that none can pile up without end.</param>
internal sealed class HeardConnection(ITransport inner, Action<JsonRpcMessage> heard, int most = int.MaxValue) : ITransport
{
    private readonly Reader _reader = new(inner.MessageReader, heard, most);

    public string? SessionId => inner.SessionId;

    public ChannelReader<JsonRpcMessage> MessageReader => _reader;

    public async Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.SendMessageAsync(message, cancellationToken);
        }
        finally
        {
            if (message is JsonRpcResponse or JsonRpcError) _reader.Answered();
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    // All that a reader does that is not overridden goes through these.
    private sealed class Reader(ChannelReader<JsonRpcMessage> inner, Action<JsonRpcMessage> heard, int most) : ChannelReader<JsonRpcMessage>
    {
        private int _asked;

        public override Task Completion => inner.Completion;

        public override bool TryRead(out JsonRpcMessage item)
        {
            while (inner.TryRead(out item!))
            {
                if (item is JsonRpcRequest && Interlocked.Increment(ref _asked) > most)
                {
                    Answered();
                    continue;
                }
                heard(item);
                return true;
            }
            return false;
        }

        /// <summary>One that was asked is not open any more.</summary>
        public void Answered() => Interlocked.Decrement(ref _asked);

        public override ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
            inner.WaitToReadAsync(cancellationToken);
    }
}
