using System.IO.Pipelines;
using MiniRuntime.Core;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Servers of the SDK, in the newest revision of the protocol, in which each request says what the client is, and in an older.</summary>
public sealed class NewestRevisionTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task A_server_of_the_SDK_is_listed_and_called(string? revision)
    {
        var (there, back) = (new Pipe(), new Pipe());
        await using var transport = new StreamServerTransport(there.Reader.AsStream(), back.Writer.AsStream());
        await using var server = McpServer.Create(transport, new McpServerOptions
        {
            ToolCollection =
            [
                McpServerTool.Create((int a, int b) => a + b, new McpServerToolCreateOptions { Name = "add", ReadOnly = true }),
            ],
        });
        using var stop = new CancellationTokenSource();
        var running = server.RunAsync(stop.Token);
        var declared = new DeclaredServer("sdk") { Command = "sdk", ProtocolVersion = revision, TrustAnnotations = true };
        await using (var servers = new McpTools([declared], new McpOptions
        {
            Transport = _ => new StreamClientTransport(there.Writer.AsStream(), back.Reader.AsStream()),
        }))
        {
            var listing = Assert.Single(await servers.ListAsync(default));
            Assert.Null(listing.Fault);
            var tools = ServerTool.Of(declared, listing.Tools);
            var state = await new AgentRuntime(new Agent(tools.Select(static one => one.Tool), new Budget(maxSteps: 2)),
                new ScriptedModel(
                [
                    ModelReply.Proposed(new CallTool("sdk__add", Json.Object.Of(("a", 1), ("b", 2)))),
                    ModelReply.Proposed(new Answer("done")),
                ]),
                servers.Bind(Toolbox.Empty, tools)).RunAsync(new Run("r", "g"));
            Assert.Equal(new Ok("3"), Assert.Single(state.Turns, static turn => turn.Proposal?.CallTool is not null).Result);
        }
        await stop.CancelAsync();
        await Task.WhenAny(running);
    }
}
