namespace MiniRuntime.Shell;

/// <summary>What one answer has used up so far, estimated, so that one that never becomes whole is charged too. Safe to look at meanwhile.</summary>
/// <param name="sent">Tokens of what was sent.</param>
/// <param name="most">How many UTF-16 units an answer may have.</param>
internal sealed class ChatMeter(long sent, long most)
{
    private long _sent = sent;
    private long _came;

    /// <summary>Tokens sent.</summary>
    public long Input => Interlocked.Read(ref _sent);

    /// <summary>Tokens that came back.</summary>
    public long Output => ChatText.Tokens(Interlocked.Read(ref _came));

    /// <summary>More came.</summary>
    /// <exception cref="ModelFailedException">Too much by now.</exception>
    public void Came(long characters)
    {
        if (Interlocked.Add(ref _came, characters) > most)
            throw new ModelFailedException($"The model's answer is longer than {most} characters; it was dropped.");
    }

    /// <summary>The endpoint did no work.</summary>
    public void TurnedAway() => Interlocked.Exchange(ref _sent, 0);
}
