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
/// each try is the runtime's, recorded and charged. They are also kept from the environment: what a request says of us is what is given here.
/// A run whose endpoint turned it away for good (a wrong key, an unknown model) asks it no more: it is told the same again.
/// </summary>
public sealed class NetworkModel : IModel, IDisposable
{
    private readonly ChatModel _model;
    private readonly HttpClient _http;
    private readonly IChatClient _client;
    private volatile TurnedAway? _turnedAway;

    /// <summary>A model.</summary>
    /// <param name="settings">Which, and how it is asked.</param>
    /// <param name="key">The key; null where none is needed.</param>
    /// <param name="price">What its tokens cost; null where nothing is charged.</param>
    /// <param name="offersQuestions">Whether it may ask a person.</param>
    /// <param name="said">Told of text as it comes, when it is streamed; raw.</param>
    public NetworkModel(ModelSettings settings, string? key, Price? price = null, bool offersQuestions = true, Action<string>? said = null)
    {
        // The runtime's limit is the one that holds.
        var endpoint = Endpoint.Of(settings, key);
        var sockets = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        _http = new HttpClient(new EndpointHandler(endpoint, sockets)) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        _client = new ExactArguments(settings.Provider == ModelProvider.Anthropic ? Anthropic(settings, endpoint) : OpenAI(settings, endpoint));
        var options = new ChatModelOptions
        {
            OffersQuestions = offersQuestions,
            Streams = settings.Streams,
            Said = said,
            Price = price,
            ArgumentsIn = ExactArguments.LengthIn,
            Request = new ChatOptions { Temperature = (float?)settings.Temperature, MaxOutputTokens = settings.MaxOutputTokens },
        };
        _model = new ChatModel(_client, settings.Instructions is { } instructions ? options with { Instructions = instructions } : options);
    }

    /// <inheritdoc/>
    public async Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel)
    {
        if (_turnedAway is { } before && before.RunId == packet.RunId) throw new ModelFailedException(before.Reason, wasTurnedAway: true);
        var heard = Heard.Begin();
        try
        {
            return await _model.ProposeAsync(packet, cancel);
        }
        catch (ModelFailedException e) when (e.WasTurnedAway)
        {
            _turnedAway = new TurnedAway(packet.RunId, e.Message);
            throw;
        }
        catch (Exception e) when (heard.Said is { } said && IsUnread(e))
        {
            throw new ModelFailedException($"The endpoint's answer cannot be read: {said}", inner: e);
        }
    }

    /// <inheritdoc/>
    public (long Tokens, decimal Cost) UsedFor(ContextPacket packet) => _model.UsedFor(packet);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    // Neither broken off, nor said by us to be no answer: then a library stumbled over what it says.
    private static bool IsUnread(Exception e) =>
        e is not (ModelUnavailableException or OperationCanceledException or ModelFailedException { InnerException: null });

    private IChatClient OpenAI(ModelSettings settings, Endpoint endpoint) => new OpenAIClient(
        new ApiKeyCredential(endpoint.Key!),
        new OpenAIClientOptions
        {
            Endpoint = endpoint.Url,
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            NetworkTimeout = System.Threading.Timeout.InfiniteTimeSpan,
        }).GetChatClient(settings.Name).AsIChatClient();

    // What is not said here the library takes from variables of the environment. Each credential is said, or it would take the other.
    private IChatClient Anthropic(ModelSettings settings, Endpoint endpoint) => new AnthropicClient(new ClientOptions
    {
        HttpClient = _http,
        BaseUrl = endpoint.Url.AbsoluteUri.TrimEnd('/'),
        ApiKey = endpoint.Key,
        AuthToken = null,
        MaxRetries = 0,
        Timeout = TimeSpan.FromDays(1),
        OpenTelemetry = false,
    }).AsIChatClient(settings.Name, settings.MaxOutputTokens ?? 4096);

    // The last run that was, and what its endpoint said.
    private sealed record TurnedAway(string RunId, string Reason);
}
