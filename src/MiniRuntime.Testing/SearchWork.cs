namespace MiniRuntime.Testing;

/// <summary>Counts the work of a search, so that it ends: when there was too much of it, or when it is cancelled.</summary>
internal sealed class SearchWork(long limit, CancellationToken cancel)
{
    private long _left = limit;
    private int _until;

    /// <summary>Whether there was too much.</summary>
    public bool IsTooMuch => _left < 0;

    /// <summary>Counts.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Spend(int amount)
    {
        _left -= amount;
        if (--_until > 0) return;
        _until = 1000;
        cancel.ThrowIfCancellationRequested();
    }
}
