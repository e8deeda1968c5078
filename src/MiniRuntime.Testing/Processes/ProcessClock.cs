namespace MiniRuntime.Testing;

/// <summary>The clocks of a simulated process: one that says what time it is, and may be wrong, and one that measures.</summary>
internal sealed class ProcessClock(Agenda agenda, SimulatedProcess? of) : TimeProvider
{
    /// <summary>By how much it is wrong.</summary>
    public TimeSpan Wrong { get; set; }

    /// <summary>For how long the machine has slept: time that was not measured.</summary>
    public TimeSpan Slept { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Moment.Epoch + agenda.Now + Wrong;

    public override long GetTimestamp() => (agenda.Now - Slept).Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(agenda, of, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Agenda agenda, SimulatedProcess? of, TimerCallback callback, object? state) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var setting = ++_setting;
            if (dueTime != Timeout.InfiniteTimeSpan) agenda.Add(dueTime, Ring, of);
            return true;

            void Ring()
            {
                if (setting != _setting) return;
                callback(state);
                if (period != Timeout.InfiniteTimeSpan && setting == _setting) agenda.Add(period, Ring, of);
            }
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
