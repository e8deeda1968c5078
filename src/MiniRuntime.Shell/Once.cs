namespace MiniRuntime.Shell;

/// <summary>
/// Whether a piece of work has begun. Work waits for a thread, and for a last look at the lease; until it begins nothing has happened, and
/// whoever gives it up before that can be sure that it never will.
/// </summary>
internal sealed class Once
{
    private const int Waiting = 0, Begun = 1, GivenUp = 2;

    private int _at = Waiting;
    private volatile bool _isUnderWay;
    private TaskCompletionSource? _underWay;

    /// <summary>Comes to its end when something is done for it: it is prepared, or has begun.</summary>
    public Task UnderWay
    {
        get
        {
            if (_isUnderWay) return Task.CompletedTask;
            var waits = Interlocked.CompareExchange(ref _underWay, new TaskCompletionSource(), null) ?? _underWay;
            if (_isUnderWay) waits.TrySetResult();
            return waits.Task;
        }
    }

    /// <summary>It is prepared from now on. Nothing has happened yet, and it can still be given up.</summary>
    public void Prepare() => GetUnderWay();

    /// <summary>Begins it; false when it was given up.</summary>
    public bool Begin()
    {
        if (Interlocked.CompareExchange(ref _at, Begun, Waiting) == GivenUp) return false;
        GetUnderWay();
        return true;
    }

    /// <summary>Gives it up; false when it has begun.</summary>
    public bool GiveUp() => Interlocked.CompareExchange(ref _at, GivenUp, Waiting) != Begun;

    private void GetUnderWay()
    {
        _isUnderWay = true;
        // Whoever asked before sees it now, and whoever asks from now on sees the other.
        Interlocked.CompareExchange(ref _underWay, null, null)?.TrySetResult();
    }
}
