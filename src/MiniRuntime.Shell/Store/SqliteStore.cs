using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// A store that lasts: one SQLite file, which many processes can have open at once. What was kept survives the end of the process, however
/// it ends, and the loss of power too unless <see cref="Durability.Normal"/> was chosen.
/// </summary>
/// <remarks>
/// The file, and the two that SQLite keeps beside it while it is open (<c>-wal</c>, <c>-shm</c>), are one: they go together wherever they
/// go. They belong on a local disk. Only their owner can read them.
/// </remarks>
public sealed class SqliteStore : IRunStore, IAsyncDisposable
{
    // How many lines, or characters of them, are read at a time for whoever streams them.
    private const int PageLines = 1_000;
    private const int PageLength = 4_000_000;

    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    private readonly SqliteFile _file;
    private readonly SqliteWriter? _writer;
    private readonly TimeProvider _clock;
    private volatile bool _disposed;

    private SqliteStore(SqliteFile file, SqliteStoreOptions options) =>
        (_file, _writer, _clock) = (file, WriterOf(file, options), options.Clock);

    /// <summary>Opens a store; makes it where there is none.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="options">How it keeps what it keeps.</param>
    /// <exception cref="StoreException">
    /// The file is no store, or one of a newer version, and was left as it is; or it cannot be opened, made or written.
    /// </exception>
    public static SqliteStore Open(string path, SqliteStoreOptions? options = null) =>
        new(SqliteFile.At(path, options ?? new SqliteStoreOptions()), options ?? new SqliteStoreOptions());

    /// <summary>The store's file, in full.</summary>
    public string Path => _file.Path;

    /// <summary>The writer, for tests of what it shares.</summary>
    internal SqliteWriter Writer => _writer ?? throw _file.Protected();

