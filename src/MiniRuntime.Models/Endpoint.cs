using System.Net.Http.Headers;
using MiniRuntime.Shell;

namespace MiniRuntime.Models;

/// <summary>Where a model is, and what each request to it says of us: what the scenario names, and nothing that the environment holds.</summary>
/// <param name="Provider">Whose protocol it speaks.</param>
/// <param name="Url">Where it is.</param>
/// <param name="Key">The key; null for none.</param>
/// <param name="Streams">Whether answers are streamed.</param>
internal sealed record Endpoint(ModelProvider Provider, Uri Url, string? Key, bool Streams)
{
    /// <summary>The version of Anthropic's protocol that its library speaks.</summary>
    public const string AnthropicVersion = "2026-10-21";

    private static readonly ProductInfoHeaderValue _agent = new("MiniRuntime", null);

    /// <summary>The endpoint that settings name, or the provider's own.</summary>
    public static Endpoint Of(ModelSettings settings, string? key) => new(settings.Provider, settings.Endpoint ?? new Uri(
            settings.Provider == ModelProvider.Anthropic ? "https://api.anthropic.com" : "https://api.openai.com/v1"),
        // OpenAI's library wants a key even where the server wants none.
        string.IsNullOrEmpty(key) ? settings.Provider == ModelProvider.Anthropic ? null : "none" : key, settings.Streams);

    /// <summary>The type that its answers have.</summary>
    public string MediaType => Streams ? "text/event-stream" : "application/json";

    /// <summary>The field of an answer that holds what the model said.</summary>
    public string Said => Provider == ModelProvider.Anthropic ? "content" : "choices";

    /// <summary>
    /// Sets a request's headers. The providers' libraries add what variables of the environment say (Anthropic's takes any header from one),
    /// so none of theirs is kept.
    /// </summary>
    /// <exception cref="ModelFailedException">The request goes elsewhere.</exception>
    public void Sign(HttpRequestMessage request)
    {
        if (request.RequestUri is not { } to || to.GetLeftPart(UriPartial.Authority) != Url.GetLeftPart(UriPartial.Authority))
            throw new ModelFailedException($"A request to {request.RequestUri} was kept back: the model is at {Url}.", wasTurnedAway: true);
        request.Headers.Clear();
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaType));
        request.Headers.UserAgent.Add(_agent);
        if (Key is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {Key}");
        if (Provider == ModelProvider.Anthropic) request.Headers.Add("anthropic-version", AnthropicVersion);
    }
}
