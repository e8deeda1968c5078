using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MiniRuntime.Shell;

/// <summary>The file that a <see cref="SqliteStore"/> is: how it comes to be, how it is opened, and what its errors mean.</summary>
internal sealed class SqliteFile
{
    // "MRun": what tells a store from other programs' SQLite files.
    private const int ApplicationId = 0x4D52756E;
    private const int Version = 2;

    // What a store is called while it is made: its name, this, and chance.
    private const string Draft = ".draft-";

    // What SQLite keeps beside a log that is in use, to find its way in it, has so many bytes at least.
    private const int LeastIndex = 32 * 1024;

    // Not keyed by numbers of its own: a row that damage leads astray then says itself that it is another run's.
    private const string Schema = """
        CREATE TABLE runs (
            run_id TEXT NOT NULL PRIMARY KEY,
            events INTEGER NOT NULL,
            head BLOB NOT NULL,
            scenario BLOB,
            created INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            owner TEXT,
            epoch INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            cancel INTEGER NOT NULL,
            deleted INTEGER NOT NULL,
            lasts INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX runs_by_scenario ON runs (scenario) WHERE scenario IS NOT NULL;
        CREATE TABLE events (
            run_id TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            text TEXT NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (run_id, sequence)
        ) STRICT;
        CREATE TABLE scenarios (
            hash BLOB NOT NULL PRIMARY KEY,
            text BLOB NOT NULL
        ) STRICT;
        CREATE TABLE earlier_scenarios (
            run_id TEXT NOT NULL,
            until INTEGER NOT NULL,
            scenario BLOB,
            PRIMARY KEY (run_id, until)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX earlier_scenarios_by_scenario ON earlier_scenarios (scenario) WHERE scenario IS NOT NULL;
        """;

    private readonly SqliteStoreOptions _options;
    private readonly SqliteConnectionStringBuilder _reading;

    // Those that nobody reads with just now, with their statements prepared: for a short journal that is a good part of the work.
    private readonly ConcurrentBag<Sql> _readers = [];
    private volatile bool _isProtected, _isClosed;

    private SqliteFile(string path, SqliteStoreOptions options)
    {
        (Path, _options) = (path, options);
        _reading = new SqliteConnectionStringBuilder
        {
            DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false,
            DefaultTimeout = Math.Max(1, (int)options.BusyTimeout.TotalSeconds),
        };
    }

    /// <summary>Where it is, in full.</summary>
    public string Path { get; }

    /// <summary>The file at this path, a store for sure; made, if there is none and that is wanted.</summary>
    public static SqliteFile At(string path, SqliteStoreOptions options)
    {
        var file = new SqliteFile(FullPath(path), options);
        if (Directory.Exists(file.Path)) throw new StoreException($"{file.Path} is a folder; a store is a file in one.");
        return file.Guarded(() =>
        {
            if (!File.Exists(file.Path)) file.Create();
            file.RefuseOthers();
            file.Sweep();
            return file;
        });
    }

    /// <summary>The connection of the store's one writer.</summary>
    public Sql OpenWriter() => Guarded(() =>
    {
        var sql = Writing(Path);
        try
        {
            // The file may be write-protected, or its header ask for what this SQLite cannot write, which only looking into it tells.
            if (IsReadOnly()) throw Protected();
            RefuseOthers(sql);
            if (IsReadOnly()) throw Protected();
            Prepare(sql, _options.Durability);
            Upgrade(sql);
            return sql;

            bool IsReadOnly() => raw.sqlite3_db_readonly(sql.Handle, "main") != 0;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_CANTOPEN)
        {
            // It could be read just now; what cannot be made is what SQLite puts beside it.
            sql.Dispose();
            throw Protected(e);
        }
        catch
        {
            sql.Dispose();
            throw;
        }
    });

    /// <summary>Reads: what the file held at one moment.</summary>
    public T Read<T>(Func<Sql, T> read) => Guarded(() =>
    {
        if (_isProtected && HasNoLog)
        {
            // Opened just now, for this alone: it has what stands here.
            using var alone = new Sql(Opened(Alone));
            return AtOneMoment(alone, read);
        }
        while (true)
        {
            var isNew = !_readers.TryTake(out var sql);
            sql ??= new Sql(Opened(_reading));
            var isDone = false;
            try
            {
                if (!sql.HasMoved)
                {
                    var found = AtOneMoment(sql, read);
                    isDone = true;
                    return found;
                }
                if (isNew) throw Moved();
                // It waited for the next who reads, and has a file open that stood here before this one.
            }
            finally
            {
                if (isDone) _readers.Add(sql);
                else sql.Dispose();
                if (_isClosed) Close();
            }
        }
    });

    /// <summary>
    /// From now on it is read as one that cannot be written. Without a log beside it the file is all that there is of the store, and
    /// nothing is put beside it; with one (somebody who can write has it open) it is read by way of that.
    /// </summary>
    public void Protect() => _isProtected = true;

