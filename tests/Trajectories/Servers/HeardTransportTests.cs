using System.Threading.Channels;
using MiniRuntime.Mcp;
using ModelContextProtocol.Protocol;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What a server asks its client for.</summary>
public sealed class HeardTransportTests
{
    // Would catch: a server that asks without end, and takes no answers, until there is no memory left.
    [Fact]
    public async Task Only_so_many_questions_are_open_at_once()
    {
        var (inner, heard) = (new Silent(), 0);
        var connection = new HeardConnection(inner, _ => heard++, most: 3);
        for (var i = 0; i < 10; i++) inner.Said.Writer.TryWrite(new JsonRpcRequest { Id = new RequestId(i), Method = "ping" });
        inner.Said.Writer.TryWrite(new JsonRpcNotification { Method = "notifications/progress" });
        var read = new List<JsonRpcMessage>();
        while (connection.MessageReader.TryRead(out var message)) read.Add(message);
        Assert.Equal((3, 1, 4), (read.OfType<JsonRpcRequest>().Count(), read.OfType<JsonRpcNotification>().Count(), heard));

        // One that is answered makes room for one.
        await connection.SendMessageAsync(new JsonRpcResponse { Id = new RequestId(0), Result = null });
        for (var i = 0; i < 2; i++) inner.Said.Writer.TryWrite(new JsonRpcRequest { Id = new RequestId(20 + i), Method = "ping" });
        Assert.True(connection.MessageReader.TryRead(out var next));
        Assert.Equal(new RequestId(20), Assert.IsType<JsonRpcRequest>(next).Id);
        Assert.False(connection.MessageReader.TryRead(out _));
    }

    private sealed class Silent : ITransport
    {
        public Channel<JsonRpcMessage> Said { get; } = Channel.CreateUnbounded<JsonRpcMessage>();

        public string? SessionId => null;

        public ChannelReader<JsonRpcMessage> MessageReader => Said.Reader;

        public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
