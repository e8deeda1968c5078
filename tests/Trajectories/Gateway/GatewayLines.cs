using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MiniRuntime.Trajectories;

/// <summary>The gateway as a process of its own, spoken to line by line: what no library would send, and in which order.</summary>
internal sealed class GatewayLines : IDisposable
{
    private readonly Process _process;

    private GatewayLines(Process process) => _process = process;

    /// <summary>What the gateway answered to <c>initialize</c>.</summary>
    public JsonNode Hello { get; private set; } = "";

    public static async Task<GatewayLines> StartAsync(string folder, string capabilities = "{}")
    {
        var process = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), "gateway", "s.json", "--store", "gateway.db"])
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var gateway = new GatewayLines(process);
        var client = """ "clientInfo": { "name": "lines", "version": "1" } """;
        gateway.Ask(0, "initialize", $$"""{ "protocolVersion": "2025-06-18", "capabilities": {{capabilities}}, {{client}} }""");
        gateway.Hello = (await gateway.AnswerAsync(0))["result"]!;
        gateway.Say("""{ "jsonrpc": "2.0", "method": "notifications/initialized" }""");
        return gateway;
    }

    /// <summary>Says a message as it is.</summary>
    public void Say(string message)
    {
        _process.StandardInput.WriteLine(message.ReplaceLineEndings(""));
        _process.StandardInput.Flush();
    }

    /// <summary>Asks, and does not wait.</summary>
    public void Ask(int id, string method, string parameters) =>
        Say($$"""{ "jsonrpc": "2.0", "id": {{id}}, "method": "{{method}}", "params": {{parameters}} }""");

    /// <summary>The next message.</summary>
    public async Task<JsonNode> NextAsync() =>
        JsonNode.Parse(await _process.StandardOutput.ReadLineAsync() ?? throw new EndOfStreamException("The gateway is gone."))!;

    /// <summary>The answer to what was asked so, past whatever else comes.</summary>
    public async Task<JsonNode> AnswerAsync(int id)
    {
        while (true)
        {
            var message = await NextAsync();
            if (message["method"] is null && message["id"]?.GetValue<int>() == id) return message;
        }
    }

    /// <summary>The client goes.</summary>
    public async Task GoAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