    // An empty one holds nothing, and nobody is about to write to it whose index beside it is not there: who was about to found no room.
    private bool HasNoLog => new FileInfo($"{Path}-wal") is var log
        && (!log.Exists || (log.Length == 0 && (new FileInfo($"{Path}-shm") is not { Exists: true } index || index.Length < LeastIndex)));

    /// <summary>It cannot be written.</summary>
    public StoreWriteException Protected(Exception? inner = null) => new($"Store {Path} cannot be written: {Permissions}", inner);

    /// <summary>Lets go of connections that wait for the next who reads, and of those that read now when they are done.</summary>
    public void Close()
    {
        _isClosed = true;
        while (_readers.TryTake(out var sql)) sql.Dispose();
    }

    /// <summary>What an error of SQLite, or of reading what it gave, means for whoever uses the store.</summary>
    public StoreException Fault(Exception e) => e switch
    {
        StoreException told => told,
        SqliteException sqlite => sqlite.SqliteErrorCode switch
        {
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL => Busy(),
            raw.SQLITE_FULL => Full(e),
            // SQLite does not say why, of the file that it cannot make larger to be shared.
            raw.SQLITE_IOERR when sqlite.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHMSIZE => Full(e),
            // Only a part of it, perhaps; the rest can be read.
            raw.SQLITE_IOERR when sqlite.SqliteExtendedErrorCode is raw.SQLITE_IOERR_READ or raw.SQLITE_IOERR_SHORT_READ => Damaged(
                $"the disk failed to read it. ({sqlite.Message})", e),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => Protected(e),
            raw.SQLITE_CANTOPEN => new StoreException($"Store {Path} cannot be opened: {Permissions} ({sqlite.Message})", e),
            raw.SQLITE_IOERR => new StoreWriteException(
                $"Store {Path}: the disk failed to write. Nothing was written. Check the disk. ({sqlite.Message})", e),
            raw.SQLITE_TOOBIG => new StoreException($"Store {Path}: that is too large, a store takes texts of up to 1 GB.", e),
            raw.SQLITE_NOTADB => new StoreException(
                $"{Path} is no store of runs: it is no SQLite file, or its beginning is damaged. It was left as it is.", e),
            // No statement of ours can fail otherwise on tables that are as they were made.
            _ => Damaged(sqlite.Message, e),
        },
        IOException or UnauthorizedAccessException => new StoreWriteException($"Store {Path} cannot be made: {e.Message}", e),
        _ => Damaged(e.Message, e),
    };

    /// <summary>Somebody else writes for too long.</summary>
    public StoreException Busy() => new(
        $"Store {Path} is busy: another process has been writing to it for more than {_options.BusyTimeout.TotalSeconds:0.###} s. Nothing "
        + "was written. Try again.");

    /// <summary>Somebody else reads for too long.</summary>
    public LogInUseException LogInUse() => new(
        $"Store {Path}: what was deleted is gone from it, but its bytes are still in {Path}-wal, which another process has been reading from "
        + $"for more than {_options.BusyTimeout.TotalSeconds:0.###} s. Delete it once more, by name, to be rid of them.");

    /// <summary>What stands at its place is not what was opened.</summary>
    public StoreWriteException Moved() => new(
        $"Store {Path} is gone: somebody moved, deleted or replaced it, or the {System.IO.Path.GetFileName(Path)}-wal beside it, while it "
        + "was in use. Nothing was written. Put it back, or open what is there now.");

    /// <summary>The file does not hold what it should.</summary>
    public StoreException Damaged(string what, Exception? inner = null) => new StoreDamagedException(Path, what, inner);

    private StoreWriteException Full(Exception inner) => new($"Store {Path} cannot be written: the disk is full. What was kept before is "
        + "whole, and nothing was added. Make room on the disk, then try again or resume the run: it goes on from its last event.", inner);

    private const string Permissions = "see to it that the file and its folder exist and can be written.";

    private static string FullPath(string path)
    {
        try
        {
            return System.IO.Path.GetFullPath(path);
        }
        catch (ArgumentException e)
        {
            throw new StoreException($"'{Clean.Text(path)}' is no path of a store: {As.Message(e)}", e);
        }
    }

