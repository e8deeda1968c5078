using System.Net;
using MiniRuntime.Shell;

namespace MiniRuntime.Models;

/// <summary>
/// Tells a server that cannot answer now (429, 408, 5xx) from one that never will, before a provider's library makes an exception of its own
/// of either.
/// </summary>
internal sealed class UnavailableHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MaxBody = 500;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var response = await base.SendAsync(request, cancel);
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout) && (int)response.StatusCode < 500)
            return response;
        using (response)
        {
            var body = await BeginningAsync(response, cancel);
            throw new ModelUnavailableException($"HTTP {(int)response.StatusCode} {response.ReasonPhrase}{(body.Length > 0 ? $": {body}" : "")}",
                RetryAfter(response));
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta > TimeSpan.Zero ? delta : TimeSpan.Zero,
        { Date: { } date } => date > DateTimeOffset.UtcNow ? date - DateTimeOffset.UtcNow : TimeSpan.Zero,
        _ => null,
    };

    // Enough to say what is wrong; a server in trouble may send anything.
    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            using var reader = new StreamReader(stream);
            var (buffer, length) = (new char[MaxBody], 0);
            for (int read; length < MaxBody && (read = await reader.ReadAsync(buffer.AsMemory(length), cancel)) > 0;) length += read;
            return new string(buffer, 0, length).ReplaceLineEndings(" ").Trim();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return "";
        }
    }
}
