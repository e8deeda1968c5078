using Microsoft.Extensions.AI;
using MiniRuntime.Core;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;
using MiniRuntime.Testing;
using ModelContextProtocol.Server;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Examples of the pages, word for word: that they compile is what they are here for.</summary>
internal static class PageExamples
{
    // docs/tools.md
    public static AgentRuntime OverAMethod(IModel model)
    {
        var refund = AIFunctionFactory.Create(Shop.Refund);

        var agent = new Agent([refund.AsTool(SideEffect.Write, timeout: TimeSpan.FromSeconds(10))], new Budget(maxSteps: 5));
        var runtime = new AgentRuntime(agent, model, Toolbox.Empty.Bind(refund));
        return runtime;
    }

    // docs/mcp.md
    public static async Task<State> OverServersAsync(Scenario scenario, IModel model)
    {
        await using var servers = new McpTools(scenario.Servers);
        var runtime = new AgentRuntime(scenario.Agent, model, servers.Bind(scenario.Toolbox(), scenario.ServerTools));
        return await runtime.RunAsync(scenario.Run);
    }

    // docs/gateway.md
    public static async Task ServeAsync(Scenario scenario, byte[] bytes, IRunStore store, CancellationToken stop)
    {
        await new McpGateway(scenario, store, new GatewayOptions { Runtime = new RuntimeOptions { Scenario = bytes } })
            .ServeAsync(new StdioServerTransport("governed"), stop);
    }

    // docs/models.md
    public static AgentRuntime OverAClient(IChatClient client, Agent agent, Toolbox tools, IRunStore store)
    {
        IModel model = new ChatModel(client, new ChatModelOptions { Price = new Price(Input: 0.25m, Output: 2m), Streams = true });
        var runtime = new AgentRuntime(agent, model, tools, store);
        return runtime;
    }

    // docs/testing.md. The sample runs the same laws, in one test; so these are not run here.
#pragma warning disable xUnit1000 // Test classes must be public
    internal sealed class LawsOneByOne
    {
        public static TheoryData<Law> Each => [.. Laws.All(SupportAgent.Create())];

        [Theory]
        [MemberData(nameof(Each))]
        public void Holds(Law law) => law.Verify();

        [Fact]
        public void The_laws_hold_for_calls_and_runs_as_they_come() =>
            Laws.All(SupportAgent.Create(),
                calls: [new CallTool("refund", Json.Object.Of(("amount", 5000)))],
                runs: [new Run("ticket_7", "Refund order A-17.", actor: "ann", tenant: "globex")]).Verify();
    }
#pragma warning restore xUnit1000

    private static class SupportAgent
    {
        public static Agent Create() => new([], new Budget(maxSteps: 5));
    }

    private static class Shop
    {
        public static string Refund(string order) => order;
    }
}
