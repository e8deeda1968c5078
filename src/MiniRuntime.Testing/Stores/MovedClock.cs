namespace MiniRuntime.Testing;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class MovedClock : TimeProvider
{
    private long _ticks = Moment.Epoch.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Move(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
