using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The gateway in front of the reference server for files, with clients of the SDK, and one that nobody here wrote.</summary>
public sealed class GatewayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GatewayTests()
    {
        Directory.CreateDirectory(_folder.File("data"));
        File.WriteAllText(_folder.File("data/notes.txt"), "the notes");
        File.WriteAllText(_folder.File("secret.txt"), "the secret");
        File.WriteAllText(_folder.File("s.json"), Scenario());
    }

    public void Dispose() => _folder.Dispose();

    [PeerFact]
    public async Task Tools_that_policy_could_allow_are_offered_as_pinned_and_calls_are_judged_one_by_one()
    {
        await using (var gateway = await GatewayClient.ConnectAsync(_folder.Path))
        {
            var tools = await gateway.Client.ListToolsAsync();
            Assert.Equal(["fs__list_directory", "fs__read_text_file", "fs__write_file"], tools.Select(static tool => tool.Name).Order());
            var read = tools.Single(static tool => tool.Name == "fs__read_text_file").ProtocolTool;
            var pinned = JsonNode.Parse(File.ReadAllText(_folder.File("s.json.tools.lock")))!["fs"]!.AsArray()
                .Select(static pin => pin!["tool"]!).Single(static tool => tool["name"]!.GetValue<string>() == "read_text_file");
            Assert.Equal(pinned["description"]!.GetValue<string>(), read.Description);
            Assert.True(JsonNode.DeepEquals(pinned["inputSchema"], JsonSerializer.SerializeToNode(read.InputSchema)));

            var answer = await ReadAsync(gateway, "data/notes.txt");
            Assert.NotEqual(true, answer.IsError);
            Assert.Equal("the notes", GatewayClient.Text(answer));
            Assert.Equal("the notes", answer.StructuredContent!.Value.GetProperty("content").GetString());

            // By a rule, by the registry, by its schema, and by the server: each says why, and the next call is taken.
            await FailsAsync(ReadAsync(gateway, "data/private.txt"), "kept_private");
            await FailsAsync(gateway.CallAsync("fs__move_file", new { source = "a", destination = "b" }), "no_rule_matched");
            await FailsAsync(gateway.CallAsync("fs__delete_everything", new { }), "unknown_tool");
            await FailsAsync(gateway.CallAsync("fs__read_text_file", new { path = 1 }), "$.path");
            await FailsAsync(ReadAsync(gateway, "secret.txt"), "Access denied");
            Assert.Equal("the notes", GatewayClient.Text(await ReadAsync(gateway, "data/notes.txt")));

            // Two at once are taken one after the other.
            Assert.All(await Task.WhenAll(ReadAsync(gateway, "data/notes.txt"), ReadAsync(gateway, "data/notes.txt")),
                static both => Assert.Equal("the notes", GatewayClient.Text(both)));
        }
        var state = await StateAsync("files-1");
        Assert.Equal("cancelled", Text(state, "stopReason"));
        Assert.Equal(0, (await Commands.RunAsync(_folder.Path, "verify", "--store", "gateway.db")).Code);
        Assert.Equal(0, (await Commands.RunAsync(_folder.Path, "replay", "files-1", "--store", "gateway.db")).Code);
    }

    [PeerFact]
    public async Task A_write_waits_for_approval_from_elsewhere_and_the_call_made_again_gives_its_result_once()
    {
        await using var gateway = await GatewayClient.ConnectAsync(_folder.Path);
        var asked = GatewayClient.Text(await WriteAsync(gateway, "one"));
        var request = await RequestAsync();
        Assert.Contains($"miniruntime approve {request} --as NAME --store {_folder.File("gateway.db")}", asked);
        // Neither the same call nor another one gets past it.
        await FailsAsync(WriteAsync(gateway, "one"), request);
        await FailsAsync(ReadAsync(gateway, "data/notes.txt"), request);
        // Whose calls they are approves none.
        Assert.Equal(6, (await Commands.RunAsync(_folder.Path, "approve", request, "--as", "ann", "--store", "gateway.db")).Code);
        await SayAsync(0, "approve", request);
        // Nothing is carried out beside another call.
        await FailsAsync(ReadAsync(gateway, "data/notes.txt"), "may run now");
        Assert.False(File.Exists(_folder.File("data/sum.txt")));
        Assert.Contains("Successfully wrote", GatewayClient.Text(await WriteAsync(gateway, "one")));
        Assert.Equal("one", File.ReadAllText(_folder.File("data/sum.txt")));
        File.WriteAllText(_folder.File("data/sum.txt"), "changed by somebody else");
        // Made once more it is another call, and waits anew.
        await FailsAsync(WriteAsync(gateway, "one"), "waits for approval");
        var next = await RequestAsync();
        Assert.NotEqual(request, next);
        await SayAsync(0, "reject", next, "--reason", "not today");
        await FailsAsync(WriteAsync(gateway, "one"), "not today");
        Assert.Equal("the notes", GatewayClient.Text(await ReadAsync(gateway, "data/notes.txt")));
        Assert.Equal("changed by somebody else", File.ReadAllText(_folder.File("data/sum.txt")));
    }

    [PeerFact]
    public async Task What_was_approved_can_be_carried_out_elsewhere_and_a_changed_input_is_told()
    {
        await using var gateway = await GatewayClient.ConnectAsync(_folder.Path);
        await WriteAsync(gateway, "one");
        await SayAsync(0, "approve", await RequestAsync());
        // It is left where the client is to be asked, not ended.
        Assert.Equal(5, (await Commands.RunAsync(_folder.Path, "resume", "files-1", "--store", "gateway.db")).Code);
        Assert.Equal("one", File.ReadAllText(_folder.File("data/sum.txt")));
        File.Delete(_folder.File("data/sum.txt"));
        Assert.Contains("Successfully wrote", GatewayClient.Text(await WriteAsync(gateway, "one")));
        Assert.False(File.Exists(_folder.File("data/sum.txt")));

        await WriteAsync(gateway, "two");
        File.WriteAllText(_folder.File("edited.json"),
            JsonSerializer.Serialize(new { path = _folder.File("data/sum.txt"), content = "better" }));
        await SayAsync(0, "approve", await RequestAsync(), "--input", "edited.json");
        // The edited call passes the gate again.
        await FailsAsync(WriteAsync(gateway, "two"), "waits for approval");
        await SayAsync(0, "approve", await RequestAsync());
        var answer = GatewayClient.Text(await WriteAsync(gateway, "two"));
        Assert.Contains("The reviewer changed the input", answer);
        Assert.Contains("Successfully wrote", answer);
        Assert.Equal("better", File.ReadAllText(_folder.File("data/sum.txt")));
    }

    [PeerFact]
    public async Task A_run_that_has_stopped_says_why_to_every_call_and_a_new_connection_begins_another()
    {
        File.WriteAllText(_folder.File("s.json"), Scenario(steps: 2));
        await using (var gateway = await GatewayClient.ConnectAsync(_folder.Path))
        {
            await FailsAsync(ReadAsync(gateway, "data/private.txt"), "kept_private");
            Assert.Equal("the notes", GatewayClient.Text(await ReadAsync(gateway, "data/notes.txt")));
            for (var i = 0; i < 2; i++) await FailsAsync(ReadAsync(gateway, "data/notes.txt"), "Run files-1 has stopped: budget_exhausted");
        }
        await using var next = await GatewayClient.ConnectAsync(_folder.Path);
        var answer = await ReadAsync(next, "data/notes.txt");
        Assert.Equal("the notes", GatewayClient.Text(answer));
        Assert.Equal("files-2", answer.Meta!["miniruntime/run"]!.GetValue<string>());
    }

    [PeerFact]
    public async Task A_client_that_goes_while_a_person_is_asked_leaves_the_run_to_others()
    {
        await using (var gateway = await GatewayClient.ConnectAsync(_folder.Path)) await WriteAsync(gateway, "one");
        var request = await RequestAsync();
        await SayAsync(0, "approve", request);
        Assert.Equal(5, (await Commands.RunAsync(_folder.Path, "resume", "files-1", "--store", "gateway.db")).Code);
        Assert.Equal("one", File.ReadAllText(_folder.File("data/sum.txt")));
    }

    [PeerFact]
    public async Task A_gateway_that_is_killed_leaves_its_run_in_the_store_and_only_the_protocol_on_standard_output()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), "gateway", "s.json", "--store", "gateway.db"])
        {
            WorkingDirectory = _folder.Path, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        await AskAsync(1, "initialize", """{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}""");
        await SendAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        var path = JsonSerializer.Serialize(_folder.File("data/notes.txt"));
        var read = await AskAsync(2, "tools/call", $$"""{"name":"fs__read_text_file","arguments":{"path":{{path}}} }""");
        Assert.Contains("the notes", read);
        // A key that stands there twice is not read as one of the two.
        var twice = await AskAsync(3, "tools/call", $$"""{"name":"fs__read_text_file","arguments":{"path":"x","path":{{path}}} }""");
        Assert.Contains("cannot be read", twice);
        process.Kill();
        await process.WaitForExitAsync();
        Assert.Contains("is pinned in", await errors);
        Assert.Equal("thinking", Text(await StateAsync("files-1"), "phase"));
        Assert.Equal(0, (await Commands.RunAsync(_folder.Path, "verify", "--store", "gateway.db")).Code);

        async Task SendAsync(string message)
        {
            await process.StandardInput.WriteLineAsync(message);
            await process.StandardInput.FlushAsync();
        }

        // Whatever else comes has to be a message too.
        async Task<string> AskAsync(int id, string method, string asked)
        {
            await SendAsync($$"""{"jsonrpc":"2.0","id":{{id}},"method":"{{method}}","params":{{asked}}}""");
            while (await process.StandardOutput.ReadLineAsync() is { } line)
                if (JsonNode.Parse(line)!["id"]?.GetValue<int>() == id) return JsonNode.Parse(line)!["result"]!.ToJsonString();
            throw new EndOfStreamException();
        }
    }

    [PeerTheory]
    [InlineData("accept", true)]
    [InlineData("accept", false)]
    [InlineData("decline", null)]
    [InlineData("cancel", null)]
    public async Task A_client_is_asked_for_approval_only_where_the_scenario_says_whom_it_speaks_for(string action, bool? approves)
    {
        var asked = 0;
        var options = new McpClientOptions
        {
            Handlers = new McpClientHandlers
            {
                ElicitationHandler = (request, _) =>
                {
                    asked++;
                    Assert.Contains("fs__write_file", request!.Message);
                    return new(new ElicitResult
                    {
                        Action = action,
                        Content = approves is { } said
                            ? new Dictionary<string, JsonElement> { ["approve"] = JsonSerializer.SerializeToElement(said) }
                            : null,
                    });
                },
            },
        };
        await using (var nobodys = await GatewayClient.ConnectAsync(_folder.Path, options))
            await FailsAsync(WriteAsync(nobodys, "one"), "waits for approval");
        Assert.Equal(0, asked);

        File.WriteAllText(_folder.File("s.json"), Scenario("""{ "reviewer": "bob@desk" }"""));
        await using var gateway = await GatewayClient.ConnectAsync(_folder.Path, options);
        if (approves == true)
        {
            Assert.Contains("Successfully wrote", GatewayClient.Text(await WriteAsync(gateway, "one")));
            Assert.Equal("one", File.ReadAllText(_folder.File("data/sum.txt")));
        }
        else
        {
            await FailsAsync(WriteAsync(gateway, "one"), action == "cancel" ? "waits for approval" : "rejected_by_reviewer");
            Assert.False(File.Exists(_folder.File("data/sum.txt")));
        }
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("run", "\"policy\": \"permissive\", \"gateway\": {}", "It is for the gateway")]
    [InlineData("gateway", "\"decisions\": []", "$.decisions: Behind a 'gateway'")]
    [InlineData("gateway", "\"approvals\": false, \"inputs\": []", "$.inputs: Behind a 'gateway'")]
    [InlineData("gateway", "\"tools\": []", "without an 'actor'")]
    public async Task Where_nobody_would_propose_or_two_would_that_is_said(string command, string field, string why)
    {
        File.WriteAllText(_folder.File("x.json"), $$"""{ "runId": "r", "goal": "g", "budget": { "maxSteps": 1 }, {{field}} }""");
        var (code, output, errors) = await Commands.RunAsync(_folder.Path, command, "x.json", "--store", "gateway.db");
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(why, errors);
        Assert.False(File.Exists(_folder.File("gateway.db")));
    }

    [PeerFact]
    public async Task The_inspector_lists_calls_is_denied_and_waits_for_approval()
    {
        var listed = await InspectAsync("tools/list");
        Assert.Equal(["fs__list_directory", "fs__read_text_file", "fs__write_file"],
            listed["tools"]!.AsArray().Select(static tool => tool!["name"]!.GetValue<string>()).Order());
        var read = await InspectAsync("tools/call", "fs__read_text_file", $"path={_folder.File("data/notes.txt")}");
        Assert.Equal("the notes", read["structuredContent"]!["content"]!.GetValue<string>());
        var denied = await InspectAsync("tools/call", "fs__read_text_file", $"path={_folder.File("data/private.txt")}");
        Assert.True(denied["isError"]!.GetValue<bool>());
        Assert.Contains("kept_private", denied["content"]![0]!["text"]!.GetValue<string>());
        var waits = await InspectAsync("tools/call", "fs__write_file", $"path={_folder.File("data/sum.txt")}", "content=one");
        Assert.True(waits["isError"]!.GetValue<bool>());
        var request = await RequestAsync();
        Assert.Contains(request, waits["content"]![0]!["text"]!.GetValue<string>());
        Assert.False(File.Exists(_folder.File("data/sum.txt")));
        // Its connection is gone by now, so somebody else carries out what is approved.
        await SayAsync(0, "approve", request);
        var run = request.Split(':')[0];
        Assert.Equal(5, (await Commands.RunAsync(_folder.Path, "resume", run, "--store", "gateway.db")).Code);
        Assert.Equal("one", File.ReadAllText(_folder.File("data/sum.txt")));
    }

    private async Task SayAsync(int code, params string[] said) =>
        Assert.Equal(code, (await Commands.RunAsync(_folder.Path, [.. said, "--as", "bob", "--store", "gateway.db"])).Code);

    private async Task<JsonNode> InspectAsync(string method, string? tool = null, params string[] input)
    {
        using var process = Process.Start(new ProcessStartInfo("node",
            [
                Repository.File("tests", "peers", "node_modules", "@modelcontextprotocol", "inspector", "cli", "build", "cli.js"),
                "--cli", "dotnet", Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), "gateway", "s.json", "--store", "gateway.db",
                "--method", method, .. tool is null ? (string[])[] : ["--tool-name", tool],
                .. input.SelectMany(static one => new[] { "--tool-arg", one }),
            ])
        {
            WorkingDirectory = _folder.Path, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? JsonNode.Parse(await output)! : throw new InvalidOperationException($"{await output}{await errors}");
    }

    private static async Task FailsAsync(Task<CallToolResult> call, string why)
    {
        var answer = await call;
        Assert.True(answer.IsError);
        Assert.Contains(why, GatewayClient.Text(answer));
    }

    private Task<CallToolResult> ReadAsync(GatewayClient gateway, string file) =>
        gateway.CallAsync("fs__read_text_file", new { path = _folder.File(file) });

    private Task<CallToolResult> WriteAsync(GatewayClient gateway, string content) =>
        gateway.CallAsync("fs__write_file", new { path = _folder.File("data/sum.txt"), content });

    private async Task<string> RequestAsync() =>
        Text(await Commands.JsonAsync(_folder.Path, "approvals", "--store", "gateway.db"), "waiting", "0", "id");

    private async Task<Json> StateAsync(string run) =>
        Commands.At(await Commands.JsonAsync(_folder.Path, "show", run, "--store", "gateway.db"), "state")!;

    private static string Text(Json value, params string[] path) => ((Json.String)Commands.At(value, path)!).Value;

    private string Scenario(string? gateway = null, int steps = 50) => $$"""
        {
          "runId": "files", "goal": "Files for a client.", "actor": "ann",{{(gateway is null ? "" : $" \"gateway\": {gateway},")}}
          "budget": { "maxSteps": {{steps}} },
          "mcpServers": { "fs": {
            "command": "node", "args": [{{Quoted(Peers.Server("filesystem"))}}, {{Quoted(_folder.File("data"))}}],
            "tools": {
              "read_text_file": { "sideEffect": "read" }, "list_directory": { "sideEffect": "read" }, "write_file": { "atomic": true }
            }
          } },
          "policy": { "rules": [
            { "when": { "sideEffect": "read" }, "then": "allow" },
            {
              "when": { "sideEffect": "read", "input": { "path": { "matches": ".*private.*" } } },
              "then": "deny", "reason": "kept_private"
            },
            { "when": { "tool": "fs__write_file" }, "then": "approval_required" }
          ] }
        }
        """;

    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
