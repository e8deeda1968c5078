namespace MiniRuntime.Shell;

/// <summary>Which model a scenario asks, and how. The key is not in it: it is read from the environment.</summary>
/// <param name="Provider">Whose protocol the model speaks.</param>
/// <param name="Name">The model's name, as the provider knows it.</param>
/// <param name="Endpoint">Where it is; null for the provider's own.</param>
/// <param name="ApiKey">The environment variable that holds the key; null for the provider's usual one.</param>
public sealed record ModelSettings(ModelProvider Provider, string Name, Uri? Endpoint = null, string? ApiKey = null)
{
    /// <summary>What the model is told about how to work; null for <see cref="ChatModelOptions.Instructions"/>'s own words.</summary>
    public string? Instructions { get; init; }

    /// <summary>How much chance there is in its answers; null leaves it to the provider.</summary>
    public decimal? Temperature { get; init; }

    /// <summary>How long an answer may be, in tokens; null leaves it to the provider.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Whether answers are streamed.</summary>
    public bool Streams { get; init; } = true;

    /// <summary>How long one answer may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The environment variable that holds the key.</summary>
    public string KeyVariable => ApiKey ?? (Provider == ModelProvider.Anthropic ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY");

    /// <summary>True where a key must be there: the provider's own endpoint takes none without, and a variable that is named is meant.</summary>
    public bool NeedsKey => Endpoint is null || ApiKey is not null;
}

/// <summary>Whose protocol a model speaks.</summary>
public enum ModelProvider
{
    /// <summary>OpenAI's chat completions, which many others speak too: Ollama, llama-server, vLLM, LM Studio.</summary>
    OpenAI,

    /// <summary>Anthropic's messages.</summary>
    Anthropic,
}
