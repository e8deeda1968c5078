namespace MiniRuntime.Testing;

/// <summary>
/// What happens next, in order of time; between two things no time passes. There is one thread: whatever is awaited goes on inside of what
/// brought it about, so that the order in which things happen is decided here and nowhere else.
/// </summary>
internal sealed class Agenda : SynchronizationContext
{
    private readonly PriorityQueue<(Action Act, SimulatedProcess? Of), (TimeSpan Due, int Order)> _entries = new();
    private int _order;

    /// <summary>What never comes.</summary>
    public static Task Never => new TaskCompletionSource().Task;

    /// <summary>The time since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Plans something.</summary>
    /// <param name="after">When, from now on.</param>
    /// <param name="act">What.</param>
    /// <param name="of">Whose it is: it waits while that one is paused, and goes with it. Null: it happens in any case.</param>
    public void Add(TimeSpan after, Action act, SimulatedProcess? of = null)
    {
        lock (_entries) _entries.Enqueue((act, of), (Now + after, _order++));
    }

    /// <summary>Waits. What belongs to a process that dies in the meantime never goes on.</summary>
    public Task Wait(TimeSpan time, SimulatedProcess? of = null)
    {
        var over = new TaskCompletionSource();
        Add(time, over.SetResult, of);
        return over.Task;
    }

    /// <summary>Does the next thing.</summary>
    /// <returns>False when there is none.</returns>
    public bool Next()
    {
        (Action Act, SimulatedProcess? Of) entry;
        lock (_entries)
        {
            if (!_entries.TryDequeue(out entry, out var due)) return false;
            if (due.Due > Now) Now = due.Due;
        }
        if (entry.Of is { IsDead: true }) return true;
        if (entry.Of?.PausedUntil > Now) Add(entry.Of.PausedUntil - Now, entry.Act, entry.Of);
        else entry.Act();
        return true;
    }

    /// <summary>Runs code whose tasks all go on here.</summary>
    public void Run(Action act)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            act();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    // What comes from elsewhere all the same is done here, in its turn.
    public override void Post(SendOrPostCallback d, object? state) => Add(TimeSpan.Zero, () => d(state));
}
