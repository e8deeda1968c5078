using System.Diagnostics;
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

    public static IClientTransport To(DeclaredServer server, McpOptions options) =>
        server.Url is { } url ? OverHttp(server, url, options) : AsProcess(server, options);

    private static ProcessTransport AsProcess(DeclaredServer server, McpOptions options)
    {
        // On Windows most commands are scripts, which a shell has to run.
        var isScript = OperatingSystem.IsWindows()
            && !Path.GetFileName(server.Command!).Equals("cmd.exe", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo(isScript ? "cmd.exe" : server.Command!,
            isScript ? ["/c", server.Command!, .. server.Args.Select(ForShell)] : server.Args)
        {
            WorkingDirectory = server.Folder,
        };
        start.Environment.Clear();
        foreach (var name in _passed)
            if (Environment.GetEnvironmentVariable(name) is { } value) start.Environment[name] = value;
        foreach (var variable in server.Env) start.Environment[variable.Name] = options.Secrets.Reveal(variable.Value);
        return new ProcessTransport(server.Name, start, options.MaxMessage);
    }

    // What is not quoted must not mean anything to the shell.
    private static string ForShell(string argument) => argument.Any(char.IsWhiteSpace)
        ? argument
        : string.Concat(argument.Select(static c => "&^><|".Contains(c) ? $"^{c}" : $"{c}"));

    // The headers, and whatever is in them, are for the address that the operator wrote: no redirection is followed, and no server has
    // anything sent to another host.
    private static HttpClientTransport OverHttp(DeclaredServer server, Uri url, McpOptions options) => new(
        new HttpClientTransportOptions
        {
            Name = server.Name,
            Endpoint = url,
            TransportMode = server.IsSse ? HttpTransportMode.Sse : HttpTransportMode.AutoDetect,
            AdditionalHeaders = server.Headers.ToDictionary(static header => header.Name, header => options.Secrets.Reveal(header.Value)),
        },
        new HttpClient(new BoundedHandler(new SocketsHttpHandler { AllowAutoRedirect = false }, url, options))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        },
        ownsHttpClient: true);

    private sealed class BoundedHandler(HttpMessageHandler inner, Uri url, McpOptions options) : DelegatingHandler(inner)
    {
        private volatile IOException? _tooLong;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri is not { } to || to.GetLeftPart(UriPartial.Authority) != url.GetLeftPart(UriPartial.Authority))
                throw new HttpRequestException($"It wants a request sent to {request.RequestUri}, and is at {url}; that was kept back.");
            // The library would go on with such a stream where it ended, and again and again.
            if (_tooLong is { } fault && request.Headers.Contains("Last-Event-ID")) throw fault;
            // The library waits for ever for the answer to its goodbye, and whoever ends a connection for that.
            using var goodbye = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (request.Method == HttpMethod.Delete) goodbye.CancelAfter(options.Goodbye);
            var response = await base.SendAsync(request, goodbye.Token);
            var content = response.Content;
            // Of an error the library takes all that comes for one text.
            var ends = response.IsSuccessStatusCode && content.Headers.ContentType?.MediaType == "text/event-stream"
                ? MessageEnd.EmptyLine
                : MessageEnd.Stream;
            response.Content = new StreamContent(
                new BoundedStream(await content.ReadAsStreamAsync(cancellationToken), ends, options.MaxMessage, Ended));
            foreach (var (name, values) in content.Headers) response.Content.Headers.TryAddWithoutValidation(name, values);
            return response;
        }

        private Task Ended(IOException? why)
        {
            _tooLong = why ?? _tooLong;
            return Task.CompletedTask;
        }
    }
}
