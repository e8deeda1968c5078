using System.IO.Pipelines;
using MiniRuntime.Core;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What a server asks in the middle of a call, in a revision where that is a request of its own, and in one where it is the answer.</summary>
public sealed class ElicitationTests
{
    private const string Asked = """
        {"action":"accept","content":{"size":3},"message":"How many?"}
        """;

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task What_has_a_default_is_answered_with_it_and_stands_in_the_trace(string revision)
    {
        var result = Assert.IsType<Ok>((await CallAsync(revision, answers: true, Number(3), required: true)).Value);
        Assert.Equal($$"""{"content":[{"text":"accept 3","type":"text"}],"elicited":[{{Asked.Trim()}}]}""", CanonicalJson.Write(result.Data));
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task What_is_required_and_has_none_is_declined(string revision)
    {
        var result = Assert.IsType<Ok>((await CallAsync(revision, answers: true, Number(null), required: true)).Value);
        Assert.Equal("decline", ((Json.String)Commands.At(result.Data, "elicited", "0", "action")!).Value);
        Assert.Equal("decline", ((Json.String)Commands.At(result.Data, "content", "0", "text")!).Value);
    }

    // The library refuses to ask a client that has not said that it can be asked.
    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_server_that_is_not_to_ask_cannot(string revision) =>
        Assert.Contains("elicit", Assert.IsType<Error>((await CallAsync(revision, answers: false, Number(3), required: false)).Value).Reason,
            StringComparison.OrdinalIgnoreCase);

    private static ElicitRequestParams.PrimitiveSchemaDefinition Number(double? usual) => new ElicitRequestParams.NumberSchema { Default = usual };

    private static async Task<ToolResult> CallAsync(string revision, bool answers, ElicitRequestParams.PrimitiveSchemaDefinition field,
        bool required)
    {
        var (there, back) = (new Pipe(), new Pipe());
        await using var transport = new StreamServerTransport(there.Reader.AsStream(), back.Writer.AsStream());
        await using var server = McpServer.Create(transport, new McpServerOptions
        {
            ToolCollection =
            [
                McpServerTool.Create(async (McpServer client, CancellationToken cancel) =>
                {
                    try
                    {
                        var answer = await client.ElicitAsync(new ElicitRequestParams
                        {
                            Message = "How many?",
                            RequestedSchema = new() { Properties = { ["size"] = field }, Required = required ? ["size"] : [] },
                        }, cancel);
                        return answer.IsAccepted ? $"accept {answer.Content!["size"]}" : answer.Action;
                    }
                    catch (Exception e) when (e is McpException or InvalidOperationException)
                    {
                        throw new McpException(e.Message);
                    }
                }, new McpServerToolCreateOptions { Name = "ask", ReadOnly = true }),
            ],
        });
        using var stop = new CancellationTokenSource();
        var running = server.RunAsync(stop.Token);
        var declared = new DeclaredServer("sdk")
        {
            Command = "sdk", ProtocolVersion = revision, TrustAnnotations = true, AnswersWithDefaults = answers,
        };
        try
        {
            await using var servers = new McpTools([declared], new McpOptions
            {
                Transport = _ => new StreamClientTransport(there.Writer.AsStream(), back.Reader.AsStream()),
            });
            var tools = ServerTool.Of(declared, Assert.Single(await servers.ListAsync(default)).Tools);
            var state = await new AgentRuntime(new Agent(tools.Select(static one => one.Tool), new Budget(maxSteps: 1)),
                new ScriptedModel([ModelReply.Proposed(new CallTool("sdk__ask", Json.Object.Empty))]),
                servers.Bind(Toolbox.Empty, tools)).RunAsync(new Run("r", "g"));
            return Assert.Single(state.Turns).Result;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAny(running);
        }
    }
}
