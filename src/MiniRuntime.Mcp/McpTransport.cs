using MiniRuntime.Shell;
using ModelContextProtocol.Client;

namespace MiniRuntime.Mcp;

/// <summary>How a server is reached.</summary>
internal static class McpTransport
{
    // All that a server gets to see of this process's environment. Where there is no HOME, what stands for it; and what no program starts
    // without.
    private static readonly string[] _passed =
        OperatingSystem.IsWindows() ? ["PATH", "PATHEXT", "SYSTEMROOT", "USERPROFILE"] : ["PATH", "HOME"];

    public static IClientTransport To(DeclaredServer server, Secrets secrets) =>
        server.Url is { } url ? OverHttp(server, url, secrets) : AsProcess(server, secrets);

    private static StdioClientTransport AsProcess(DeclaredServer server, Secrets secrets)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var name in _passed)
            if (Environment.GetEnvironmentVariable(name) is { } value) environment[name] = value;
        foreach (var variable in server.Env) environment[variable.Name] = secrets.Reveal(variable.Value);
        return new StdioClientTransport(new StdioClientTransportOptions
        {
            Name = server.Name,
            Command = server.Command!,
            Arguments = [.. server.Args],
            WorkingDirectory = server.Folder,
            InheritEnvironmentVariables = false,
            EnvironmentVariables = environment,
            ShutdownTimeout = TimeSpan.FromSeconds(2),
        });
    }

    // A redirection would take the headers, and whatever is in them, to somebody else.
    private static HttpClientTransport OverHttp(DeclaredServer server, Uri url, Secrets secrets) => new(
        new HttpClientTransportOptions
        {
            Name = server.Name,
            Endpoint = url,
            TransportMode = server.IsSse ? HttpTransportMode.Sse : HttpTransportMode.AutoDetect,
            AdditionalHeaders = server.Headers.ToDictionary(static header => header.Name, header => secrets.Reveal(header.Value)),
        },
        new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan },
        ownsHttpClient: true);
}