    /// <inheritdoc/>
    public Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel = default)
    {
        Refuse.Impossible(runId, owner, lasts);
        return Writer.WriteAsync(sql =>
        {
            var (row, now) = (RunRow.Find(sql, runId), _clock.GetUtcNow());
            if (row is { IsDeleted: true }) throw JournalConflictException.Deleted(runId);
            row?.RefuseDriven(sql, now);
            if (row is null) Insert(sql, runId);
            var epoch = (row?.Epoch ?? 0) + 1;
            sql.Execute("UPDATE runs SET owner = $2, epoch = $3, expires = $4, lasts = $5 WHERE run_id = $1", runId, owner, epoch,
                Lease.Until(now, lasts).UtcTicks, lasts.Ticks);
            return new Lease(runId, owner, epoch, row?.CancelAsked ?? false);
        }, cancel);
    }

    /// <inheritdoc/>
    public Task<LeaseState> RenewAsync(Lease lease, TimeSpan lasts, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        Refuse.Negative(lasts);
        return Writer.WriteAsync(sql =>
        {
            if (RunRow.Find(sql, lease.RunId) is not { } row || !row.IsHeld(lease)) return LeaseState.Lost;
            sql.Execute("UPDATE runs SET expires = $2, lasts = $3 WHERE run_id = $1", lease.RunId,
                Lease.Until(_clock.GetUtcNow(), lasts).UtcTicks, lasts.Ticks);
            return row.Heard;
        }, cancel);
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(Lease lease, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return Writer.WriteAsync(sql => RunRow.Find(sql, lease.RunId)?.IsHeld(lease) == true
            ? sql.Execute("UPDATE runs SET owner = NULL WHERE run_id = $1", lease.RunId)
            : 0, cancel);
    }

    /// <inheritdoc/>
    public Task<bool> AskToCancelAsync(string runId, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(runId);
        return Writer.WriteAsync(sql => RunRow.Find(sql, runId)?.DrivenBy(_clock.GetUtcNow()) is not null
            && sql.Execute("UPDATE runs SET cancel = $2 WHERE run_id = $1", runId, RunRow.CancelSet) > 0, cancel);
    }

    /// <inheritdoc/>
    public Task<LeaseState> AppendAsync(Lease lease, IReadOnlyList<TraceEvent> events, ReadOnlyMemory<byte>? scenario = null,
        CancellationToken cancel = default)
    {
        Refuse.Others(lease, events);
        if (Refuse.IsImpossible(lease.RunId)) throw new LeaseLostException(lease);
        var (texts, given) = (events.Select(JournalFormat.WriteUtf8).ToArray(), scenario?.ToArray());
        return Writer.WriteAsync(sql =>
        {
            var row = Held(sql, lease);
            if (row.Events != events[0].Sequence) throw JournalConflictException.Elsewhere(row.RunId, events[0].Sequence, row.Events);
            var (sequence, head) = (row.Events, Convert.FromHexString(row.Head));
            foreach (var text in texts)
            {
                head = JournalLine.HashOf(text, head);
                Insert(sql, row.RunId, sequence++, text, head);
            }
            if (given is not null) GiveScenario(sql, row, given);
            End(sql, row.RunId, sequence, head);
            return row.Heard;
        }, cancel);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalLine> LinesAsync(string runId, long from = 0,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var (run, fault) = await RecordAsync(runId, cancel);
        var end = run?.Readable ?? (fault is null ? 0 : long.MaxValue);
        var (next, last, head) = (from, from > 0 ? from - 1 : long.MinValue, (string?)null);
        while (next < end)
        {
            // Page by page, so that whoever is slow to take them keeps nothing open in the file.
            var page = await ReadAsync(sql => Page(sql, runId, last, end - next), cancel);
            if (page.Count == 0) break;
            foreach (var line in page)
            {
                // What finds the events may be damaged itself, and find some again and again.
                if (line.Sequence <= last) throw fault ?? _file.Damaged($"run {runId} has event {line.Sequence} after event {last}.");
                yield return line;
                (next, last, head) = (next + 1, line.Sequence, line.Hash);
            }
        }
        if (fault is not null) throw fault;
        if (run is null || (next >= end && (head is null || head == run.Head))) yield break;
        throw run.IsRun && (await ReadAsync(sql => RunRow.Find(sql, runId), cancel))?.IsDeleted == true
            ? new StoreException($"Run {runId}: it was deleted while its journal was read.")
            : Unfit(run, next);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TraceEvent>> ReadAsync(string runId, CancellationToken cancel = default) =>
        ReadAsync<IReadOnlyList<TraceEvent>>(sql =>
        {
            if (Counted(sql, runId) is not { } run) return [];
            var (events, head) = (new List<TraceEvent>(), JournalLine.Origin);
            foreach (var line in Lines(sql, runId))
            {
                cancel.ThrowIfCancellationRequested();
                events.Add(line.Read(events.Count, head));
                head = line.Hash;
            }
            return Fits(run, events.Count, head) ? events : throw Unfit(run, events.Count);
        }, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunEntry>> ListAsync(string idPattern = "*", DateTimeOffset? unchangedSince = null,
        CancellationToken cancel = default) => ReadAsync<IReadOnlyList<RunEntry>>(sql =>
        [
            // The pattern is matched here: SQLite's own would take brackets for more than they are.
            .. RunRow.All(sql, _clock.GetUtcNow())
                .Where(run => Glob.Matches(idPattern, run.RunId) && (unchangedSince is not { } since || run.Changed < since)),
        ], cancel);

    /// <inheritdoc/>
    public Task<RunEntry?> FindAsync(string runId, CancellationToken cancel = default) =>
        ReadAsync(sql =>
        {
            var run = RunRow.Find(sql, runId);
            // A run that is there must not pass for one that was deleted.
            if (run is { IsDeleted: true }) Counted(sql, runId);
            return run is { IsRun: true } ? run.Entry(_clock.GetUtcNow()) : null;
        }, cancel);

    /// <inheritdoc/>
    public Task ImportAsync(IReadOnlyList<JournalLine> lines, CancellationToken cancel = default)
    {
        var journals = Refuse.Broken(lines);
        return Writer.WriteAsync(sql =>
        {
            var rows = journals.ConvertAll(journal => Free(sql, journal[0].RunId));
            for (var i = 0; i < journals.Count; i++)
            {
                var runId = journals[i][0].RunId;
                if (rows[i] is { } row) Forget(sql, row);
                else Insert(sql, runId);
                sql.Execute("UPDATE runs SET owner = NULL, cancel = 0 WHERE run_id = $1", runId);
                foreach (var line in journals[i])
                    Insert(sql, runId, line.Sequence, Encoding.UTF8.GetBytes(line.Text), Convert.FromHexString(line.Hash));
                End(sql, runId, journals[i].Count, Convert.FromHexString(journals[i][^1].Hash));
            }
            return journals.Count;
        }, cancel);
    }

    /// <inheritdoc/>
    public async Task<RunEntry?> DeleteAsync(string runId, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(runId);
        var gone = await Writer.WriteAsync(sql =>
        {
            if (RunRow.Find(sql, runId) is not { IsRun: true } run) return null;
            run.RefuseDriven(sql, _clock.GetUtcNow());
            Forget(sql, run);
            sql.Execute("DELETE FROM events WHERE run_id = $1", runId);
            sql.Execute("UPDATE runs SET deleted = $2, owner = NULL, cancel = 0, created = 0, changed = 0 WHERE run_id = $1", runId,
                RunRow.DeletedSet);
            return run.Entry(_clock.GetUtcNow());
        }, cancel);
        // Also when it was deleted before: by a process that did not come this far, perhaps.
        await Writer.EmptyLogAsync();
        return gone;
    }

    /// <inheritdoc/>
    public Task GiveScenarioAsync(Lease lease, ReadOnlyMemory<byte> scenario, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        var text = scenario.ToArray();
        return Writer.WriteAsync(sql => GiveScenario(sql, Held(sql, lease), text), cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<GivenScenario>> ScenariosAsync(string runId, CancellationToken cancel = default) =>
        ReadAsync<IReadOnlyList<GivenScenario>>(sql =>
        {
            if (RunRow.Find(sql, runId) is not { IsRun: true } run) return [];
            var (given, from) = (new List<GivenScenario>(), 0L);
            foreach (var (hash, until) in Earlier(sql, runId))
            {
                if (hash is not null) given.Add(new GivenScenario(from, hash));
                from = until;
            }
            if (run.Scenario is { } now) given.Add(new GivenScenario(from, now));
            return given;
        }, cancel);

    /// <inheritdoc/>
    public Task<byte[]?> ScenarioAsync(string hash, CancellationToken cancel = default) => ReadAsync(sql =>
    {
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower)) return null;
        var text = sql.First("SELECT text FROM scenarios WHERE hash = $1", static row => row.GetFieldValue<byte[]>(0),
            Convert.FromHexString(hash));
        return text is null || Convert.ToHexStringLower(SHA256.HashData(text)) == hash
            ? text
            : throw _file.Damaged($"scenario {hash} is not what it was.");
    }, cancel);

    /// <summary>
    /// Whether there was a run of this name, and it was deleted: what a run that was found before, and is not any more, has become.
    /// </summary>
    public Task<bool> WasDeletedAsync(string runId, CancellationToken cancel = default) =>
        ReadAsync(sql => Counted(sql, runId) is { IsDeleted: true }, cancel);

    /// <summary>
    /// Looks at the file itself: at every page of it, and for events that no run counts. Journals are another matter
    /// (<see cref="JournalLine.Verify"/>).
    /// </summary>
    /// <returns>What is wrong, a sentence for each; nothing when the file is whole.</returns>
    public Task<IReadOnlyList<string>> CheckAsync(CancellationToken cancel = default) => ReadAsync<IReadOnlyList<string>>(static sql =>
    [
        .. sql.All("PRAGMA integrity_check", static row => row.GetString(0)).Where(static said => said != "ok"),
        .. sql.All($"""
            SELECT DISTINCT run_id FROM events
            WHERE sequence >= ifnull(
                (SELECT iif(deleted = {RunRow.DeletedSet}, 0, runs.events) FROM runs WHERE runs.run_id = events.run_id), 0)
            """, static row => $"Run {row.GetString(0)} has more events than it should."),
    ], cancel);

    /// <summary>Ends what was asked for, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _file.Close();
        if (_writer is not null) await _writer.DisposeAsync();
    }

    // Beside the thread that asked: reading waits for the disk, and a long journal takes its time.
    private Task<T> ReadAsync<T>(Func<Sql, T> read, CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Task.Run(() =>
        {
            _writer?.RefuseMoved();
            return _file.Read(read);
        }, cancel);
    }

    private static SqliteWriter? WriterOf(SqliteFile file, SqliteStoreOptions options)
    {
        try
        {
            return new SqliteWriter(file, options);
        }
        catch (StoreWriteException) when (!options.MustWrite)
        {
            file.Protect();
            return null;
        }
    }

    // A run's row; or what is wrong with it, for whoever reads as far as can be read.
    private async Task<(RunRow? Run, StoreException? Fault)> RecordAsync(string runId, CancellationToken cancel)
    {
        try
        {
            return (await ReadAsync(sql => Counted(sql, runId), cancel), null);
        }
        catch (StoreException e)
        {
            return (null, e);
        }
    }

    // The row of a name that a run can be imported under, if there is one.
    private RunRow? Free(Sql sql, string runId)
    {
        var row = RunRow.Find(sql, runId);
        if (row is { IsDeleted: true }) throw JournalConflictException.Deleted(runId);
        if (row is { IsRun: true }) throw JournalConflictException.Elsewhere(runId, 0, row.Events);
        row?.RefuseDriven(sql, _clock.GetUtcNow());
        return row;
    }

    // A run's row, and no event that it does not count.
    private RunRow? Counted(Sql sql, string runId)
    {
        var run = RunRow.Find(sql, runId);
        return sql.First("SELECT 1 FROM events WHERE run_id = $1 AND sequence >= $2 LIMIT 1", static _ => true, runId, run?.Readable ?? 0)
            ? throw _file.Damaged($"run {runId} has more events than it should.")
            : run;
    }

    private static List<JournalLine> Page(Sql sql, string runId, long after, long most)
    {
        var (page, length) = (new List<JournalLine>(), 0);
        try
        {
            foreach (var line in Lines(sql, runId, after).Take((int)Math.Min(most, PageLines)))
            {
                page.Add(line);
                if ((length += line.Text.Length) > PageLength) break;
            }
        }
        catch (Exception) when (page.Count > 0)
        {
            // Those that can be read come first. The one that cannot is asked for again, as the first of the next page, and then says why.
        }
        return page;
    }

    // Bytes, and strictly: damage that some other text would stand for must not be taken for it.
    private static IEnumerable<JournalLine> Lines(Sql sql, string runId, long after = long.MinValue) => sql.All(
        "SELECT sequence, text, hash FROM events WHERE run_id = $1 AND sequence > $2 ORDER BY sequence",
        row => new JournalLine(runId, row.GetInt64(0), _strict.GetString(row.GetFieldValue<byte[]>(1)), RunRow.Hash(row, 2)), runId, after);

    private static bool Fits(RunRow run, long events, string head) =>
        events == run.Readable && head == (run.IsDeleted ? JournalLine.Origin : run.Head);

    private StoreException Unfit(RunRow run, long events) =>
        _file.Damaged($"run {run.RunId} should have {run.Readable} events that end with {run.Head}, and has {events}.");

    private static RunRow Held(Sql sql, Lease lease) =>
        RunRow.Find(sql, lease.RunId) is { } row && row.IsHeld(lease) ? row : throw new LeaseLostException(lease);

    private static void Insert(Sql sql, string runId) => sql.Execute(
        "INSERT INTO runs VALUES ($1, 0, $2, NULL, 0, 0, NULL, 0, 0, 0, 0, 0)", runId, new byte[32]);

    // As bytes, which are text from then on: they have been made already, for the hash.
    private static void Insert(Sql sql, string runId, long sequence, byte[] text, byte[] hash) => sql.Execute(
        "INSERT INTO events VALUES ($1, $2, CAST($3 AS TEXT), $4)", runId, sequence, text, hash);

    // What it finds has been read before: to have an UPDATE return it costs more than the rest of it.
    private int End(Sql sql, string runId, long events, byte[] head) => sql.Execute(
        "UPDATE runs SET events = $2, head = $3, changed = $4, created = iif(events = 0, $4, created) WHERE run_id = $1",
        runId, events, head, _clock.GetUtcNow().UtcTicks);

    private static IEnumerable<(string? Hash, long Until)> Earlier(Sql sql, string runId) => sql.All(
        "SELECT scenario, until FROM earlier_scenarios WHERE run_id = $1 ORDER BY until",
        static row => (row.IsDBNull(0) ? null : RunRow.Hash(row, 0), row.GetInt64(1)), runId);

    // The one before governed the events until now, if there are any since it was given, and stays with them; else nobody needs it.
    private static int GiveScenario(Sql sql, RunRow run, byte[] scenario)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(scenario));
        if (hash == run.Scenario) return 0;
        sql.Execute("INSERT INTO scenarios VALUES ($1, $2) ON CONFLICT DO NOTHING", Convert.FromHexString(hash), scenario);
        if (run.Events > Earlier(sql, run.RunId).LastOrDefault().Until)
            sql.Execute("INSERT INTO earlier_scenarios VALUES ($1, $2, $3)", run.RunId, run.Events, Bytes(run.Scenario));
        var given = sql.Execute("UPDATE runs SET scenario = $2 WHERE run_id = $1", run.RunId, Bytes(hash));
        Drop(sql, run.Scenario);
        return given;
    }

    // A run needs none any more.
    private static void Forget(Sql sql, RunRow run)
    {
        var given = Earlier(sql, run.RunId).Select(static one => one.Hash).Append(run.Scenario).ToList();
        sql.Execute("DELETE FROM earlier_scenarios WHERE run_id = $1", run.RunId);
        sql.Execute("UPDATE runs SET scenario = NULL WHERE run_id = $1", run.RunId);
        foreach (var hash in given) Drop(sql, hash);
    }

    // A scenario goes with the last run that needs it.
    private static void Drop(Sql sql, string? hash)
    {
        if (hash is null) return;
        sql.Execute("""
            DELETE FROM scenarios WHERE hash = $1 AND NOT EXISTS (SELECT 1 FROM runs WHERE scenario = $1)
            AND NOT EXISTS (SELECT 1 FROM earlier_scenarios WHERE scenario = $1)
            """, Bytes(hash));
    }

    private static byte[]? Bytes(string? hash) => hash is null ? null : Convert.FromHexString(hash);
}
