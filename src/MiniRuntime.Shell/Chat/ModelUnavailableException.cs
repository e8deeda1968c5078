namespace MiniRuntime.Shell;

/// <summary>
/// A model that cannot answer now and may later: overloaded, unreachable, cut off. It is recorded and charged as a model failure; where the
/// budget tolerates that, the model is asked again after a wait.
/// </summary>
/// <param name="message">What is known.</param>
/// <param name="retryAfter">How long the model asks to be left alone; null where it does not say.</param>
/// <param name="inner">What the client threw.</param>
public sealed class ModelUnavailableException(string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>How long the model asks to be left alone; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>True where the endpoint did no work, so that nothing is charged for what was sent.</summary>
    public bool WasTurnedAway { get; init; }
}
