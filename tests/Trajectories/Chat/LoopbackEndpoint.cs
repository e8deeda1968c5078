using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace MiniRuntime.Trajectories;

/// <summary>An endpoint on loopback that says what a test wants, to the byte, and keeps what it was asked.</summary>
internal sealed partial class LoopbackEndpoint : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HttpListenerContext, Task> _say;
    private readonly TaskCompletionSource _closed = new();
    private readonly Task _serving;
    private readonly List<string> _asked = [];

    private LoopbackEndpoint(Func<HttpListenerContext, Task> say)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }
        _say = say;
        _listener.Prefixes.Add(Url.AbsoluteUri);
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Url { get; }

    /// <summary>Each request: its line, its headers and its body, as text.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked) return [.. _asked];
        }
    }

    /// <summary>One that answers in its own way.</summary>
    public static LoopbackEndpoint Start(Func<HttpListenerContext, Task> say) => new(say);

    /// <summary>One that says this to everybody.</summary>
    public static LoopbackEndpoint Saying(string body, string type = "application/json", int status = 200) => new(async context =>
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, type);
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
    });

    /// <summary>One that streams these events, each under its type where it has one; then it ends the stream.</summary>
    public static LoopbackEndpoint Streaming(params string[] events) =>
        Saying(string.Concat(events.Select(static data => $"{Typed().Replace(data, "event: $1\n$0")}\n\n")), "text/event-stream");

    public async ValueTask DisposeAsync()
    {
        // Whoever waits for a request just now may not hear of a close.
        _closed.SetResult();
        _listener.Close();
        await _serving;
    }

    [GeneratedRegex("\\Adata: \\{\"type\":\"([a-z_]+)\"")]
    private static partial Regex Typed();

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var next = _listener.GetContextAsync();
                if (await Task.WhenAny(next, _closed.Task) != next) return;
                var context = await next;
                using var reader = new StreamReader(context.Request.InputStream);
                var asked = $"{context.Request.HttpMethod} {context.Request.RawUrl}\n{context.Request.Headers}\n{await reader.ReadToEndAsync()}";
                lock (_asked) _asked.Add(asked);
                var saying = _say(context);
                if (await Task.WhenAny(saying, _closed.Task) != saying) return;
                await saying;
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or InvalidOperationException or IOException)
            {
                // Nobody reads on; or nobody asks any more.
                if (_closed.Task.IsCompleted) return;
            }
        }
    }
}
