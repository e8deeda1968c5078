namespace MiniRuntime.Shell;

/// <summary>How a <see cref="SqliteStore"/> keeps what it keeps.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>What has to have happened before events count as kept.</summary>
    public Durability Durability { get; init; } = Durability.Full;

    /// <summary>The clock that leases go by, and that says when runs were changed.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long to wait while another process writes; after that the store is busy, and says so.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a store is made where there is none. Who only wants to look does not want that.</summary>
    public bool MayCreate { get; init; } = true;

    /// <summary>
    /// Whether a store that cannot be written (the file, its folder or its disk is write-protected) is refused. Who only wants to look does
    /// not want that: it is opened then, and what would write is refused.
    /// </summary>
    public bool MustWrite { get; init; } = true;
}

/// <summary>What has to have happened before events count as kept.</summary>
public enum Durability
{
    /// <summary>
    /// They are on the disk: they survive the loss of power. That is what an authorised call's permit needs before its tool starts.
    /// </summary>
    Full,

    /// <summary>
    /// They are with the operating system: they survive the end of the process, however it ends. The loss of power can take the latest, and
    /// with them the memory of a call that was executed. The file stays whole.
    /// </summary>
    Normal,
}
