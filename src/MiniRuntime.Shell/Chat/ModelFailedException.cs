namespace MiniRuntime.Shell;

/// <summary>
/// A model that gives no answer to what it was asked, and would give none if it were asked the same again: its endpoint refused, or sent what
/// is no answer. It is recorded and charged as a model failure. (One that may answer later is a <see cref="ModelUnavailableException"/>.)
/// </summary>
/// <param name="message">What is known.</param>
/// <param name="wasTurnedAway">True where the endpoint did no work, so that nothing is charged for what was sent.</param>
/// <param name="inner">What the client threw.</param>
public sealed class ModelFailedException(string message, bool wasTurnedAway = false, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True where the endpoint did no work, so that nothing is charged for what was sent.</summary>
    public bool WasTurnedAway { get; } = wasTurnedAway;
}
