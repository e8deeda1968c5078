using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What clients may send that no library sends: malformed calls, many at once, an answer that comes too late.</summary>
public sealed class GatewayMessageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GatewayMessageTests() => OddServer.Has(_folder.Path, """
        [ { "name": "echo", "inputSchema": { "type": "object" } }, { "name": "note", "inputSchema": { "type": "object" } } ]
        """);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_call_that_cannot_be_read_is_a_step_of_the_run_and_is_told_what_is_wrong_with_it()
    {
        (string Call, string Why)[] malformed =
        [
            ("""{ "name": "odd__echo", "arguments": [1] }""", "The arguments of a call are a JSON object."),
            ("""{ "name": "odd__echo", "arguments": "a" }""", "The arguments of a call are a JSON object."),
            ("""{ "arguments": {} }""", "its 'name' is a text"),
            ("""{ "name": 5 }""", "its 'name' is a text"),
            ("""{ "name": null, "arguments": {} }""", "its 'name' is a text"),
            ("""{ "name": "odd__echo", "arguments": { "a": "\ud800" } }""", "half of a surrogate pair"),
            ("""{ "name": "odd__\ud800", "arguments": {} }""", "half of a surrogate pair"),
            ("""{ "name": "odd__echo", "name": "odd__note", "arguments": {} }""", "a key stands twice"),
            ("""{ "name": "odd__echo", "arguments": { "a": 1e999 } }""", "The arguments cannot be read"),
            ("""[ "odd__echo" ]""", "A call is a JSON object"),
        ];
        Write($$"""{ "maxSteps": {{malformed.Length + 1}} }""");
        using (var gateway = await GatewayLines.StartAsync(_folder.Path))
        {
            foreach (var (i, (call, why)) in malformed.Index())
            {
                gateway.Ask(i + 1, "tools/call", call);
                var answer = await gateway.AnswerAsync(i + 1);
                Assert.True(answer["result"]?["isError"]?.GetValue<bool>(), answer.ToJsonString());
                Assert.Contains(why, Text(answer));
            }
            // Any meta data that cannot be read is not what counts.
            gateway.Ask(99, "tools/call", """{ "name": "odd__echo", "arguments": { "a": 1 }, "_meta": 5 }""");
            Assert.Equal("""{"a":1}""", Text(await gateway.AnswerAsync(99)));
            gateway.Ask(100, "tools/call", """{ "name": "odd__echo" }""");
            Assert.Contains("has stopped: budget_exhausted", Text(await gateway.AnswerAsync(100)));
            await gateway.GoAsync();
        }
        var (_, shown, _) = await Commands.RunAsync(_folder.Path, "show", "odd-1", "--store", "gateway.db", "--json");
        Assert.Equal(malformed.Length, JsonNode.Parse(shown)!["trace"]!.AsArray()
            .Count(static one => one!["type"]!.GetValue<string>() == "invalid_decision"));
        Assert.Single(OddServer.Calls(_folder.Path));
        Assert.Equal(0, (await Commands.RunAsync(_folder.Path, "verify", "--store", "gateway.db")).Code);
        Assert.Equal(0, (await Commands.RunAsync(_folder.Path, "replay", "odd-1", "--store", "gateway.db")).Code);
    }

    [Fact]
    public async Task Calls_that_come_at_once_are_taken_in_the_order_in_which_they_come()
    {
        Write();
        using var gateway = await GatewayLines.StartAsync(_folder.Path);
        const int Count = 40;
        for (var i = 1; i <= Count; i++) gateway.Ask(i, "tools/call", $$"""{ "name": "odd__echo", "arguments": { "n": {{i}} } }""");
        // One of them is given up before its turn comes, perhaps; the others do not wait for it.
        gateway.Say($$"""
            { "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": {{Count - 5}} } }
            """);
        var answered = new List<int>();
        for (var i = 1; i <= Count; i++)
        {
            if (i == Count - 5) continue;
            Assert.Equal($$"""{"n":{{i}}}""", Text(await gateway.AnswerAsync(i)));
            answered.Add(i);
        }
        Assert.Equal(answered, OddServer.Calls(_folder.Path).Select(static call => call["arguments"]!["n"]!.GetValue<int>())
            .Where(static n => n != Count - 5));
    }

    [Fact]
    public async Task No_capability_is_declared_that_is_not_served()
    {
        Write();
        using var gateway = await GatewayLines.StartAsync(_folder.Path);
        Assert.Equal(["tools"], gateway.Hello["capabilities"]!.AsObject().Select(static one => one.Key));
        gateway.Ask(1, "logging/setLevel", """{ "level": "debug" }""");
        Assert.Equal(-32601, (await gateway.AnswerAsync(1))["error"]!["code"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("approve", "cancel", false, """{"n":1}""")]
    [InlineData("reject", "cancel", true, "not_today")]
    [InlineData("reject", "accept", true, "not_today")]
    [InlineData("", "cancel", true, "waits for approval")]
    public async Task Who_is_asked_and_dismisses_it_is_told_what_somebody_else_decided_meanwhile(
        string decides, string answers, bool isError, string told)
    {
        Write(gateway: """ "gateway": { "reviewer": "bob@desk" }, """);
        using var gateway = await GatewayLines.StartAsync(_folder.Path, """{ "elicitation": {} }""");
        gateway.Ask(1, "tools/call", """{ "name": "odd__note", "arguments": { "n": 1 } }""");
        var question = await gateway.NextAsync();
        Assert.Equal("elicitation/create", question["method"]!.GetValue<string>());
        var request = ((Json.String)Commands.At(
            await Commands.JsonAsync(_folder.Path, "approvals", "--store", "gateway.db"), "waiting", "0", "id")!).Value;
        if (decides.Length > 0)
        {
            string[] why = decides == "reject" ? ["--reason", "not_today"] : [];
            Assert.Equal(0,
                (await Commands.RunAsync(_folder.Path, [decides, request, "--as", "carol", "--store", "gateway.db", .. why])).Code);
        }
        var content = answers == "accept" ? """, "content": { "approve": true } """ : "";
        gateway.Say($$"""
            {"jsonrpc":"2.0","id":{{question["id"]!.ToJsonString()}},"result":{"action":"{{answers}}"{{content}} } }
            """);
        var answer = await gateway.AnswerAsync(1);
        Assert.Equal(isError, answer["result"]!["isError"]?.GetValue<bool>() ?? false);
        Assert.Contains(told, Text(answer));
        Assert.Equal(isError ? 0 : 1, OddServer.Calls(_folder.Path).Count);
    }

    // Would catch: a yes that is read out of an answer which says no as well, and an answer that takes the request's id from its client.
    [Theory]
    [InlineData("null")]
    [InlineData("[ 1 ]")]
    [InlineData("""{ "action": "decline", "action": "accept", "content": { "approve": true } }""")]
    [InlineData("""{ "action": "accept", "content": { "approve": false, "approve": true } }""")]
    public async Task An_answer_to_its_question_that_cannot_be_read_is_none(string said)
    {
        Write(gateway: """ "gateway": { "reviewer": "bob@desk" }, """);
        using var gateway = await GatewayLines.StartAsync(_folder.Path, """{ "elicitation": {} }""");
        gateway.Ask(1, "tools/call", """{ "name": "odd__note", "arguments": { "n": 1 } }""");
        var question = await gateway.NextAsync();
        gateway.Say($$"""{ "jsonrpc": "2.0", "id": {{question["id"]!.ToJsonString()}}, "result": {{said}} }""");
        Assert.Contains("waits for approval, as request odd-1:0#", Text(await gateway.AnswerAsync(1)));
        Assert.Empty(OddServer.Calls(_folder.Path));
    }

    private static string Text(JsonNode answer) => answer["result"]!["content"]![0]!["text"]!.GetValue<string>();

    private void Write(string budget = """{ "maxSteps": 60 }""", string gateway = "") => File.WriteAllText(_folder.File("s.json"), $$"""
        {
          "runId": "odd", "goal": "g", "actor": "ann", "budget": {{budget}},{{gateway}}
          "mcpServers": { "odd": {
            "command": "dotnet", "args": [{{Quoted(typeof(OtherProcess).Assembly.Location)}}, "serve", {{Quoted(_folder.Path)}}],
            "protocolVersion": "2025-06-18", "tools": { "echo": { "sideEffect": "read" } }
          } },
          "policy": { "rules": [
            { "when": { "sideEffect": "read" }, "then": "allow" }, { "when": { "tool": "odd__note" }, "then": "approval_required" }
          ] }
        }
        """);

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
