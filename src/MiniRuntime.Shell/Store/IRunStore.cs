using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Where runs are kept: the journal of each, who drives it, and the scenario that it needs to be taken up again. A run is its trace, so
/// this is all that there is of one. Safe for use by many runs at once, and, where the store lasts, by many processes.
/// </summary>
/// <remarks>
/// Whoever can write a store is trusted with what happened. What is damaged is found (<see cref="JournalLine.Verify"/>), not forgiven.
/// The methods throw <see cref="StoreException"/> where the store itself is at fault: not to be opened, busy, damaged.
/// Ids that no run can have are not errors: there is no such run. Only a lease on one is not to be had. What is null, and a time that is
/// negative, is an <see cref="ArgumentException"/>, and changes nothing.
/// </remarks>
public interface IRunStore
{
    /// <summary>
    /// The right to drive a run, whether it exists yet or not. One holds it at a time: until it is given back, or until its time is over
    /// and somebody else takes it. One that ends later than it would if it were granted now was granted by a clock that has been set back
    /// since. Whoever is refused because of it, here or in <see cref="DeleteAsync"/> or <see cref="ImportAsync"/>, cuts it down to what it
    /// would be now: its holder has as long as ever to renew it, and if they are dead nobody is held up for longer than that.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="owner">Who drives it, for people: a machine and a process, for instance.</param>
    /// <param name="lasts">How long it is granted, unless it is renewed.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="RunIsDrivenException">Somebody holds it.</exception>
    /// <exception cref="JournalConflictException">The run was deleted. Its name stays taken: its call ids were used.</exception>
    /// <exception cref="StoreException">No run can have this id.</exception>
    Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel = default);

    /// <summary>
    /// Holds a lease for as long again, from now on, and hears what its holder should know. One whose time is over can still be held, as
    /// long as nobody else has taken it.
    /// </summary>
    /// <param name="lease">The lease.</param>
    /// <param name="lasts">How long it is granted.</param>
    /// <param name="cancel">Gives up.</param>
    Task<LeaseState> RenewAsync(Lease lease, TimeSpan lasts, CancellationToken cancel = default);

    /// <summary>Gives a lease back. One that is no longer held is none of ours, and stays as it is.</summary>
    Task ReleaseAsync(Lease lease, CancellationToken cancel = default);

    /// <summary>
    /// Asks whoever drives the run to cancel it. They hear it whenever they add events or renew their lease; should they not come to it,
    /// whoever drives the run next hears it with the lease.
    /// </summary>
    /// <returns>False when nobody drives it.</returns>
    Task<bool> AskToCancelAsync(string runId, CancellationToken cancel = default);

    /// <summary>
    /// Adds events at the end of a run's journal, all or none. When this returns they are kept, and the work that follows them may begin,
    /// unless the run is to be cancelled.
    /// </summary>
    /// <param name="lease">The right to do so.</param>
    /// <param name="events">Events of the lease's run, in order; at least one.</param>
    /// <param name="scenario">The run's scenario, kept together with them; null leaves the one that it has.</param>
    /// <param name="cancel">Gives up, if nothing was written yet.</param>
    /// <returns>What the holder of the lease should know; never that it is lost.</returns>
    /// <exception cref="ArgumentException">The events are of another run, or not numbered one after the other.</exception>
    /// <exception cref="LeaseLostException">The lease is not held any more, or never was. Nothing was written.</exception>
    /// <exception cref="JournalConflictException">The journal does not end where the first event begins. Nothing was written.</exception>
    Task<LeaseState> AppendAsync(Lease lease, IReadOnlyList<TraceEvent> events, ReadOnlyMemory<byte>? scenario = null,
        CancellationToken cancel = default);

    /// <summary>
    /// A run's journal, line by line, as it is kept; nothing when there is no such run, or no line of that number yet. Lines are not
    /// checked: that each follows from the one before is for the reader to see (<see cref="JournalLine.Verify"/>, <see cref="JournalReader"/>).
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="from">The number of the first line to give, 0 or more.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StoreException">
    /// The lines that came are not as many as they should be, or do not end with the run's head, or the next one cannot be read: comes
    /// after the last that can.
    /// </exception>
    IAsyncEnumerable<JournalLine> LinesAsync(string runId, long from = 0, CancellationToken cancel = default);

    /// <summary>A run's events from the first on; none when there is no such run.</summary>
    /// <exception cref="JournalFormatException">A line cannot be read, or is not what it was. None is skipped.</exception>
    Task<IReadOnlyList<TraceEvent>> ReadAsync(string runId, CancellationToken cancel = default);

    /// <summary>
    /// The runs that there are, in ordinal order of id. One whose record is damaged hides no other: it is among them, and says so
    /// (<see cref="RunEntry.Fault"/>).
    /// </summary>
    /// <param name="idPattern">Only those whose id matches this pattern as a whole (<see cref="Glob"/>).</param>
    /// <param name="unchangedSince">Only those whose last event was kept before then.</param>
    /// <param name="cancel">Gives up.</param>
    Task<IReadOnlyList<RunEntry>> ListAsync(string idPattern = "*", DateTimeOffset? unchangedSince = null,
        CancellationToken cancel = default);

    /// <summary>What the store knows of a run beside its journal, or null when there is no such run.</summary>
    Task<RunEntry?> FindAsync(string runId, CancellationToken cancel = default);

    /// <summary>
    /// Keeps a copy of journals, to the byte, each as a run that nobody drives and that has no scenario; all of them or none. The lines
    /// must be whole: one run after the other, each numbered from 0, chained, and one that this store has never had; see
    /// <see cref="JournalLine.Verify"/>.
    /// </summary>
    /// <param name="lines">The lines of one run or of several.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StoreException">The lines are not whole. Nothing was kept.</exception>
    /// <exception cref="JournalConflictException">There is, or was, a run of such a name. Nothing was kept.</exception>
    /// <exception cref="RunIsDrivenException">Somebody holds the lease of such a name, to begin a run. Nothing was kept.</exception>
    Task ImportAsync(IReadOnlyList<JournalLine> lines, CancellationToken cancel = default);

    /// <summary>
    /// Deletes a run that nobody drives: its journal is gone. Its name, the number of its events and its last hash stay, so that no other
    /// run can take its name and, with it, its call ids.
    /// </summary>
    /// <returns>What was deleted; null when there is no such run.</returns>
    /// <exception cref="RunIsDrivenException">Somebody drives it.</exception>
    Task<RunEntry?> DeleteAsync(string runId, CancellationToken cancel = default);

    /// <summary>
    /// Keeps the text of a run's scenario, whether the run exists yet or not. It governs the events from now on. One that governed earlier
    /// ones stays (<see cref="ScenariosAsync"/>); one that governed none is replaced. A scenario goes with the last run that needs it.
    /// </summary>
    /// <param name="lease">The right to do so.</param>
    /// <param name="scenario">The scenario file's bytes.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="LeaseLostException">The lease is not held any more, or never was.</exception>
    Task GiveScenarioAsync(Lease lease, ReadOnlyMemory<byte> scenario, CancellationToken cancel = default);

    /// <summary>
    /// The scenarios that a run has had, in order; none when there is no such run, or it was never given one. Of events from before the
    /// first (the run was imported) the store does not know what governed them.
    /// </summary>
    Task<IReadOnlyList<GivenScenario>> ScenariosAsync(string runId, CancellationToken cancel = default);

    /// <summary>The scenario's text of this content hash (<see cref="RunEntry.Scenario"/>); null when the store does not have it.</summary>
    Task<byte[]?> ScenarioAsync(string hash, CancellationToken cancel = default);
}

