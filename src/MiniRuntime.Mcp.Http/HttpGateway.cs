using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MiniRuntime.Shell;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace MiniRuntime.Mcp;

/// <summary>The gateway over Streamable HTTP, for clients on this machine that know its token. A session is a run.</summary>
/// <param name="gateway">The gateway.</param>
/// <param name="token">What a client has to know.</param>
/// <param name="note">Told what the operator should know.</param>
public sealed partial class HttpGateway(McpGateway gateway, GatewayToken token, Action<string> note)
{
    /// <summary>Where on the server clients find it.</summary>
    public const string Path = "/mcp";

    private readonly ConcurrentDictionary<GatewaySession, Task> _running = new();

    /// <summary>
    /// Serves clients, until it is told to stop. Then no call is begun, what is in flight is given up, and writes are waited for.
    /// </summary>
    /// <param name="port">Where it listens, on 127.0.0.1; 0 is any port that is free.</param>
    /// <param name="listening">Told its address, once it listens.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="IOException">The port cannot be listened on.</exception>
    public async Task ServeAsync(int port, Action<Uri> listening, CancellationToken stop)
    {
        await using var host = Host(port);
        await host.StartAsync(stop);
        var addresses = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        listening(new Uri(new Uri(addresses.Single()), Path));
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
        foreach (var session in _running.Keys) session.Leave();
        await host.StopAsync(CancellationToken.None);
        await Task.WhenAll(_running.Values);
    }

    // Empty: no file and no variable of the environment has a say in what it listens on.
    private WebApplication Host(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddRoutingCore();
        // Against pages that give their own name this machine's address.
        builder.Services.AddHostFiltering(static hosts =>
            (hosts.AllowedHosts, hosts.AllowEmptyHosts, hosts.IncludeFailureMessage) = (["localhost", "127.0.0.1", "[::1]"], false, true));
        builder.Services.AddMcpServer().WithHttpTransport(transport =>
        {
            // A session is a run, so there have to be sessions: clients of a revision without them go back to one that has them.
            transport.SessionMode = HttpServerSessionMode.Stateful;
            transport.ConfigureSessionOptions = (request, server, _) =>
            {
                var session = gateway.Open();
                request.Items[typeof(GatewaySession)] = session;
                (server.ServerInfo, server.ServerInstructions, server.Handlers, server.Filters) = (session.Options.ServerInfo,
                    session.Options.ServerInstructions, session.Options.Handlers, session.Options.Filters);
                return Task.CompletedTask;
            };
#pragma warning disable MCPEXP002 // There is no other way to hear that a session has ended.
            transport.RunSessionHandler = (request, server, ended) =>
            {
                var session = (GatewaySession)request.Items[typeof(GatewaySession)]!;
                var running = _running[session] = RunAsync(session, server, ended);
                _ = running.ContinueWith(_ => _running.TryRemove(session, out Task? _), TaskScheduler.Default);
                return running;
            };
#pragma warning restore MCPEXP002
        });
        var host = builder.Build();
        host.UseHostFiltering();
        host.Use(FromThisMachine);
        host.Use(token.Required);
        host.MapMcp(Path);
        return host;
    }

    private async Task RunAsync(GatewaySession session, McpServer server, CancellationToken ended)
    {
        try
        {
            await using (session) await session.RunAsync(server, ended);
        }
        catch (StoreException e)
        {
            note(e.Message);
        }
    }

    // Browsers say which page a request comes from; other clients say nothing.
    private static Task FromThisMachine(HttpContext http, RequestDelegate next)
    {
        var origin = http.Request.Headers.Origin;
        if (origin.Count == 0 || (origin is [{ } only] && Here().IsMatch(only))) return next(http);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsync("The gateway serves this machine: a page from elsewhere may not ask it anything.");
    }
    // As browsers write it; what else a library takes for this machine is none of these names.
    [GeneratedRegex(@"^https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?\z")]
    private static partial Regex Here();
}
