using System.CommandLine;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;
using ModelContextProtocol.Server;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime gateway FILE</c>: an MCP server in front of a scenario's servers, for any MCP client.</summary>
internal static class GatewayCommand
{
    /// <summary>The environment's variable for what a client over HTTP has to know.</summary>
    public const string TokenVariable = "MINIRUNTIME_GATEWAY_TOKEN";

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
        var http = new Option<bool>("--http")
        {
            Description = $"Over Streamable HTTP, at http://127.0.0.1:PORT{HttpGateway.Path}, for clients that have the token: what "
                + $"{TokenVariable} holds, or else a new one, which is said on standard error.",
        };
        var port = Number.Option("--port", "With --http, where it listens; 0 is any port that is free.", least: 0, most: 65535,
            usual: 7411);
        var command = new Command("gateway", """
            Is an MCP server over standard input and output, or HTTP, in front of the scenario's servers: each connection is a run, and each
            of its tool calls passes registry, schema, policy, approval, budget and trace. Standard output is the protocol's alone.
            Exit codes: 0 the client has gone, or a signal came; 2 bad input, or a server cannot be asked; 74 the store cannot be written.
            """) { file, store, durability, http, port };
        command.SetAction(Faults, parsed => Task.Run(() =>
        {
            var asked = parsed.GetValue(store);
            var kept = Stores.DurabilityOf(parsed.GetRequiredValue(durability));
            var path = parsed.GetRequiredValue(file);
            return parsed.GetValue(http)
                ? OverHttpAsync(path, asked, kept, parsed.GetRequiredValue(port))
                : ServeAsync(path, asked, kept, ServeOneAsync);
        }));
        return command;

        IEnumerable<string> Faults(ParseResult parsed)
        {
            if (parsed.GetResult(port) is { Implicit: false } && !parsed.GetValue(http)) yield return "--port goes with --http.";
        }
    }

    // Whoever started it is its client.
    private static async Task ServeOneAsync(McpGateway gateway, CancellationToken stop)
    {
        await using var transport = new StdioServerTransport("miniruntime");
        await gateway.ServeAsync(transport, stop);
    }

    private static async Task<int> OverHttpAsync(string path, string? asked, Durability durability, int port)
    {
        GatewayToken? token;
        string? made = null;
        if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } given)
        {
            if (!GatewayToken.TryParse(given, out token))
            {
                return Output.BadInput($"{TokenVariable} is no token: it takes {GatewayToken.Shortest} characters at least, of ASCII and "
                    + "without blanks.");
            }
        }
        else token = GatewayToken.New(out made);
        try
        {
            return await ServeAsync(path, asked, durability, (gateway, stop) =>
                new HttpGateway(gateway, token, Output.Complain).ServeAsync(port, Listening, stop));
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            return Output.BadInput($"Something else listens on port {port}; choose another with --port N, or 0 for any that is free.");
        }
        catch (SocketException e)
        {
            return Output.BadInput($"Port {port} cannot be listened on: {e.Message}. Choose another with --port N.");
        }

        void Listening(Uri address)
        {
            Output.Note($"The gateway listens at {address}");
            Output.Note(made is null
                ? $"A client's requests need the header 'Authorization: Bearer TOKEN', with what {TokenVariable} holds."
                : $"A client's requests need the header 'Authorization: Bearer {made}'. To choose the token, set {TokenVariable}.");
        }
    }

    private static async Task<int> ServeAsync(string path, string? asked, Durability durability,
        Func<McpGateway, CancellationToken, Task> serve)
    {
        using var signals = Signals.Listen();
        if (ScenarioFiles.ReadOne(path, mayPin: true) is not { } read || ForGateway(read) is not { } governed) return ExitCode.BadInput;
        if (await Pinning.WholeAsync(governed, signals.Token) is not { } file) return ExitCode.BadInput;
        if ((asked ?? Usual()) is not { } store)
            return Output.BadInput("There is no folder for this user's state, or none can be made in it; name a store with --store FILE.");
        // A person answers from another folder.
        return await Stores.OpenAsync(Path.GetFullPath(store), async kept =>
        {
            var gateway = new McpGateway(file.Scenario, kept.Runs, new GatewayOptions
            {
                Runtime = new RuntimeOptions { Scenario = file.Bytes, Secrets = HeldSecrets.Of(file.Scenario) },
                Servers = new McpOptions { Secrets = HeldSecrets.Of(file.Scenario) },
                StoreOption = kept.Option,
                Note = Output.Complain,
            });
            await serve(gateway, signals.Token);
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
