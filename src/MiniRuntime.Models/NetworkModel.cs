using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using Anthropic.Core;
using Microsoft.Extensions.AI;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using OpenAI;

namespace MiniRuntime.Models;

/// <summary>
/// A model that is asked over the network, as a scenario's settings say. The provider's own library speaks to it, and is kept from retrying:
/// each try is the runtime's, recorded and charged.
/// </summary>
public sealed class NetworkModel : IModel, IDisposable
{
    private readonly ChatModel _model;
    private readonly HttpClient _http;
    private readonly IChatClient _client;

    /// <summary>A model.</summary>
    /// <param name="settings">Which, and how it is asked.</param>
    /// <param name="key">The key; null where none is needed.</param>
    /// <param name="price">What its tokens cost; null where nothing is charged.</param>
    /// <param name="offersQuestions">Whether it may ask a person.</param>
    /// <param name="said">Told of text as it comes, when it is streamed; raw.</param>
    public NetworkModel(ModelSettings settings, string? key, Price? price = null, bool offersQuestions = true, Action<string>? said = null)
    {
        // The runtime's limit is the one that holds.
        _http = new HttpClient(new UnavailableHandler(new SocketsHttpHandler())) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        _client = settings.Provider == ModelProvider.Anthropic ? Anthropic(settings, key) : OpenAI(settings, key);
        var options = new ChatModelOptions
        {
            OffersQuestions = offersQuestions,
            Streams = settings.Streams,
            Said = said,
            Price = price,
            Request = new ChatOptions { Temperature = (float?)settings.Temperature, MaxOutputTokens = settings.MaxOutputTokens },
        };
        _model = new ChatModel(_client, settings.Instructions is { } instructions ? options with { Instructions = instructions } : options);
    }

    /// <inheritdoc/>
    public Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel) => _model.ProposeAsync(packet, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    private IChatClient OpenAI(ModelSettings settings, string? key) => new OpenAIClient(
        // The library wants a key even where the server wants none.
        new ApiKeyCredential(string.IsNullOrEmpty(key) ? "none" : key),
        new OpenAIClientOptions
        {
            Endpoint = settings.Endpoint,
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = System.Threading.Timeout.InfiniteTimeSpan,
        }).GetChatClient(settings.Name).AsIChatClient();

    private IChatClient Anthropic(ModelSettings settings, string? key)
    {
        var options = new ClientOptions { HttpClient = _http, ApiKey = key, MaxRetries = 0, Timeout = TimeSpan.FromDays(1) };
        if (settings.Endpoint is { } endpoint) options = options with { BaseUrl = endpoint.AbsoluteUri.TrimEnd('/') };
        return new AnthropicClient(options).AsIChatClient(settings.Name, settings.MaxOutputTokens ?? 4096);
    }
}
