using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MiniRuntime.Trajectories;

/// <summary>
/// Stands between the conformance suite and the gateway, and passes on all that there is, Host and Origin too. It adds the token, since the
/// suite has none to give, and turns the suite's names for tools into the gateway's and back: <c>x</c> into <c>c__x</c>.
/// </summary>
internal sealed class SuiteBridge : IAsyncDisposable
{
    private static readonly string[] _tools = ["test_", "json_schema_"];

    private readonly WebApplication _host;
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    private SuiteBridge(WebApplication host) => _host = host;

    public Uri Address => new(new Uri(_host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
        .Addresses.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal)), "/mcp");

    public static async Task<SuiteBridge> StartAsync(HttpGatewayProcess gateway)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var bridge = new SuiteBridge(builder.Build());
        bridge._host.Run(http => bridge.PassAsync(http, gateway));
        await bridge._host.StartAsync();
        return bridge;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassAsync(HttpContext http, HttpGatewayProcess gateway)
    {
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), gateway.Address);
        if (http.Request.ContentLength is > 0 || http.Request.Headers.TransferEncoding.Count > 0)
        {
            var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Renamed(body, "", "c__")));
        }
        foreach (var (name, values) in http.Request.Headers)
        {
            if (name is "Content-Length" or "Connection" or "Transfer-Encoding") continue;
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {gateway.Token}");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        http.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
            if (name is not ("Transfer-Encoding" or "Content-Length")) http.Response.Headers[name] = values.ToArray();
        await http.Response.StartAsync();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await lines.ReadLineAsync(http.RequestAborted) is { } line)
        {
            await http.Response.WriteAsync(Renamed(line, "c__", "") + "\n", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private static string Renamed(string text, string from, string to) => _tools.Aggregate(text, (said, tool) =>
        said.Replace($"\"name\":\"{from}{tool}", $"\"name\":\"{to}{tool}", StringComparison.Ordinal));
}
