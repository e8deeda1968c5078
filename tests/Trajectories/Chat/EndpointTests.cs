using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;
using MiniRuntime.Models;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The providers' own clients against endpoints that send what no model says.</summary>
public sealed class EndpointTests
{
    private static readonly Tool _look = new("look", "Looks.", SideEffect.Read);

    private readonly List<string> _ran = [];

    public static TheoryData<ModelProvider, bool> Ways => new()
    {
        { ModelProvider.OpenAI, false }, { ModelProvider.OpenAI, true }, { ModelProvider.Anthropic, false }, { ModelProvider.Anthropic, true },
    };

    // Would catch: a redirection that is followed with the packet, or with the key.
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_redirection_is_not_followed(ModelProvider provider, bool streams)
    {
        await using var elsewhere = LoopbackEndpoint.Saying(Answer(provider, "stolen"));
        await using var endpoint = LoopbackEndpoint.Start(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers["Location"] = $"{elsewhere.Url}v1/chat/completions";
            return Task.CompletedTask;
        });
        var state = await RunAsync(endpoint, new Budget(3), provider, streams);
        Assert.StartsWith("model_failure: HTTP 307", state.Stopped!.Detail);
        Assert.Contains("redirects", state.Stopped.Detail, StringComparison.Ordinal);
        Assert.Contains($"{elsewhere.Url}", state.Stopped.Detail, StringComparison.Ordinal);
        Assert.Empty(elsewhere.Asked);
        Assert.Equal(0, state.Spent.Tokens);
    }

    // Would catch: requests with a wrong key, one after the other without a pause; and a failure that is charged though nobody did any work.
    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task An_endpoint_that_turns_a_run_away_for_good_is_asked_once(int status)
    {
        await using var endpoint = LoopbackEndpoint.Saying("""{ "error": { "message": "no such key" } }""", status: status);
        var state = await RunAsync(endpoint, new Budget(3, maxModelFailures: 5));
        Assert.Equal((StopReason.InvalidDecision, 6, 0), (state.Stopped!.Reason, state.Spent.ModelFailures, state.Spent.Tokens));
        Assert.StartsWith($"model_failure: HTTP {status}", state.Stopped.Detail);
        Assert.Contains("no such key", state.Stopped.Detail, StringComparison.Ordinal);
        Assert.Single(endpoint.Asked);
    }

    public static TheoryData<ModelProvider, bool, string, string, string> NoAnswers => new()
    {
        { ModelProvider.OpenAI, false, "text/html", "<h1>Log in</h1>", "text/html" },
        { ModelProvider.OpenAI, true, "text/html", "<h1>Log in</h1>", "Log in" },
        { ModelProvider.Anthropic, false, "text/html", "<h1>Log in</h1>", "Log in" },
        { ModelProvider.Anthropic, true, "text/html", "<h1>Log in</h1>", "text/html" },
        { ModelProvider.OpenAI, false, "application/json", "<h1>Log in</h1>", "no JSON: <h1>Log in" },
        { ModelProvider.OpenAI, false, "application/json", """{ "error": { "message": "on fire" } }""", "on fire" },
        { ModelProvider.OpenAI, false, "application/json", """{ "choices": [] }""", "no 'choices'" },
        { ModelProvider.OpenAI, false, "application/json", "{}", "no 'choices'" },
        { ModelProvider.OpenAI, true, "application/json", """{ "error": { "message": "on fire" } }""", "on fire" },
        { ModelProvider.OpenAI, true, "text/event-stream", "data: {\"error\":{\"message\":\"on fire\"}}\n\n", "on fire" },
        { ModelProvider.OpenAI, true, "text/event-stream", $"data: {Chunk("It is")}\r\n\r\ndata: {{\"error\": \"on fire\"}}\r\n\r\n", "on fire" },
        // What a library stumbles over, and tells in words of its own.
        { ModelProvider.OpenAI, false, "application/json",
            """{ "choices": [{ "index": 0, "finish_reason": "stop", "message": null }] }""", "cannot be read: { \"choices\"" },
        { ModelProvider.OpenAI, false, "application/json", Answer(ModelProvider.OpenAI, @"half \ud800 of it"),
            @"cannot be read: { ""id""" },
        { ModelProvider.OpenAI, false, "application/json",
            Answer(ModelProvider.OpenAI, "It is").Replace("\"stop\"", "\"bored\"", StringComparison.Ordinal), "bored" },
        { ModelProvider.OpenAI, true, "text/event-stream", $"data: {Chunk("It is", "bored")}\n\ndata: [DONE]\n\n", "bored" },
        { ModelProvider.OpenAI, true, "text/event-stream",
            $"data: {Calls("look", "{}").Replace("\"id\":\"call_0\",", "", StringComparison.Ordinal)}\n\n"
                + $"data: {Chunk("", "tool_calls")}\n\n",
            "\"name\":\"look\"" },
        { ModelProvider.Anthropic, false, "application/json",
            """{ "type": "error", "error": { "type": "api_error", "message": "on fire" } }""", "on fire" },
        { ModelProvider.Anthropic, false, "application/json", "[]", "no 'content'" },
        { ModelProvider.Anthropic, true, "text/event-stream",
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"on fire\"}}\n\n", "on fire" },
    };

    // Would catch: a page or an error that passes for bad output of the model, or of which only "it was cut off" is left.
    [Theory]
    [MemberData(nameof(NoAnswers))]
    public async Task What_is_no_answer_of_a_model_is_a_model_failure_that_says_what_came(ModelProvider provider, bool streams, string type,
        string body, string said)
    {
        await using var endpoint = LoopbackEndpoint.Saying(body, type);
        var state = await RunAsync(endpoint, new Budget(3), provider, streams);
        Assert.Equal((1, 0), (state.Spent.ModelFailures, state.Spent.InvalidDecisions));
        Assert.StartsWith("model_failure: The endpoint", state.Stopped!.Detail);
        Assert.Contains(said, state.Stopped.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_endpoint_says_is_bounded_and_gives_no_secret_away()
    {
        const string Secret = "sk-canary-0123456789";
        await using var endpoint = LoopbackEndpoint.Saying($$"""{ "error": "{{Secret}} {{new string('x', 9999)}}" }""");
        var secrets = Secrets.Read([new NamedSecret("key", "KEY", [])], static _ => Secret);
        var state = await RunAsync(endpoint, new Budget(3), options: new RuntimeOptions { Secrets = secrets });
        Assert.Contains("${secret:key} xxx", state.Stopped!.Detail, StringComparison.Ordinal);
        Assert.InRange(state.Stopped.Detail!.Length, 400, 700);
    }

    // Would catch: memory that an endpoint fills for as long as it likes.
    [Theory]
    [InlineData(true, "text")]
    [InlineData(true, "arguments")]
    [InlineData(true, "nothing")]
    [InlineData(true, "one line")]
    [InlineData(false, "text")]
    [InlineData(false, "nothing")]
    public async Task An_answer_without_end_is_read_up_to_a_limit(bool streams, string what)
    {
        var much = new string('a', 64 * 1024);
        var (begin, more) = what switch
        {
            "text" when streams => ("", $"data: {Chunk(much)}\n\n"),
            "text" => ("""{ "choices": [{ "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": " """, much),
            "arguments" => ("", $"data: {Calls("look", much)}\n\n"),
            "nothing" => ("", streams ? $": {much}\n\n" : new string(' ', much.Length)),
            _ => ("data: ", much),
        };
        long sent = 0;
        await using var endpoint = LoopbackEndpoint.Start(async context =>
        {
            context.Response.ContentType = streams ? "text/event-stream" : "application/json";
            var (first, bytes) = (Encoding.UTF8.GetBytes(begin), Encoding.UTF8.GetBytes(more));
            // (To write nothing ends the answer.)
            if (first.Length > 0) await context.Response.OutputStream.WriteAsync(first);
            for (; sent < 1L << 30; sent += bytes.Length) await context.Response.OutputStream.WriteAsync(bytes);
        });
        var state = await RunAsync(endpoint, new Budget(3), streams: streams);
        Assert.StartsWith("model_failure: The ", state.Stopped!.Detail);
        Assert.Contains("is longer than", state.Stopped.Detail, StringComparison.Ordinal);
        // What was sent and not read waits in the sockets.
        Assert.InRange(sent, 1, what is "text" or "arguments" && streams ? 32 << 20 : 96 << 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_of_more_text_than_is_kept_is_none(bool streams)
    {
        var text = new string('a', (4 << 20) + 1);
        await using var endpoint = streams
            ? LoopbackEndpoint.Streaming($"data: {Chunk(text)}", $"data: {Chunk("", "stop")}", "data: [DONE]")
            : LoopbackEndpoint.Saying(Answer(ModelProvider.OpenAI, text));
        var state = await RunAsync(endpoint, new Budget(3), streams: streams);
        Assert.Equal("model_failure: The model's answer is longer than 4194304 characters; it was dropped.", state.Stopped!.Detail);
        Assert.True(state.Spent.Tokens > 1 << 20);
    }

    // Would catch: answers that cost nothing because they break off, and a budget that never ends by that.
    [Theory]
    [InlineData(ModelProvider.OpenAI, false)]
    [InlineData(ModelProvider.OpenAI, true)]
    [InlineData(ModelProvider.Anthropic, false)]
    [InlineData(ModelProvider.Anthropic, true)]
    public async Task A_stream_that_is_cut_is_charged_for_what_was_sent_and_came(ModelProvider provider, bool call)
    {
        var said = new string('a', 4000);
        await using var endpoint = LoopbackEndpoint.Streaming((provider, call) switch
        {
            (ModelProvider.OpenAI, false) => [$"data: {Chunk(said)}"],
            (ModelProvider.OpenAI, true) => [$"data: {Calls("look", $$"""{"at":"{{said}}""")}"],
            (_, false) => [_start, $"data: {Delta(0, "text_delta", "text", said)}"],
            _ => [_start, Use(0), $"data: {Delta(0, "input_json_delta", "partial_json", $$"""{"at":"{{said}}""")}"],
        });
        var state = await RunAsync(endpoint, new Budget(9, maxModelFailures: 1, maxTokens: 10_000), provider, streams: true,
            options: new RuntimeOptions { ModelPause = TimeSpan.Zero }, price: new Price(1, 1000));
        Assert.Equal(2, state.Spent.ModelFailures);
        Assert.InRange(state.Spent.Tokens, 2000, 4000);
        Assert.InRange(state.Spent.Cost, 2m, 4m);
        var bounded = await RunAsync(endpoint, new Budget(9, maxModelFailures: 99, maxTokens: 5000), provider, streams: true,
            options: new RuntimeOptions { ModelPause = TimeSpan.Zero });
        Assert.Equal(StopReason.BudgetExhausted, bounded.Stopped!.Reason);
        Assert.InRange(bounded.Spent.ModelFailures, 3, 5);
    }

    // Would catch: a call that runs with other arguments than the ones that a filter, a log or a person read first.
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_call_that_has_a_key_twice_does_not_run_and_others_beside_it_do(ModelProvider provider, bool streams)
    {
        const string Twice = """{"at":1,"at":2}""";
        const string Once = """{"at":3}""";
        await using var endpoint = (provider, streams) switch
        {
            (ModelProvider.OpenAI, false) => LoopbackEndpoint.Saying($$"""
                { "id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [{ "index": 0, "finish_reason": "tool_calls",
                  "message": { "role": "assistant", "content": null, "tool_calls": [
                    { "id": "a", "type": "function", "function": { "name": "look", "arguments": {{JsonSerializer.Serialize(Twice)}} } },
                    { "id": "b", "type": "function", "function": { "name": "look", "arguments": {{JsonSerializer.Serialize(Once)}} } }] } }] }
                """),
            (ModelProvider.OpenAI, true) => LoopbackEndpoint.Streaming(
                $"data: {Calls("look", Twice[..9])}", $"data: {Calls(null, Twice[9..])}", $"data: {Calls("look", Once, 1)}",
                $"data: {Chunk("", "tool_calls")}", "data: [DONE]"),
            (_, false) => LoopbackEndpoint.Saying($$"""
                { "id": "m", "type": "message", "role": "assistant", "model": "m", "stop_reason": "tool_use", "stop_sequence": null,
                  "usage": { "input_tokens": 1, "output_tokens": 1 }, "content": [
                    { "type": "tool_use", "id": "a", "name": "look", "input": {{Twice}} },
                    { "type": "tool_use", "id": "b", "name": "look", "input": {{Once}} }] }
                """),
            _ => LoopbackEndpoint.Streaming(_start, Use(0), $"data: {Delta(0, "input_json_delta", "partial_json", Twice[..9])}",
                $"data: {Delta(0, "input_json_delta", "partial_json", Twice[9..])}", Stop(0), Use(1),
                $"data: {Delta(1, "input_json_delta", "partial_json", Once)}", Stop(1), _end, "data: {\"type\":\"message_stop\"}"),
        };
        var state = await RunAsync(endpoint, new Budget(2, maxInvalidDecisions: 1), provider, streams);
        Assert.Equal((1, 0), (state.Spent.InvalidDecisions, state.Spent.ModelFailures));
        Assert.Equal(["look {\"at\":3}"], _ran);
    }

    // Would catch: arguments that are looked for by an id which another call has too, or which is none.
    [Theory]
    [InlineData("same", false)]
    [InlineData("same", true)]
    [InlineData("", false)]
    [InlineData("", true)]
    public async Task Calls_that_have_one_id_are_as_good_as_the_worst(string id, bool streams)
    {
        const string Twice = """{"at":1,"at":2}""";
        const string Once = """{"at":3}""";
        await using var endpoint = streams
            ? LoopbackEndpoint.Streaming(Streamed(Once, 0), Streamed(Twice, 1), $"data: {Chunk("", "tool_calls")}", "data: [DONE]")
            : LoopbackEndpoint.Saying($$"""
                { "id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [{
                  "index": 0, "finish_reason": "tool_calls", "message": { "role": "assistant", "content": null, "tool_calls": [
                    { "id": "{{id}}", "type": "function", "function": { "name": "look", "arguments": {{JsonSerializer.Serialize(Once)}} } },
                    { "id": "{{id}}", "type": "function", "function": { "name": "look", "arguments": {{JsonSerializer.Serialize(Twice)}} } }
                  ] } }] }
                """);
        var state = await RunAsync(endpoint, new Budget(2, maxInvalidDecisions: 2), streams: streams);
        Assert.Equal((2, 0), (state.Spent.InvalidDecisions, state.Spent.ModelFailures));
        Assert.Empty(_ran);

        string Streamed(string arguments, int index) =>
            $"data: {Calls("look", arguments, index).Replace($"\"call_{index}\"", $"\"{id}\"", StringComparison.Ordinal)}";
    }

    // Would catch: text beside a call that cannot be read, taken for the answer.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_without_a_name_makes_no_answer_of_the_text_beside_it(bool streams)
    {
        await using var endpoint = streams
            ? LoopbackEndpoint.Streaming(
                $"data: {Chunk("All done.")}", $"data: {Calls("", "{}")}", $"data: {Chunk("", "tool_calls")}", "data: [DONE]")
            : LoopbackEndpoint.Saying("""
                { "id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [{
                  "index": 0, "finish_reason": "tool_calls", "message": { "role": "assistant", "content": "All done.", "tool_calls": [
                    { "id": "a", "type": "function", "function": { "name": "", "arguments": "{}" } }] } }] }
                """);
        var state = await RunAsync(endpoint, new Budget(2), streams: streams);
        Assert.Equal((StopReason.InvalidDecision, null), (state.Stopped!.Reason, state.Answer));
        Assert.Contains("no call that can be read", state.Stopped.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refused", StopReason.Refused, StoppedBy.Model)]
    [InlineData("cancelled", StopReason.Cancelled, StoppedBy.Model)]
    [InlineData("bored", StopReason.InvalidDecision, StoppedBy.Runtime)]
    public async Task A_model_is_offered_two_reasons_to_stop_and_may_give_any_that_there_is(string reason, StopReason stopped, StoppedBy by)
    {
        await using var endpoint = LoopbackEndpoint.Streaming($"data: {Calls("stop_run", $$"""{"reason":"{{reason}}"}""")}",
            $"data: {Chunk("", "tool_calls")}", "data: [DONE]");
        var state = await RunAsync(endpoint, new Budget(3), streams: true);
        Assert.Equal((stopped, by), (state.Stopped!.Reason, state.Stopped.By));
        var asked = JsonNode.Parse(endpoint.Asked[0][endpoint.Asked[0].IndexOf('{', StringComparison.Ordinal)..])!;
        var stop = asked["tools"]!.AsArray().Select(static tool => tool!["function"]!)
            .Single(static tool => $"{tool["name"]}" == "stop_run");
        Assert.Equal(["blocked", "refused"],
            stop["parameters"]!["properties"]!["reason"]!["enum"]!.AsArray().Select(static reason => $"{reason}"));
    }

    // Would catch: a library that speaks another version of the protocol than the header says.
    [Fact]
    public async Task The_version_that_is_said_is_the_one_that_Anthropics_library_speaks()
    {
        await using var endpoint = LoopbackEndpoint.Saying(Answer(ModelProvider.Anthropic, "hi"));
        using var http = new HttpClient();
        using var client = new Anthropic.AnthropicClient(new Anthropic.Core.ClientOptions
        {
            HttpClient = http, BaseUrl = endpoint.Url.AbsoluteUri.TrimEnd('/'), ApiKey = "none",
        });
        await Microsoft.Extensions.AI.ChatClientExtensions.GetResponseAsync(
            Microsoft.Extensions.AI.AnthropicClientExtensions.AsIChatClient(client, "m", 9), "hi");
        var said = endpoint.Asked[0].Split('\n').Single(static line => line.StartsWith("anthropic-version:", StringComparison.OrdinalIgnoreCase));
        await RunAsync(endpoint, new Budget(1), ModelProvider.Anthropic, streams: false);
        Assert.Contains(said.Trim(), endpoint.Asked[1], StringComparison.OrdinalIgnoreCase);
    }

    private const string _start = "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\","
        + "\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}";

    private const string _end = "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},"
        + "\"usage\":{\"output_tokens\":9}}";

    private static string Chunk(string text, string? finish = null) => JsonSerializer.Serialize(new
    {
        id = "c", @object = "chat.completion.chunk", created = 1, model = "m",
        choices = new[] { new { index = 0, delta = new { role = "assistant", content = text }, finish_reason = finish } },
    });

    private static string Calls(string? name, string arguments, int index = 0) => JsonSerializer.Serialize(new
    {
        id = "c", @object = "chat.completion.chunk", created = 1, model = "m",
        choices = new[]
        {
            new
            {
                index = 0, finish_reason = (string?)null, delta = new
                {
                    tool_calls = new[]
                    {
                        name is null
                            ? (object)new { index, function = new { arguments } }
                            : new { index, id = $"call_{index}", type = "function", function = new { name, arguments } },
                    },
                },
            },
        },
    });

    private static string Use(int index) => "data: " + JsonSerializer.Serialize(new
    {
        type = "content_block_start", index, content_block = new { type = "tool_use", id = $"call_{index}", name = "look", input = new { } },
    });

    private static string Stop(int index) => $$"""data: {"type":"content_block_stop","index":{{index}}}""";

    private static string Delta(int index, string type, string field, string text) =>
        $$$"""{"type":"content_block_delta","index":{{{index}}},"delta":{"type":"{{{type}}}","{{{field}}}":{{{JsonSerializer.Serialize(text)}}}}}""";

    private static string Answer(ModelProvider provider, string text) => provider == ModelProvider.OpenAI
        ? $$"""
            { "id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [
              { "index": 0, "message": { "role": "assistant", "content": "{{text}}" }, "finish_reason": "stop" }] }
            """
        : $$"""
            { "id": "m", "type": "message", "role": "assistant", "model": "m", "content": [{ "type": "text", "text": "{{text}}" }],
              "stop_reason": "end_turn", "stop_sequence": null, "usage": { "input_tokens": 1, "output_tokens": 1 } }
            """;

    private async Task<State> RunAsync(LoopbackEndpoint endpoint, Budget budget, ModelProvider provider = ModelProvider.OpenAI,
        bool streams = false, RuntimeOptions? options = null, Price? price = null)
    {
        var url = provider == ModelProvider.OpenAI ? new Uri(endpoint.Url, "v1") : endpoint.Url;
        using var model = new NetworkModel(new ModelSettings(provider, "m", url) { Streams = streams }, "a key of no worth", price);
        var tools = Toolbox.Empty.Bind("look", (permit, _) =>
        {
            lock (_ran) _ran.Add($"look {permit.Call.Proposal.Input}");
            return Task.FromResult<ToolResult>(new Ok("blue"));
        });
        return await new AgentRuntime(new Agent([_look], budget), model, tools, options: options).RunAsync(new Run("r", "Look.", "ann"));
    }
}
