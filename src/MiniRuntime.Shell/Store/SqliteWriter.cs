using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MiniRuntime.Shell;

/// <summary>
/// The one writer of an open store. Whatever has been asked of it while it was writing is written next, together: many runs share one
/// transaction, and the sync that ends it.
/// </summary>
/// <remarks>
/// It has a thread of its own, which waits for the disk most of the time. Where no commit waits for the disk, to hand one over takes longer
/// than to write it; there whoever asks writes where they are, as long as nobody else does.
/// </remarks>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private readonly SqliteFile _file;
    private readonly TimeSpan _patience;
    private readonly bool _atOnce;
    private readonly Sql _sql;
    private readonly Lock _writing = new();
    private readonly BlockingCollection<Job> _queue = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _commits;

    public SqliteWriter(SqliteFile file, SqliteStoreOptions options)
    {
        (_file, _patience, _atOnce) = (file, options.BusyTimeout, options.Durability == Durability.Normal);
        _sql = file.OpenWriter();
        new Thread(Work) { IsBackground = true, Name = $"writer of {file.Path}" }.Start();
    }

    /// <summary>How many transactions there have been.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>
    /// Decides and writes, in a transaction that others may share. What is decided stands when this returns.
    /// </summary>
    /// <param name="decide">
    /// Looks, and writes; what it wrote before it throws a <see cref="StoreException"/> stands too. It may be called again, when what others
    /// wrote in the same transaction could not be kept.
    /// </param>
    /// <param name="cancel">Gives up, if its turn has not come.</param>
    public Task<T> WriteAsync<T>(Func<Sql, T> decide, CancellationToken cancel = default)
    {
        var job = new Decision<T>(decide, cancel);
        return _atOnce && WrittenAtOnce(job) ? job.Task : Queued(job);
    }

    /// <summary>
    /// Empties the write-ahead log into the file, so that what was overwritten there is nowhere any more, and gives pages that hold nothing
    /// back to the disk. Once for all who ask for it at the same time.
    /// </summary>
    public Task EmptyLogAsync() => Queued(new EmptyLog());

    /// <summary>A file that is not the store's any more.</summary>
    public void RefuseMoved()
    {
        if (_sql.HasMoved) throw _file.Moved();
    }

    /// <summary>Writes what has been asked for, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        await _ended.Task;
    }

    private Task<T> Queued<T>(Job<T> job)
    {
        try
        {
            _queue.Add(job);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(SqliteStore));
        }
        return job.Task;
    }

    // False when somebody else writes or is about to, here or in another process.
    private bool WrittenAtOnce(Job job)
    {
        if (_queue.Count > 0 || !_writing.TryEnter()) return false;
        try
        {
            if (_queue.IsAddingCompleted || !Begun()) return false;
            Commit([job]);
        }
        catch (Exception e) when (e is SqliteException or StoreException)
        {
            job.Fail(_file.Fault(e));
        }
        finally
        {
            _writing.Exit();
        }
        return true;
    }

    private void Work()
    {
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            lock (_writing)
            {
                var jobs = new List<Job> { first };
                while (_queue.TryTake(out var next)) jobs.Add(next);
                Write([.. jobs.Where(static job => job is not EmptyLog)]);
                Empty([.. jobs.OfType<EmptyLog>()]);
            }
        }
        lock (_writing) _sql.Dispose();
        _ended.SetResult();
    }

    private void Write(List<Job> jobs)
    {
        if (jobs.Count == 0) return;
        try
        {
            Patiently(_file.Busy, Begun);
        }
        catch (Exception e)
        {
            foreach (var job in jobs) job.Fail(_file.Fault(e));
            return;
        }
        Commit(jobs);
    }

    // In a transaction that has begun.
    private void Commit(List<Job> jobs)
    {
        var decided = false;
        try
        {
            foreach (var job in jobs) job.Decide(_sql);
            decided = true;
            _sql.Execute("COMMIT");
            Interlocked.Increment(ref _commits);
        }
        catch (Exception e)
        {
            _ = raw.sqlite3_exec(_sql.Handle, "ROLLBACK");
            if (decided || jobs.Count == 1)
            {
                foreach (var job in jobs) job.Fail(_file.Fault(e));
            }
            else
            {
                // One of them cannot be written. Each by itself, and only that one fails.
                foreach (var job in jobs) Write([job]);
            }
            return;
        }
        foreach (var job in jobs) job.Complete();
    }

    private bool Begun()
    {
        RefuseMoved();
        var code = raw.sqlite3_exec(_sql.Handle, "BEGIN IMMEDIATE");
        if ((code & 0xFF) == raw.SQLITE_BUSY) return false;
        SqliteException.ThrowExceptionForRC(code, _sql.Handle);
        return true;
    }

    private void Empty(List<EmptyLog> jobs)
    {
        if (jobs.Count == 0) return;
        try
        {
            // Where that fails, because another process writes for instance, the pages are there for what comes next, or for the next time.
            _ = raw.sqlite3_exec(_sql.Handle, "PRAGMA incremental_vacuum");
            Patiently(_file.LogInUse, () => _sql.First("PRAGMA wal_checkpoint(TRUNCATE)", static row => row.GetInt64(0)) == 0);
        }
        catch (Exception e)
        {
            foreach (var job in jobs) job.Fail(_file.Fault(e));
            return;
        }
        foreach (var job in jobs) job.Complete();
    }

    // SQLite's own waiting goes up to a tenth of a second between tries. Beside a process that writes without a pause, that is to come too
    // late nearly every time.
    private void Patiently(Func<StoreException> otherwise, Func<bool> tried)
    {
        var start = Stopwatch.GetTimestamp();
        while (!tried())
        {
            if (Stopwatch.GetElapsedTime(start) > _patience) throw otherwise();
            Thread.Sleep(1);
        }
    }

    private abstract class Job
    {
        public abstract void Decide(Sql sql);

        public abstract void Complete();

        public abstract void Fail(StoreException e);
    }

    private abstract class Job<T> : Job
    {
        // Nobody goes on on the writer's thread.
        protected TaskCompletionSource<T> Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => Told.Task;

        public override void Fail(StoreException e) => Told.SetException(e);
    }

    private sealed class Decision<T>(Func<Sql, T> decide, CancellationToken cancel) : Job<T>
    {
        private T? _result;
        private StoreException? _refused;
        private bool _givenUp;

        public override void Decide(Sql sql)
        {
            (_result, _refused, _givenUp) = (default, null, cancel.IsCancellationRequested);
            if (_givenUp) return;
            try
            {
                _result = decide(sql);
            }
            catch (StoreException e)
            {
                _refused = e;
            }
        }

        public override void Complete()
        {
            if (_givenUp) Told.SetCanceled(cancel);
            else if (_refused is not null) Told.SetException(_refused);
            else Told.SetResult(_result!);
        }
    }

    private sealed class EmptyLog : Job<bool>
    {
        public override void Decide(Sql sql) { }

        public override void Complete() => Told.SetResult(true);
    }
}
