namespace MiniRuntime.Testing;

/// <summary>
/// A clock for the real runtime. A second passes each time somebody looks; a time limit is over as soon as the work that it is for hangs,
/// and never otherwise. So nothing waits, and nothing depends on how fast the machine is.
/// </summary>
internal sealed class SimulatedClock : TimeProvider
{
    private readonly Lock _gate = new();
    private long _seconds;
    private TaskCompletionSource _hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override DateTimeOffset GetUtcNow() => Moment.Epoch.AddSeconds(Interlocked.Increment(ref _seconds));

    /// <summary>Work that never ends: its limit is over at once.</summary>
    public Task<T> Hang<T>()
    {
        lock (_gate) _hangs.TrySetResult();
        return new TaskCompletionSource<T>().Task;
    }

    // The limit may be set before the work hangs or after: either way the timer rings, and the next work has a hang of its own to wait for.
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // What comes again and again is no limit (a lease is renewed so): it is never due, since no time passes by itself.
        lock (_gate) return new Timer(this, period == Timeout.InfiniteTimeSpan ? _hangs : new(), callback, state, dueTime);
    }

    private sealed class Timer : ITimer
    {
        private volatile bool _disposed;

        public Timer(SimulatedClock clock, TaskCompletionSource hangs, TimerCallback callback, object? state, TimeSpan dueTime) =>
            hangs.Task.ContinueWith(_ =>
            {
                if (_disposed) return;
                lock (clock._gate)
                {
                    if (ReferenceEquals(clock._hangs, hangs)) clock._hangs = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    clock._seconds += (long)dueTime.TotalSeconds;
                }
                callback(state);
            }, TaskScheduler.Default);

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => _disposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
