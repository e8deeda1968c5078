using MiniRuntime.Core;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The example that ships: its lock file holds, and it goes as its comment says.</summary>
public sealed class RealScenarioTests
{
    private const string Scenario = "scenarios/real/files.json";

    [PeerFact]
    public async Task The_shipped_example_goes_as_it_says()
    {
        using var folder = new TemporaryFolder();
        var (store, summary) = (folder.File("runs.db"), Repository.File("scenarios", "real", "notes", "summary.md"));
        Assert.Equal(0, (await RunAsync("tools", Scenario)).Code);
        try
        {
            var (code, output, errors) = await RunAsync("run", Scenario, "--store", store);
            Assert.Equal((5, ""), (code, errors));
            Assert.Contains("ran       fs__list_directory: ok", output);
            Assert.Contains("Opened items can be returned within 30 days.", output);
            Assert.Contains("ran       fs__read_text_file: error, Access denied", output);
            var waiting = await Commands.JsonAsync(Repository.Root, "approvals", "--store", store);
            var request = ((Json.String)Commands.At(waiting, "waiting", "0", "id")!).Value;
            Assert.Equal(0, (await RunAsync("approve", request, "--as", "bob", "--store", store)).Code);
            Assert.False(File.Exists(summary));
            (code, output, _) = await RunAsync("resume", "files_real", "--store", store);
            Assert.Equal(0, code);
            Assert.Contains("pass reads_before_it_writes", output);
            Assert.StartsWith("Opened items can be returned", await File.ReadAllTextAsync(summary));
        }
        finally
        {
            File.Delete(summary);
        }
    }

    [Fact]
    public async Task Its_laws_hold_of_every_run_that_its_agent_admits_whatever_the_server_does()
    {
        var (code, output, _) = await RunAsync("check", Scenario);
        Assert.Equal(0, code);
        Assert.Contains("so the verdicts hold for runs of any length", output);
    }

    [PeerFact]
    public async Task The_shipped_gateway_lists_what_policy_could_allow_reads_and_lets_a_write_wait()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await GatewayClient.ConnectAsync(Repository.Root, scenario: "scenarios/real/gateway.json",
            store: folder.File("gateway.db"));
        Assert.Equal(["fs__list_directory", "fs__read_text_file", "fs__write_file"],
            (await gateway.Client.ListToolsAsync()).Select(static tool => tool.Name));
        Assert.Contains("returns.md", GatewayClient.Text(await gateway.CallAsync("fs__list_directory", new { path = "." })));
        var write = await gateway.CallAsync("fs__write_file", new { path = "summary.md", content = "x" });
        Assert.Contains("waits for approval", GatewayClient.Text(write));
        Assert.False(File.Exists(Repository.File("scenarios", "real", "notes", "summary.md")));
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        Commands.RunAsync(Repository.Root, arguments);
}