/// <summary>What a store knows of a run beside its journal.</summary>
/// <param name="RunId">The run's name.</param>
/// <param name="Events">How many events its journal has.</param>
/// <param name="Head">
/// The hash of its last line (<see cref="JournalLine.Hash"/>): who keeps it elsewhere can tell when a tail is lost.
/// </param>
/// <param name="Scenario">
/// The SHA-256 of its scenario's bytes, 64 lower-case hexadecimal digits; null where it has none: it was imported, or its host has the
/// agent in code.
/// </param>
/// <param name="Created">When its first event was kept.</param>
/// <param name="Changed">When its last event was kept.</param>
/// <param name="DrivenBy">Who drives it; null when nobody does.</param>
public sealed record RunEntry(string RunId, long Events, string Head, string? Scenario, DateTimeOffset Created, DateTimeOffset Changed,
    string? DrivenBy)
{
    /// <summary>
    /// Why the store's record of the run cannot be read; null when it can. Where it cannot, only the name says anything here, as well as it
    /// can be read; to ask for the run by itself is an error.
    /// </summary>
    public string? Fault { get; init; }
}

/// <summary>A scenario that a run was given.</summary>
/// <param name="From">The number of the first event that it governs.</param>
/// <param name="Hash">The SHA-256 of its bytes, 64 lower-case hexadecimal digits.</param>
public sealed record GivenScenario(long From, string Hash);
