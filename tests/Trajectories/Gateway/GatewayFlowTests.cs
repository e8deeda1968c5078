using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What flows through the gateway beside calls and results: progress, cancellation, and the end of a server.</summary>
public sealed class GatewayFlowTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Line by line, since the library of the other tests' client does not tell progress in the order in which it arrives.
    [PeerFact]
    public async Task Progress_is_passed_on_in_order_and_before_the_answer()
    {
        Write("""{ "trigger-long-running-operation": { "sideEffect": "read" } }""");
        using var gateway = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), "gateway", "s.json", "--store", "gateway.db"])
        {
            WorkingDirectory = _folder.Path, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        gateway.ErrorDataReceived += static (_, _) => { };
        gateway.BeginErrorReadLine();
        Say("""
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},
            "clientInfo":{"name":"lines","version":"1"}}}
            """);
        Say("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        Say("""
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"all__trigger-long-running-operation",
            "arguments":{"duration":1,"steps":3},"_meta":{"progressToken":"mine"}}}
            """);
        var told = new List<string>();
        while (JsonNode.Parse((await gateway.StandardOutput.ReadLineAsync())!)! is var line)
        {
            if (line["method"] is not null)
                told.Add($"{line["method"]} {line["params"]!["progressToken"]} {line["params"]!["progress"]}");
            if (line["id"]?.GetValue<int>() == 2) break;
        }
        Assert.Equal(Enumerable.Range(1, 3).Select(static i => $"notifications/progress mine {i}"), told);
        gateway.StandardInput.Close();
        await gateway.WaitForExitAsync();

        void Say(string message) => gateway.StandardInput.WriteLine(message.ReplaceLineEndings(""));
    }

    [PeerFact]
    public async Task A_read_that_the_client_gives_up_is_recorded_as_such_and_a_write_is_waited_for()
    {
        Write("""{ "trigger-long-running-operation": { "sideEffect": "read" }, "echo": { "sideEffect": "read" } }""");
        await GiveUpAsync(duration: 50);
        Assert.Contains("The client gave the call up.", await ShownAsync("all-1"));

        Write("""{ "echo": { "sideEffect": "read" } }""");
        await GiveUpAsync(duration: 3);
        Assert.Contains("Long running operation completed", await ShownAsync("all-2"));
    }

    [PeerFact]
    public async Task A_read_that_is_under_way_when_the_client_goes_is_given_up_and_the_run_is_cancelled()
    {
        Write("""{ "trigger-long-running-operation": { "sideEffect": "read" } }""");
        await using (var gateway = await GatewayClient.ConnectAsync(_folder.Path)) _ = await BeginAsync(gateway, duration: 300, default);
        var shown = await ShownAsync("all-1");
        Assert.Contains("cancelled from outside", shown);
        Assert.DoesNotContain("completed", shown);
    }

    [Fact]
    public async Task A_server_that_dies_is_an_error_of_a_read_and_a_doubt_of_a_write_and_the_session_goes_on()
    {
        OddServer.Has(_folder.Path, """
            [
              { "name": "die", "inputSchema": { "type": "object" } }, { "name": "echo", "inputSchema": { "type": "object" } }
            ]
            """);
        File.WriteAllText(_folder.File("s.json"), $$"""
            {
              "runId": "odd", "goal": "g", "actor": "ann", "budget": { "maxSteps": 9 }, "policy": "permissive",
              "mcpServers": {
                "odd": {
                  "command": "dotnet", "args": [{{Quoted(typeof(OtherProcess).Assembly.Location)}}, "serve", {{Quoted(_folder.Path)}}],
                  "protocolVersion": "2025-06-18", "tools": { "echo": { "sideEffect": "read" } }
                },
                "same": {
                  "command": "dotnet", "args": [{{Quoted(typeof(OtherProcess).Assembly.Location)}}, "serve", {{Quoted(_folder.Path)}}],
                  "protocolVersion": "2025-06-18", "tools": { "die": { "sideEffect": "read" } }
                }
              }
            }
            """);
        await using var gateway = await GatewayClient.ConnectAsync(_folder.Path);
        Assert.True((await gateway.CallAsync("same__die", new { })).IsError);
        Assert.NotEqual(true, (await gateway.CallAsync("odd__echo", new { })).IsError);
        var doubt = await gateway.CallAsync("odd__die", new { });
        Assert.True(doubt.IsError);
        Assert.Contains("miniruntime resolve odd-1:2 --happened RESULT", GatewayClient.Text(doubt));
        Assert.Contains("was not taken", GatewayClient.Text(await gateway.CallAsync("odd__echo", new { })));
        Assert.Equal(0, (await Commands.RunAsync(_folder.Path, "resolve", "odd-1:2", "--happened", "\"it did\"", "--as", "bob",
            "--store", "gateway.db")).Code);
        Assert.Equal("it did", GatewayClient.Text(await gateway.CallAsync("odd__die", new { })));
        Assert.NotEqual(true, (await gateway.CallAsync("odd__echo", new { })).IsError);
        // It was called once.
        Assert.Equal(2, OddServer.Calls(_folder.Path).Count(static call => call["name"]!.GetValue<string>() == "die"));
    }

    // Begins a call, gives it up once the server is at it, and makes another one.
    private async Task GiveUpAsync(int duration)
    {
        await using var gateway = await GatewayClient.ConnectAsync(_folder.Path);
        using var cancel = new CancellationTokenSource();
        var call = await BeginAsync(gateway, duration, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(call);
        Assert.Contains("hello", GatewayClient.Text(await gateway.CallAsync("all__echo", new { message = "hello" })));
    }

    // Begins a call that takes so many seconds; it is under way when this returns. What is returned waits for its end.
    private static async Task<Func<Task>> BeginAsync(GatewayClient gateway, int duration, CancellationToken cancel)
    {
        var begun = new TaskCompletionSource();
        var call = gateway.Client.CallToolAsync("all__trigger-long-running-operation",
            new Dictionary<string, object?> { ["duration"] = duration, ["steps"] = 3 * duration }, new Begun(begun),
            cancellationToken: cancel).AsTask();
        await begun.Task;
        return () => call;
    }

    private async Task<string> ShownAsync(string run)
    {
        var (code, output, errors) = await Commands.RunAsync(_folder.Path, "show", run, "--store", "gateway.db");
        Assert.True(code is 0, errors);
        return output;
    }

    private void Write(string tools) => File.WriteAllText(_folder.File("s.json"), $$"""
        {
          "runId": "all", "goal": "g", "actor": "ann", "budget": { "maxSteps": 9 }, "policy": "permissive",
          "mcpServers": { "all": { "command": "node", "args": [{{Quoted(Peers.Server("everything"))}}], "tools": {{tools}} } }
        }
        """);

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private sealed class Begun(TaskCompletionSource begun) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => begun.TrySetResult();
    }
}
