namespace MiniRuntime.Shell;

/// <summary>
/// Whether a piece of work has begun. Work waits for a thread, and for a last look at the lease; until it begins nothing has happened, and
/// whoever gives it up before that can be sure that it never will.
/// </summary>
internal sealed class Once
{
    private const int Waiting = 0, Begun = 1, GivenUp = 2;

    private int _at = Waiting;
    private TaskCompletionSource? _told;

    /// <summary>True when it has begun.</summary>
    public bool HasBegun => Volatile.Read(ref _at) == Begun;

    /// <summary>Ends when it has begun, or never will. Few ask, so it is made for whoever does.</summary>
    public Task WhenKnown
    {
        get
        {
            // Who waits goes on inside of what it waited for: that is short, and nothing is left to the order of threads.
            var mine = new TaskCompletionSource();
            var told = Interlocked.CompareExchange(ref _told, mine, null) ?? mine;
            if (Volatile.Read(ref _at) != Waiting) told.TrySetResult();
            return told.Task;
        }
    }

    /// <summary>Begins it; false when it was given up.</summary>
    public bool Begin() => Becomes(Begun) != GivenUp;

    /// <summary>Gives it up; false when it has begun.</summary>
    public bool GiveUp() => Becomes(GivenUp) != Begun;

    // Gives what it was.
    private int Becomes(int at)
    {
        var was = Interlocked.CompareExchange(ref _at, at, Waiting);
        _told?.TrySetResult();
        return was;
    }
}
