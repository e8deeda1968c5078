namespace MiniRuntime.Shell;

/// <summary>
/// Whether a piece of work has begun. Work waits for a thread, and for a last look at the lease; until it begins nothing has happened, and
/// whoever gives it up before that can be sure that it never will.
/// </summary>
internal sealed class Once
{
    private const int Waiting = 0, Begun = 1, GivenUp = 2;

    private int _at = Waiting;
    private volatile bool _prepares;

    /// <summary>True when something is done for it: it is prepared, or has begun.</summary>
    public bool IsUnderWay => _prepares || Volatile.Read(ref _at) == Begun;

    /// <summary>It is prepared from now on. Nothing has happened yet, and it can still be given up.</summary>
    public void Prepare() => _prepares = true;

    /// <summary>Begins it; false when it was given up.</summary>
    public bool Begin() => Interlocked.CompareExchange(ref _at, Begun, Waiting) != GivenUp;

    /// <summary>Gives it up; false when it has begun.</summary>
    public bool GiveUp() => Interlocked.CompareExchange(ref _at, GivenUp, Waiting) != Begun;
}
