using MiniRuntime.Core;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The reference server that has everything, and the one that remembers: every tool, in real runs.</summary>
public sealed class EverythingServerTests
{
    private static readonly DeclaredServer _server = new("all") { Command = "node", Args = [Peers.Server("everything")] };

    [PeerFact]
    public async Task Every_tool_of_the_servers_that_is_no_task_is_offered_and_pinned()
    {
        using var folder = new TemporaryFolder();
        var servers = new[]
        {
            _server,
            new DeclaredServer("memory")
            {
                Command = "node", Args = [Peers.Server("memory")], Env = [new NamedText("MEMORY_FILE_PATH", folder.File("m"))],
            },
            new DeclaredServer("fs") { Command = "node", Args = [Peers.Server("filesystem"), folder.Path] },
        };
        await using var tools = new McpTools(servers);
        var listings = await tools.ListAsync(default);
        Assert.All(listings, static listing => Assert.Null(listing.Fault));
        Assert.Equal([("all", 13), ("fs", 14), ("memory", 9)],
            listings.Select(static listing => (listing.Server, listing.Tools.Tools.Count)));
        var refused = listings.SelectMany(listing => ServerTool.Of(servers.Single(one => one.Name == listing.Server), listing.Tools))
            .Where(static tool => tool.NotOffered is not null);
        Assert.Equal("all__simulate-research-query", Assert.Single(refused).Tool.Name);
        // They say the same each time.
        Assert.Equal(listings, await tools.ListAsync(default));
    }

    [PeerFact]
    public async Task Each_tool_does_what_it_is_there_for()
    {
        Environment.SetEnvironmentVariable("MINIRUNTIME_TEST_CANARY", "canary");
        await using var servers = new McpTools([_server]);
        var pins = Assert.Single(await servers.ListAsync(default)).Tools;
        var tools = ServerTool.Of(_server with { TrustAnnotations = true }, pins);

        Assert.Equal(new Ok("Echo: hi"), await CallAsync("echo", ("message", "hi")));
        Assert.Equal(new Ok("The sum of 0.1 and 3 is 3.1."), await CallAsync("get-sum", ("a", 0.1m), ("b", 3)));
        Assert.Equal("""{"conditions":"Light rain / drizzle","humidity":82,"temperature":36}""",
            At(await CallAsync("get-structured-content", ("location", "Chicago")), "structuredContent"));
        Assert.Equal("\"image/png\"", At(await CallAsync("get-tiny-image"), "content", "1", "mimeType"));
        Assert.Equal("\"resource_link\"", At(await CallAsync("get-resource-links", ("count", 2)), "content", "1", "type"));
        Assert.Equal("\"demo://resource/dynamic/text/1\"",
            At(await CallAsync("get-resource-reference"), "content", "1", "resource", "uri"));
        var annotated = await CallAsync("get-annotated-message", ("messageType", "error"), ("includeImage", true));
        Assert.Equal("1", At(annotated, "content", "0", "annotations", "priority"));
        var zipped = await CallAsync("gzip-file-as-resource", ("data", "data:text/plain,hi"), ("outputType", "resource"));
        Assert.Equal("\"resource\"", At(zipped, "content", "0", "type"));
        Assert.Contains("Long running operation completed",
            (await CallAsync("trigger-long-running-operation", ("duration", 0.2m), ("steps", 2))).ToString());
        Assert.Contains("Started simulated", (await CallAsync("toggle-simulated-logging")).ToString());
        Assert.Equal("ok", (await CallAsync("toggle-subscriber-updates")).Status);
        var environment = await CallAsync("get-env");
        Assert.Contains("PATH", environment.ToString());
        Assert.DoesNotContain("CANARY", environment.ToString());

        async Task<ToolResult> CallAsync(string tool, params (string, Json?)[] input)
        {
            var agent = new Agent(tools.Select(static one => one.Tool), new Budget(maxSteps: 2), Policy.Permissive);
            var state = await new AgentRuntime(agent, Script(tool, Json.Object.Of(input)), servers.Bind(Toolbox.Empty, tools))
                .RunAsync(new Run("r", "g"));
            return state.Turns is [var turn, ..] ? turn.Result : throw new InvalidOperationException($"{tool}: {state.Stopped}");
        }
    }

    [PeerFact]
    public async Task A_hint_that_a_tool_only_reads_gives_way_to_the_operators_class()
    {
        await using var servers = new McpTools([_server]);
        var pins = Assert.Single(await servers.ListAsync(default)).Tools;
        var policy = new Policy(
            [new Rule(new Allow(), sideEffect: SideEffect.Read), new Rule(new ApprovalRequired("ask"), sideEffect: SideEffect.Write)]);
        foreach (var (server, phase) in new[]
        {
            (_server, "awaiting_approval"),
            (_server with { TrustAnnotations = true }, "stopped"),
            (_server with { TrustAnnotations = true, Tools = [new OperatorsWord("get-env") { SideEffect = SideEffect.Write }] },
                "awaiting_approval"),
        })
        {
            var tools = ServerTool.Of(server, pins);
            var agent = new Agent(tools.Select(static one => one.Tool), new Budget(maxSteps: 2), policy, Approvals.On);
            var state = await new AgentRuntime(agent, Script("get-env", Json.Object.Empty), servers.Bind(Toolbox.Empty, tools))
                .RunAsync(new Run("r", "g", "ann"));
            Assert.Equal(phase, state.Phase.Name);
        }
    }

    private static ScriptedModel Script(string tool, Json.Object input) =>
        new([ModelReply.Proposed(new CallTool($"all__{tool}", input)), ModelReply.Proposed(new Answer("done"))]);

    private static string? At(ToolResult result, params string[] path) => result.Ok is not { } ok ? result.ToString()
        : Commands.At(ok.Data, path) is { } found ? CanonicalJson.Write(found)
        : CanonicalJson.Write(ok.Data);
}