    // A store appears whole or not at all: it is made beside its place, and put there. Who comes second finds the first one's.
    private void Create()
    {
        if (!_options.MayCreate) throw new StoreException($"There is no store {Path}.");
        if (System.IO.Path.GetDirectoryName(Path) is { } folder && !Directory.Exists(folder))
            throw new StoreException($"Store {Path} cannot be made: there is no folder {folder}.");
        var draft = $"{Path}{Draft}{Guid.NewGuid():N}";
        try
        {
            // Journals hold people's data. SQLite gives the files that it puts beside this one the same rights.
            var mine = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) mine.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            new FileStream(draft, mine).Dispose();
            using (var sql = Writing(draft))
            {
                // What is deleted can be given back to the disk, page by page; that has to be said first.
                sql.Execute("PRAGMA auto_vacuum = INCREMENTAL");
                Prepare(sql, Durability.Full);
                foreach (var statement in (string[])
                    ["BEGIN", Schema, $"PRAGMA application_id = {ApplicationId}", $"PRAGMA user_version = {Version}", "COMMIT"])
                    sql.Execute(statement);
            }
            File.Move(draft, Path, overwrite: false);
        }
        catch (IOException) when (File.Exists(Path))
        {
        }
        finally
        {
            foreach (var part in (string[])["", "-wal", "-shm", "-journal"]) File.Delete(draft + part);
        }
    }

    // What a process left that was killed while it made this store. Whoever would still be at it comes second by now.
    private void Sweep()
    {
        var begin = System.IO.Path.GetFileName(Path) + Draft;
        try
        {
            foreach (var left in Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(Path)!))
            {
                if (System.IO.Path.GetFileName(left).StartsWith(begin, StringComparison.Ordinal)
                    && DateTime.UtcNow - File.GetLastWriteTimeUtc(left) > TimeSpan.FromHours(1))
                    File.Delete(left);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's way.
        }
    }

    // By a connection that leaves no trace, so that a file that is not ours stays as it is. Never by a handle of our own: to close one
    // would take away the locks that SQLite holds in this process. It says whose file it is, and nothing else: that stands in the header
    // from the beginning and stays. Whether the rest is whole the file cannot say by itself, while a log beside it has what it lacks.
    private void RefuseOthers()
    {
        if (new FileInfo(Path).Length == 0)
            throw new StoreException($"{Path} is empty, or a pipe or a device, which no store is. Name another file; of a store that was "
                + "here, use a whole copy.");
        using var sql = new Sql(Opened(Alone));
        // Or the header is held to the file's length, which is another one while somebody writes, or was killed while they did.
        sql.Execute("PRAGMA writable_schema = ON");
        RefuseOthers(sql);
    }

    // The file by itself: nothing is put beside it, and nothing that stands beside it is looked at.
    private SqliteConnectionStringBuilder Alone => new()
    {
        DataSource = $"file:///{string.Join('/', Steps.Select(Uri.EscapeDataString))}?immutable=1",
        Mode = SqliteOpenMode.ReadOnly,
        Pooling = false,
    };

    // Not by way of a Uri, which takes a name with a percent sign in it for an address that was escaped before.
    private IEnumerable<string> Steps => Path.Split(System.IO.Path.DirectorySeparatorChar).SkipWhile(static step => step.Length == 0);

    private void RefuseOthers(Sql sql)
    {
        var (application, version) = (sql.First("PRAGMA application_id", static row => row.GetInt64(0)), VersionOf(sql));
        if (application != ApplicationId || version < 1)
            throw new StoreException($"{Path} is no store of runs, but another program's SQLite file. It was left as it is.");
        if (version > Version)
        {
            throw new StoreException($"Store {Path} has version {version}, and this program knows {Version}. It was left as it is. Use a "
                + "newer miniruntime.");
        }
    }

    private static long VersionOf(Sql sql) => sql.First("PRAGMA user_version", static row => row.GetInt64(0));

    // Who writes brings the file up to this version; who cannot write, and reads, does without what is new in it. Version 1 did not keep
    // for how long a lease was granted. No runtime asks for more than a day.
    private static void Upgrade(Sql sql)
    {
        if (VersionOf(sql) == Version) return;
        sql.Execute("BEGIN IMMEDIATE");
        // Or somebody else was first.
        if (VersionOf(sql) == 1) sql.Execute($"ALTER TABLE runs ADD COLUMN lasts INTEGER NOT NULL DEFAULT {TimeSpan.TicksPerDay}");
        sql.Execute($"PRAGMA user_version = {Version}");
        sql.Execute("COMMIT");
    }

    private Sql Writing(string path) => new(Opened(new SqliteConnectionStringBuilder
    {
        DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = _reading.DefaultTimeout,
    }));

    private static T AtOneMoment<T>(Sql sql, Func<Sql, T> read)
    {
        sql.Execute("BEGIN");
        var found = read(sql);
        sql.Execute("COMMIT");
        return found;
    }

    private static SqliteConnection Opened(SqliteConnectionStringBuilder how)
    {
        var connection = new SqliteConnection(how.ToString());
        try
        {
            connection.Open();
            using var settings = connection.CreateCommand();
            // Damage is to be found rather than followed; nothing in the file is to be executed.
            settings.CommandText = "PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF";
            settings.ExecuteNonQuery();
            SqliteException.ThrowExceptionForRC(
                raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, out _), connection.Handle);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Prepare(Sql sql, Durability durability)
    {
        if (sql.First("PRAGMA journal_mode = WAL", static row => row.GetString(0)) is not "wal" and var mode)
            throw new StoreException($"Store {Path} cannot have a write-ahead log where it is ({mode}); keep it on a local disk.");
        sql.Execute(durability == Durability.Full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        // Where a plain sync leaves things in the disk's own cache.
        sql.Execute("PRAGMA fullfsync = ON");
        // What is deleted is overwritten.
        sql.Execute("PRAGMA secure_delete = ON");
    }

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or InvalidOperationException
            or InvalidCastException or FormatException || e is ArgumentException and not ArgumentNullException)
        {
            throw Fault(e);
        }
    }
}
