using System.Globalization;

namespace MiniRuntime.Shell;

/// <summary>A store cannot do what was asked of it. The message says what, where, and what to do.</summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A store's file does not hold what it should.</summary>
public sealed class StoreDamagedException(string path, string fault, Exception? inner = null) : StoreException(
    $"Store {path} is damaged: {fault} Keep a copy of it. `miniruntime verify` says which runs are whole, `miniruntime export` takes "
    + "them out.", inner)
{
    /// <summary>The same for whoever knows which store it is, and looks at all of it.</summary>
    public string Fault => fault;
}

/// <summary>
/// A store cannot be written: it is protected, its disk is full or fails, or its file is no longer where it was. Nothing was written.
/// Unless it is gone it can be read, perhaps.
/// </summary>
public sealed class StoreWriteException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>
/// A run is deleted, and its bytes stand in the write-ahead log still, since somebody reads there. To delete it once more empties that.
/// </summary>
public sealed class LogInUseException(string message) : StoreException(message);

/// <summary>Two writers wrote one run, and this one lost. Nothing was written.</summary>
public sealed class JournalConflictException(string runId, string what) : StoreException($"Run {runId}: {what}")
{
    /// <summary>The journal ends elsewhere.</summary>
    public static JournalConflictException Elsewhere(string runId, long expected, long found) => new(runId, expected == 0
        ? $"there is a run of this name, with {found} events. Resume it, or give the new one another name."
        : $"event {expected} cannot be added, the journal has {found} events. Somebody else writes this run.");

    /// <summary>The name was used by a run that is gone.</summary>
    public static JournalConflictException Deleted(string runId) => new(runId,
        "a run of this name was deleted. Its call ids were used, so the name stays taken; choose another.");

    /// <summary>The run has another scenario than the one that it was to be driven with.</summary>
    public static JournalConflictException OtherScenario(string runId) => new(runId,
        "somebody gave it another scenario since it was read here. Nothing was done under the earlier one; try again.");
}

/// <summary>The lease is no longer held: another process drives the run by now. Nothing was written.</summary>
public sealed class LeaseLostException(Lease lease) : StoreException(
    $"Run {lease.RunId}: somebody else drives it by now; this process ({lease.Owner}) held it too long without a sign, and stops.");

/// <summary>Somebody else drives the run, until then unless they renew their lease.</summary>
public sealed class RunIsDrivenException(string runId, string owner, DateTimeOffset until) : StoreException(
    $"Run {runId}: it is driven by {owner}, whose lease ends at {until.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)} unless it "
    + "is renewed. Wait until the run stops or waits; if that process is dead, until then.");

/// <summary>A line of a journal cannot be read by this version. It is not skipped: what follows would be another run.</summary>
public sealed class JournalFormatException(string runId, long sequence, string what) : StoreException(
    $"Run {runId}, event {sequence}: {what}")
{
    /// <summary>The same for whoever knows which run it is.</summary>
    public string Fault => $"event {sequence}: {what}";
}
