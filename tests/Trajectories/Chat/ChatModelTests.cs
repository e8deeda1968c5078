using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>A chat model over a client of a test's own.</summary>
public sealed class ChatModelTests
{
    private static readonly Agent _agent = new([], new Budget(3));

    // Would catch: an answer that is given up when its time is over, and costs nothing for that.
    [Fact]
    public async Task What_has_come_so_far_is_known_while_more_is_waited_for()
    {
        var told = new TaskCompletionSource();
        var model = new ChatModel(new Client(new string('a', 400)), new ChatModelOptions
        {
            Streams = true, Said = _ => told.SetResult(), Price = new Price(0, 1_000_000), Instructions = new string('i', 4000),
        });
        var packet = _agent.Start(new Run("r", "g")).Work!.AskModel!.Packet;
        Assert.Equal((0, 0), model.UsedFor(packet));
        using var enough = new CancellationTokenSource();
        var asking = model.ProposeAsync(packet, enough.Token);
        await told.Task;
        var (tokens, cost) = model.UsedFor(packet);
        Assert.InRange(tokens, 1100, 1200);
        Assert.Equal(100, cost);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(399, true)]
    public async Task An_answer_may_be_as_long_as_the_options_say(int most, bool fails)
    {
        var model = new ChatModel(new Client(new string('a', 400), ends: true), new ChatModelOptions { Streams = true, MaxAnswer = most });
        var packet = _agent.Start(new Run("r", "g")).Work!.AskModel!.Packet;
        if (fails) await Assert.ThrowsAsync<ModelFailedException>(() => model.ProposeAsync(packet, default));
        else Assert.Equal(new string('a', 400), (await model.ProposeAsync(packet, default)).Input.Decision!.Answer!.Text);
    }

    // Says this; then it ends, or says nothing more.
    private sealed class Client(string text, bool ends = false) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null,
            CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return new ChatResponseUpdate(ChatRole.Assistant, text);
            if (!ends) await Task.Delay(Timeout.Infinite, cancellationToken);
            yield return new ChatResponseUpdate(ChatRole.Assistant, "") { FinishReason = ChatFinishReason.Stop };
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
