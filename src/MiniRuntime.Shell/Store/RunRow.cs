using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MiniRuntime.Shell;

/// <summary>A run's row: all that the store knows of a name that was ever used, whether there is a run of it or not.</summary>
internal sealed record RunRow(string RunId, long Events, string Head, string? Scenario, DateTimeOffset Created, DateTimeOffset Changed,
    string? Owner, long Epoch, DateTimeOffset Until, bool CancelAsked, bool IsDeleted)
{
    // Set, a flag is a number that no damage to a few bits makes of the 0 that it is otherwise, nor of the other flag.
    /// <summary>What the column <c>cancel</c> holds when that was asked for; else 0.</summary>
    public const long CancelSet = 0x63_61_6E_63_65_6C;

    /// <summary>What the column <c>deleted</c> holds of a deleted run; else 0.</summary>
    public const long DeletedSet = 0x64_65_6C_65_74_65_64;

    private const string Select = "SELECT run_id, events, head, scenario, created, changed, owner, epoch, expires, cancel, deleted "
        + "FROM runs";

    /// <summary>The row of this name, or null.</summary>
    public static RunRow? Find(Sql sql, string runId) =>
        Refuse.IsImpossible(runId) ? null : sql.First($"{Select} WHERE run_id = $1", Read, runId);

    /// <summary>
    /// What others are told of all runs that there are. A row that cannot be read hides no other, and one that says that there is no run
    /// hides no events; where the table itself cannot be gone through, whatever has events is a run, and is looked up by its name.
    /// </summary>
    public static List<RunEntry> All(Sql sql, DateTimeOffset now)
    {
        try
        {
            return
            [
                .. sql.All($"""
                    {Select} WHERE (events IS NOT 0 AND deleted IS NOT {DeletedSet})
                    OR EXISTS (SELECT 1 FROM events WHERE events.run_id = runs.run_id) ORDER BY run_id
                    """, row => Entry(() => Read(row), row.GetString(0))),
            ];
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_CORRUPT)
        {
            var names = sql.All("SELECT DISTINCT run_id FROM events ORDER BY run_id", static row => row.GetString(0)).ToList();
            return [.. names.Select(name => Entry(() => Find(sql, name), name))];
        }

        RunEntry Entry(Func<RunRow?> read, string name)
        {
            try
            {
                return read() is not { } run ? Damaged("it is not there.")
                    : run.IsRun ? run.Entry(now)
                    : Damaged($"the record of run {Clean.Text(name)} says that there is none, and it has events.");
            }
            catch (Exception e) when (e is FormatException or SqliteException)
            {
                return Damaged(e.Message);
            }

            RunEntry Damaged(string fault) => new(Clean.Text(name), 0, JournalLine.Origin, null, default, default, null) { Fault = fault };
        }
    }

    /// <summary>Whether there is a run: it began, and was not deleted.</summary>
    public bool IsRun => Events > 0 && !IsDeleted;

    /// <summary>How many events it has that can be read.</summary>
    public long Readable => IsDeleted ? 0 : Events;

    /// <summary>Who drives it; null when nobody does.</summary>
    public string? DrivenBy(DateTimeOffset now) => now < Until ? Owner : null;

    /// <summary>
    /// Refuses what may be done to a run only while nobody drives it. A lease that ends later than it would if it were granted now is cut
    /// down to that first; see <see cref="IRunStore.AcquireAsync"/>.
    /// </summary>
    /// <exception cref="RunIsDrivenException">Somebody drives it.</exception>
    public void RefuseDriven(Sql sql, DateTimeOffset now)
    {
        if (DrivenBy(now) is not { } driver) return;
        var lasts = sql.First("SELECT lasts FROM runs WHERE run_id = $1", static row => TimeSpan.FromTicks(Natural(row.GetInt64(0))),
            RunId);
        var until = Lease.Until(now, lasts);
        if (until < Until) sql.Execute("UPDATE runs SET expires = $2 WHERE run_id = $1", RunId, until.UtcTicks);
        throw new RunIsDrivenException(RunId, driver, until < Until ? until : Until);
    }

    // The epoch alone: no two leases on a run have the same.
    /// <summary>Whether this lease is the one that counts, in time or not.</summary>
    public bool IsHeld(Lease lease) => Owner is not null && Epoch == lease.Epoch;

    /// <summary>What the holder of the lease is told.</summary>
    public LeaseState Heard => CancelAsked ? LeaseState.CancelAsked : LeaseState.Held;

    /// <summary>What others are told of a run.</summary>
    public RunEntry Entry(DateTimeOffset now) => new(RunId, Events, Head, Scenario, Created, Changed, DrivenBy(now));

    // What a column cannot hold in a whole file is an error of the reader's, which the caller takes for damage.
    private static RunRow Read(SqliteDataReader row)
    {
        try
        {
            return new RunRow(
                Name(row.GetString(0)), Natural(row.GetInt64(1)), Hash(row, 2), row.IsDBNull(3) ? null : Hash(row, 3), Time(row, 4),
                Time(row, 5), row.IsDBNull(6) ? null : row.GetString(6), Natural(row.GetInt64(7)), Time(row, 8),
                IsSet(row.GetInt64(9), CancelSet), IsSet(row.GetInt64(10), DeletedSet));
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"the record of run {Clean.Text(row.GetString(0))} cannot be read: {e.Message}", e);
        }
    }

    private static bool IsSet(long flag, long set) =>
        flag == 0 || flag == set ? flag == set : throw new FormatException("A flag is neither set nor 0.");

    private static string Name(string runId) => Refuse.IsImpossible(runId) ? throw new FormatException("A run's id is none.") : runId;

    private static long Natural(long number) => number >= 0 ? number : throw new FormatException("A count is negative.");

    /// <summary>A column's hash: 64 lower-case hexadecimal digits, 32 bytes in the file.</summary>
    public static string Hash(SqliteDataReader row, int column) => row.GetFieldValue<byte[]>(column) is { Length: 32 } hash
        ? Convert.ToHexStringLower(hash)
        : throw new FormatException("A hash has not 32 bytes.");

    private static DateTimeOffset Time(SqliteDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);
}
