using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The protocol's own conformance suite, against the gateway as a server and a run as a client.</summary>
public sealed partial class McpSuiteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // A failure that is not expected fails, and so does an expected one that passes. What is expected to fail is listed with its reason.
    [PeerFact]
    public async Task The_gateway_passes_what_applies_to_it()
    {
        File.WriteAllText(_folder.File("s.json"), $$"""
            {
              "runId": "suite", "goal": "g", "actor": "ann", "budget": { "maxSteps": 9 }, "policy": "permissive",
              "mcpServers": {
                "c": { "command": "dotnet", "args": [{{Quoted(typeof(OtherProcess).Assembly.Location)}}, "suite-server"] }
              }
            }
            """);
        using var gateway = await HttpGatewayProcess.StartAsync(_folder.Path);
        await using var bridge = await SuiteBridge.StartAsync(gateway);
        var (code, said) = await SuiteAsync("server", "--suite", "all", "--url", bridge.Address.ToString(), "--expected-failures",
            Repository.File("tests", "Trajectories", "McpSuite", "expected-failures.yml"));
        Assert.True(code == 0, said);
        foreach (var scenario in (string[])["server-initialize", "ping", "tools-list", "tools-call-simple-text", "tools-call-image",
            "tools-call-audio", "tools-call-embedded-resource", "tools-call-mixed-content", "tools-call-error", "tools-call-with-progress",
            "json-schema-2020-12", "server-sse-multiple-streams", "dns-rebinding-protection"])
            Assert.Matches($@"\n✓ {scenario}: [1-9]\d* passed, 0 failed", said);
    }

    [PeerTheory]
    [InlineData("initialize", "")]
    [InlineData("tools_call", "add_numbers")]
    [InlineData("elicitation-sep1034-client-defaults", "test_client_elicitation_defaults")]
    public async Task A_run_passes_as_a_client(string scenario, string tool)
    {
        var (code, said) = await SuiteAsync("client", "--scenario", scenario, "--command",
            $"dotnet {typeof(OtherProcess).Assembly.Location} suite-client {_folder.Path} '{tool}'");
        Assert.True(code == 0, said);
        Assert.Contains("OVERALL: PASSED", said);
    }

    private async Task<(int Code, string Said)> SuiteAsync(params string[] arguments)
    {
        var (code, output, errors) = await Peers.RunAsync(_folder.Path,
            Repository.File("tests", "peers", "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js"), arguments);
        return (code, Colours().Replace(output + errors, ""));
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();
}
