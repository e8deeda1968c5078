namespace MiniRuntime.Trajectories;

/// <summary>The time, and some: so a process that takes over from a killed one need not wait until its lease is over.</summary>
internal sealed class AheadClock(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
