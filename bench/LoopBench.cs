using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Bench;

/// <summary>
/// The shell's loop with a journal in memory, beside Microsoft.Extensions.AI's function-calling loop over a fake client, which neither
/// governs nor traces. Both: ten calls of one tool, then an answer. All times and bytes are per step.
/// </summary>
public class LoopBench
{
    private const int Steps = 10;
    private const int Runs = 10_000;

    private static readonly Decision _call = new CallTool(Script.Tool, Json.Object.Of(("topic", "returns")));
    private static readonly Decision _answer = new Answer("Yes, within 30 days.");
    private static readonly Task<ToolResult> _found = Task.FromResult<ToolResult>(new Ok(Json.Object.Of(("text", "Within 30 days."))));
    private static readonly Toolbox _tools = new[] { Script.Tool, "draft_reply", "refund" }
        .Aggregate(Toolbox.Empty, static (tools, name) => tools.Bind(name, static (_, _) => _found));

    private readonly Agent _agent = Script.AgentFor(Steps);
    private readonly FunctionInvokingChatClient _client = new(new FakeClient());
    private readonly ChatOptions _bare = new() { Tools = [new Lookup()] };
    private readonly ChatOptions _usual = new() { Tools = [AIFunctionFactory.Create(static (string topic) => "Within 30 days.", Script.Tool)] };
    private readonly RuntimeOptions _inline = new() { OwnThreads = false };
    private int _run;

    /// <summary>With a function as one usually makes it, from a method.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public Task<ChatResponse> FunctionInvokingChatClient() => _client.GetResponseAsync("May an opened item be returned?", _usual);

    /// <summary>With a function that neither reads its arguments nor serialises its result.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public Task<ChatResponse> FunctionInvokingChatClient_bare() => _client.GetResponseAsync("May an opened item be returned?", _bare);

    /// <summary>As it comes: model and tool on threads of their own, under time limits.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public Task<State> AgentRuntime() => RunAsync(new RuntimeOptions());

    /// <summary>Like the client above: model and tool begin on the run's thread.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public Task<State> AgentRuntime_inline() => RunAsync(_inline);

    /// <summary>10,000 runs of two steps at once, in one runtime with one journal, each piece of work on a thread of its own; per run.</summary>
    [Benchmark(OperationsPerInvoke = Runs)]
    public Task<State[]> Concurrent_runs()
    {
        var runtime = new AgentRuntime(_agent, new FakeModel(1), _tools);
        return Task.WhenAll(Enumerable.Range(0, Runs).Select(i => runtime.RunAsync(new Run($"run_{i}", "May it be returned?"))));
    }

    private Task<State> RunAsync(RuntimeOptions options) => new AgentRuntime(_agent, new FakeModel(Steps), _tools, options: options)
        .RunAsync(new Run($"run_{_run++}", "May an opened item be returned?"));

    private sealed class FakeModel(int calls) : IModel
    {
        private static readonly Task<ModelReply> _calls = Task.FromResult(ModelReply.Proposed(_call));
        private static readonly Task<ModelReply> _answers = Task.FromResult(ModelReply.Proposed(_answer));

        public Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel) => packet.Step < calls ? _calls : _answers;
    }

    // Stateless like the fake model: how far it is, it reads off the messages.
    private sealed class FakeClient : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            var step = ((ICollection<ChatMessage>)messages).Count / 2;
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, step < Steps
                ? [new FunctionCallContent($"call_{step}", Script.Tool, _arguments)]
                : [new TextContent("Yes, within 30 days.")])));
        }

        private static readonly Dictionary<string, object?> _arguments = new() { ["topic"] = "returns" };

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() { }
    }

    // Without the reflection and the JSON of AIFunctionFactory, so that it is the loop that is compared.
    private sealed class Lookup : AIFunction
    {
        public override string Name => Script.Tool;

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) =>
            new("Within 30 days.");
    }
}
