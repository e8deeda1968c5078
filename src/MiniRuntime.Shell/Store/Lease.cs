namespace MiniRuntime.Shell;

/// <summary>
/// The right to drive a run, for a time. What keeps two from driving one run is not the time, which no two machines agree on, but the epoch:
/// each lease on a run has a higher one than the one before, and the store takes events from the latest only.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Owner">Who holds it, for people.</param>
/// <param name="Epoch">Which of the run's leases this is, 1 first.</param>
/// <param name="CancelAsked">Whether somebody asked, of an earlier driver who did not come to it, that the run be cancelled.</param>
public sealed record Lease(string RunId, string Owner, long Epoch, bool CancelAsked = false)
{
    /// <summary>When a lease ends that is granted now, or the last moment there is.</summary>
    internal static DateTimeOffset Until(DateTimeOffset now, TimeSpan lasts) =>
        DateTimeOffset.MaxValue - now < lasts ? DateTimeOffset.MaxValue : now + lasts;
}

/// <summary>What the holder of a lease hears when they renew it.</summary>
public enum LeaseState
{
    /// <summary>It is held.</summary>
    Held,

    /// <summary>It is held, and somebody asks that the run be cancelled.</summary>
    CancelAsked,

    /// <summary>Somebody else holds it, or the run was deleted: stop, what you do no longer counts.</summary>
    Lost,
}
