using System.CommandLine;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;
using ModelContextProtocol.Server;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime gateway FILE</c>: an MCP server in front of a scenario's servers, for any MCP client.</summary>
internal static class GatewayCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A scenario file with 'mcpServers' and a policy, and without a model." };
        ScenarioFiles.RefuseOptions(file);
        var store = new Option<string?>("--store")
        {
            Description = "The store: one SQLite file, made where there is none. By default miniruntime/gateway.db in $XDG_STATE_HOME or "
                + "~/.local/state.",
        };
        var durability = Stores.Durability();
        var command = new Command("gateway", """
            Is an MCP server over standard input and output, in front of the scenario's servers: each connection is a run, and each of its
            tool calls passes registry, schema, policy, approval, budget and trace. Standard output is the protocol's alone.
            Exit codes: 0 the client has gone; 2 bad input, or a server cannot be asked; 74 the store cannot be written.
            """) { file, store, durability };
        command.SetAction((parsed, _) => Task.Run(() => ServeAsync(parsed.GetRequiredValue(file), parsed.GetValue(store),
            Stores.DurabilityOf(parsed.GetRequiredValue(durability)))));
        return command;
    }

    private static async Task<int> ServeAsync(string path, string? asked, Durability durability)
    {
        using var signals = Signals.Listen();
        if (ScenarioFiles.ReadOne(path, mayPin: true) is not { } read || ForGateway(read) is not { } governed) return ExitCode.BadInput;
        if (await Pinning.WholeAsync(governed, signals.Token) is not { } file) return ExitCode.BadInput;
        if ((asked ?? Usual()) is not { } store)
            return Output.BadInput("There is no folder for this user's state, or none can be made in it; name a store with --store FILE.");
        // A person answers from another folder.
        return await Stores.OpenAsync(Path.GetFullPath(store), async kept =>
        {
            await using var transport = new StdioServerTransport("miniruntime");
            await new McpGateway(file.Scenario, kept.Runs, new GatewayOptions
            {
                Runtime = new RuntimeOptions { Scenario = file.Bytes, Secrets = HeldSecrets.Of(file.Scenario) },
                Servers = new McpOptions { Secrets = HeldSecrets.Of(file.Scenario) },
                StoreOption = kept.Option,
                Note = Output.Complain,
            }).ServeAsync(transport, signals.Token);
            return ExitCode.Ok;
        }, new SqliteStoreOptions { Durability = durability });
    }

    // What makes it one for the gateway goes without saying here; it is said in what the store keeps.
    private static ScenarioFile? ForGateway(ScenarioFile file)
    {
        if (file.Scenario.Gateway is not null) return file;
        var bytes = ScenarioReader.With(file.Bytes, "gateway", "{}");
        return new ScenarioFiles(ScenarioFiles.Parse(file.Path, bytes, out var faults) is { } scenario
            ? [file with { Bytes = bytes, Scenario = scenario }] : [], faults).OrReport()?[0];
    }

    // Only this user's to read: it holds what tools returned.
    private static string? Usual()
    {
        var home = Environment.GetFolderPath(OperatingSystem.IsWindows() ? Environment.SpecialFolder.LocalApplicationData
            : Environment.SpecialFolder.UserProfile);
        // As its specification has it, a relative one does not count.
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { } given && Path.IsPathFullyQualified(given) ? given
            : home.Length == 0 ? null
            : OperatingSystem.IsWindows() ? home
            : Path.Combine(home, ".local", "state");
        if (state is null) return null;
        var folder = Path.Combine(state, "miniruntime");
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return Path.Combine(folder, "gateway.db");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
