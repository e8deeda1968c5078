using System.Net;
using System.Text;
using MiniRuntime.Shell;

namespace MiniRuntime.Models;

/// <summary>
/// Sends what the scenario names only, and looks at what comes back before a provider's library does: a server that cannot answer now (429,
/// 408, 5xx) is told from one that never will, and what is no answer of a model is said to be that. An answer is read up to a limit.
/// </summary>
internal sealed class EndpointHandler(Endpoint endpoint, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>How many bytes are read of an answer, one that comes whole or one that is streamed: there each few letters are a message.</summary>
    public const int MostWhole = 16 * 1024 * 1024, MostStreamed = 64 * 1024 * 1024;

    // Enough to say what is wrong; a server in trouble may send anything.
    private const int MaxBeginning = 500;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        endpoint.Sign(request);
        var response = await base.SendAsync(request, cancel);
        try
        {
            await RefuseAsync(response, cancel);
            var type = response.Content.Headers.ContentType;
            HttpContent read = endpoint.Streams
                ? new StreamContent(new EventStream(await response.Content.ReadAsStreamAsync(cancel), MostStreamed))
                : new ByteArrayContent(await WholeAsync(response, cancel));
            read.Headers.ContentType = type;
            // The stream that is read on belongs to the response still.
            response.Content = read;
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task RefuseAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var (status, said) = ((int)response.StatusCode, $"HTTP {(int)response.StatusCode} {response.ReasonPhrase}");
        if (status is >= 200 and < 300)
        {
            // Some servers name no type; what they send is looked at all the same.
            if (response.Content.Headers.ContentType?.MediaType is { } type && !Fits(type))
            {
                throw new ModelFailedException(Told($"The endpoint answered with {type}, where a model answers with {endpoint.MediaType}",
                    await BeginningAsync(response, cancel)));
            }
            return;
        }
        if (status is >= 300 and < 400)
        {
            throw new ModelFailedException($"{said}: the endpoint redirects, and that is not followed, for it would take the key along. Name "
                + $"the endpoint that is meant: {Cut($"{response.Headers.Location}")}", wasTurnedAway: true);
        }
        said = Told(said, await BeginningAsync(response, cancel));
        throw response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || status >= 500
            ? new ModelUnavailableException(said, RetryAfter(response)) { WasTurnedAway = true }
            : new ModelFailedException(said, wasTurnedAway: true);
    }

    private bool Fits(string type) => type.Equals(endpoint.MediaType, StringComparison.OrdinalIgnoreCase)
        || (!endpoint.Streams && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    private async Task<byte[]> WholeAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        using var body = new MemoryStream();
        await using var bounded = new BoundedStream(await response.Content.ReadAsStreamAsync(cancel), MostWhole);
        await bounded.CopyToAsync(body, cancel);
        var answer = body.ToArray();
        if (ReportedError.WhyNoAnswer(answer, endpoint.Said) is { } failure) throw failure;
        Heard.Now?.Whole(answer);
        return answer;
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta > TimeSpan.Zero ? delta : TimeSpan.Zero,
        { Date: { } date } => date > DateTimeOffset.UtcNow ? date - DateTimeOffset.UtcNow : TimeSpan.Zero,
        _ => null,
    };

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            using var reader = new StreamReader(stream);
            var (buffer, length) = (new char[MaxBeginning], 0);
            for (int read; length < MaxBeginning && (read = await reader.ReadAsync(buffer.AsMemory(length), cancel)) > 0;) length += read;
            return Cut(new string(buffer, 0, length));
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return "";
        }
    }

    /// <summary>The beginning of what an endpoint said, in one line.</summary>
    public static string Cut(ReadOnlyMemory<byte> said) =>
        Cut(Encoding.UTF8.GetString(said.Span[..Math.Min(said.Length, MaxBeginning)]));

    private static string Cut(string said) => (said.Length > MaxBeginning ? said[..MaxBeginning] : said).ReplaceLineEndings(" ").Trim();

    private static string Told(string what, string said) => said.Length > 0 ? $"{what}: {said}" : what;
}
