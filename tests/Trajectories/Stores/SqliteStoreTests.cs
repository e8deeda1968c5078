using System.Buffers.Binary;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Data.Sqlite;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What the SQLite store does beyond what every store must.</summary>
public sealed class SqliteStoreTests : IDisposable
{
    private static readonly SqliteStoreOptions _impatient = new() { BusyTimeout = TimeSpan.FromMilliseconds(50) };

    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public SqliteStoreTests() => _path = _folder.File("runs.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_its_owner_can_read_a_store()
    {
        await using var store = SqliteStore.Open(_path);
        await store.KeepAsync("run_1");
        Assert.Equal(["runs.db", "runs.db-shm", "runs.db-wal"], Files());
        const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.All(Files(), name => Assert.Equal(Mine, File.GetUnixFileMode(_folder.File(name))));
    }

    [Fact]
    public async Task A_store_that_is_closed_is_one_file()
    {
        await using (var store = SqliteStore.Open(_path))
        {
            await store.KeepAsync("run_1");
            await store.ReadAsync("run_1");
        }
        Assert.Equal(["runs.db"], Files());
    }

    [Fact]
    public async Task What_was_asked_for_is_written_before_a_store_closes_and_nothing_after()
    {
        var (journal, store) = (Journals.Of("run_1"), SqliteStore.Open(_path));
        var lease = await store.AcquireAsync("run_1", "me", Journals.Hour);
        var (free, held) = await HoldAsync(store);
        var appended = journal.Select(traced => store.AppendAsync(lease, [traced])).ToList();
        var closing = store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.AppendAsync(lease, journal));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ReadAsync("run_1"));
        free();
        await held;
        await Task.WhenAll(appended);
        await closing;
        await using var again = SqliteStore.Open(_path);
        await again.HasAsync("run_1", journal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("nowhere/runs.db")]
    [InlineData(".")]
    public void Where_no_store_can_be_none_is_made(string path)
    {
        var refused = Assert.Throws<StoreException>(() => SqliteStore.Open(path.Length == 0 ? path : Path.Combine(_folder.Path, path)));
        Assert.IsNotType<SqliteException>(refused.InnerException);
        Assert.Empty(Files());
    }

    [Fact]
    public void Who_only_looks_makes_no_store()
    {
        var refused = Assert.Throws<StoreException>(() => SqliteStore.Open(_path, new SqliteStoreOptions { MayCreate = false }));
        Assert.Equal($"There is no store {_path}.", refused.Message);
        Assert.Empty(Files());
    }

    [Theory]
    [InlineData("an empty file", "is empty")]
    [InlineData("a text", "is no store of runs")]
    [InlineData("another program's SQLite file", "another program's")]
    [InlineData("another program's SQLite file with a log", "another program's")]
    [InlineData("a newer store", "Use a newer miniruntime")]
    [InlineData("half a store", "is damaged")]
    public async Task What_is_no_store_of_this_version_is_refused_and_stays_as_it_is(string what, string said)
    {
        using var other = new SqliteConnection($"Data Source={_path};Pooling=False");
        if (what == "an empty file") await File.WriteAllBytesAsync(_path, []);
        else if (what == "a text") await File.WriteAllTextAsync(_path, new string('x', 5000));
        else if (what.StartsWith("another", StringComparison.Ordinal))
        {
            other.Open();
            if (what.EndsWith("log", StringComparison.Ordinal)) Execute(other, "PRAGMA journal_mode = WAL");
            Execute(other, "CREATE TABLE runs (run_id TEXT)");
        }
        else
        {
            await using (var store = SqliteStore.Open(_path)) await store.KeepAsync("run_1");
            if (what == "half a store")
            {
                await using var file = File.OpenWrite(_path);
                file.SetLength(file.Length / 2);
            }
            else
            {
                other.Open();
                Execute(other, "PRAGMA user_version = 3");
                other.Close();
            }
        }
        var before = Bytes();
        var refused = Assert.ThrowsAny<StoreException>(() => SqliteStore.Open(_path));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
        Assert.Contains(_path, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Bytes());
    }

    // Would catch: a store that an upgrade of this program loses, or whose runs somebody drives for ever since.
    [Fact]
    public async Task A_store_of_the_version_before_is_read_as_it_is_and_written_as_one_of_this()
    {
        await using (var store = SqliteStore.Open(_path, At(days: 100)))
        {
            await store.KeepAsync("run_1");
            await store.AcquireAsync("run_1", "ann", Journals.Hour);
        }
        using (var raw = Open()) Execute(raw, "ALTER TABLE runs DROP COLUMN lasts; PRAGMA user_version = 1");
        var before = Bytes();
        var file = SqliteFile.At(_path, new SqliteStoreOptions());
        file.Protect();
        Assert.Equal("ann", file.Read(static sql => RunRow.Find(sql, "run_1"))!.Owner);
        Assert.Equal(before, Bytes());

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SqliteStore.Open(_path).DisposeAsync().AsTask())));
        await using var upgraded = SqliteStore.Open(_path, At(days: 0));
        await upgraded.HasAsync("run_1", Journals.Of("run_1"));
        await Assert.ThrowsAsync<RunIsDrivenException>(() => upgraded.AcquireAsync("run_1", "bob", Journals.Hour));
        await using var later = SqliteStore.Open(_path, At(days: 1.01));
        Assert.Equal(3, (await later.AcquireAsync("run_1", "bob", Journals.Hour)).Epoch);
        Assert.Empty(await later.CheckAsync());

        static SqliteStoreOptions At(double days) => new() { Clock = new AheadClock(TimeSpan.FromDays(days)) };
    }

    // Would catch: a look at the file alone that takes it for damaged, and locks out for good what SQLite recovers; or, beside a process
    // that writes, at random.
    [Fact]
    public async Task A_store_whose_writer_was_killed_in_the_middle_of_a_checkpoint_is_recovered()
    {
        var (journal, copy) = (new List<TraceEvent>(), _folder.File("copy.db"));
        await using (var store = SqliteStore.Open(_path))
        {
            journal = await store.KeepAsync("run_1", steps: 50);
            var (file, log) = (await File.ReadAllBytesAsync(_path), await File.ReadAllBytesAsync($"{_path}-wal"));
            // The first page is copied first. Its header counts pages that the file does not have yet.
            const int Page = 4096;
            for (var at = 32; at < log.Length; at += 24 + Page)
                if (BinaryPrimitives.ReadInt32BigEndian(log.AsSpan(at)) == 1) log.AsSpan(at + 24, Page).CopyTo(file);
            Assert.InRange(BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(28)), (file.Length / Page) + 1, int.MaxValue);
            await File.WriteAllBytesAsync(copy, file);
            await File.WriteAllBytesAsync($"{copy}-wal", log);
        }
        await using var recovered = SqliteStore.Open(copy);
        await recovered.HasAsync("run_1", journal);
        Assert.Empty(await recovered.CheckAsync());
    }

    [Theory]
    [InlineData("a%41b.db")]
    [InlineData("a b?c#d&e=f.db")]
    [InlineData("é;'\"日.db")]
    [UnsupportedOSPlatform("windows")]
    public async Task A_store_can_have_any_name(string name)
    {
        // What the first is, once too often decoded.
        await File.WriteAllTextAsync(_folder.File("aAb.db"), "no store");
        var journal = Journals.Of("run_1");
        await using (var store = SqliteStore.Open(_folder.File(name))) await store.KeepAsync("run_1");
        await using (var store = SqliteStore.Open(_folder.File(name))) await store.HasAsync("run_1", journal);
        Assert.Equal(new[] { "aAb.db", name }.Order(StringComparer.Ordinal), Files());
    }

    [Fact]
    public async Task What_is_left_of_a_store_that_was_half_made_goes_when_the_store_is_opened_and_nothing_else_does()
    {
        foreach (var name in (string[])["runs.db.draft-1", "runs.db.draft-1-wal", "runs.db.draft-2", "runs.db.0123", "other.db.draft-1"])
        {
            await File.WriteAllTextAsync(_folder.File(name), "");
            // Somebody may be at the second just now.
            if (name != "runs.db.draft-2") File.SetLastWriteTimeUtc(_folder.File(name), DateTime.UtcNow.AddDays(-1));
        }
        await SqliteStore.Open(_path).DisposeAsync();
        Assert.Equal(["other.db.draft-1", "runs.db", "runs.db.0123", "runs.db.draft-2"], Files());
    }

    [Fact]
    public async Task Many_who_make_a_store_at_once_have_the_same_one()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SqliteStore.Open(_path))));
        await Task.WhenAll(stores.Select((store, i) => store.KeepAsync($"run_{i}")));
        foreach (var store in stores)
        {
            Assert.Equal(8, (await store.ListAsync()).Count);
            await store.DisposeAsync();
        }
        Assert.Equal(["runs.db"], Files());
    }

    // Counted, not timed: while the writer is held up, what is asked of it piles up.
    [Fact]
    public async Task Runs_that_write_at_once_share_one_commit()
    {
        await using var store = SqliteStore.Open(_path);
        var journals = Enumerable.Range(0, 64).Select(i => Journals.Of($"run_{i}")).ToList();
        var leases = await Task.WhenAll(journals.Select(journal => store.AcquireAsync(journal[0].RunId, "me", Journals.Hour)));
        var (free, held) = await HoldAsync(store);
        var before = store.Writer.Commits;
        var appended = journals.Select((journal, i) => store.AppendAsync(leases[i], journal)).ToList();
        free();
        await Task.WhenAll([held, .. appended]);
        // The one that was held, and the 64.
        Assert.Equal(2, store.Writer.Commits - before);
        foreach (var journal in journals) await store.HasAsync(journal[0].RunId, journal);
    }

    [Fact]
    public async Task One_who_cannot_write_does_not_spoil_the_transaction_for_the_others()
    {
        await using var store = SqliteStore.Open(_path);
        var (journal, lease) = (Journals.Of("run_1"), await store.AcquireAsync("run_1", "me", Journals.Hour));
        var (other, otherLease) = (Journals.Of("run_2"), await store.AcquireAsync("run_2", "me", Journals.Hour));
        var (bad, badLease) = (Journals.Of("run_3"), await store.AcquireAsync("run_3", "me", Journals.Hour));
        // An event that the run does not count: only the primary key stands between it and a second one of its number.
        using (var raw = Open()) Execute(raw, "INSERT INTO events VALUES ('run_3', 1, 'stray', zeroblob(32))");
        var (free, held) = await HoldAsync(store);
        var first = store.AppendAsync(lease, journal[..4]);
        var conflict = store.AppendAsync(lease, journal[..4]);
        var lost = store.AppendAsync(otherLease with { Epoch = 7 }, other);
        var spoilt = store.AppendAsync(badLease, bad);
        var given = store.AppendAsync(lease, journal[4..], cancel: new CancellationToken(canceled: true));
        var last = store.AppendAsync(otherLease, other);
        free();
        await Task.WhenAll(held, first, last);
        await Assert.ThrowsAsync<JournalConflictException>(() => conflict);
        await Assert.ThrowsAsync<LeaseLostException>(() => lost);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Contains("is damaged", (await Assert.ThrowsAsync<StoreDamagedException>(() => spoilt)).Message, StringComparison.Ordinal);
        await store.HasAsync("run_1", journal[..4]);
        await store.HasAsync("run_2", other);
        Assert.Null(await store.FindAsync("run_3"));
        var found = await Assert.ThrowsAsync<StoreDamagedException>(() => store.ReadAsync("run_3"));
        Assert.Contains("run run_3 has more events than it should", found.Message, StringComparison.Ordinal);
        Assert.Equal(["Run run_3 has more events than it should."], await store.CheckAsync());
    }

    [Fact]
    public async Task A_full_disk_is_said_and_nothing_is_half_kept()
    {
        await using var store = SqliteStore.Open(_path);
        var journal = Journals.Of("run_1", text: new string('x', 10_000));
        var lease = await store.AcquireAsync("run_1", "me", Journals.Hour);
        await store.AppendAsync(lease, journal[..3]);
        // No more pages than it has.
        await store.Writer.WriteAsync(static sql => sql.First("PRAGMA max_page_count = 1", static row => row.GetInt64(0)));
        var refused = await Assert.ThrowsAsync<StoreWriteException>(() => store.AppendAsync(lease, journal[3..]));
        // What, where, what to do.
        foreach (var part in (string[])[_path, "the disk is full", "nothing was added", "Make room on the disk", "resume the run"])
            Assert.Contains(part, refused.Message, StringComparison.Ordinal);
        await store.HasAsync("run_1", journal[..3]);
        await store.Writer.WriteAsync(static sql => sql.First("PRAGMA max_page_count = 1000000", static row => row.GetInt64(0)));
        await store.AppendAsync(lease, journal[3..]);
        await store.HasAsync("run_1", journal);
    }

    [Fact]
    public async Task A_commit_that_fails_fails_for_all_who_share_it_and_nothing_is_kept()
    {
        await using var store = SqliteStore.Open(_path);
        var journals = Enumerable.Range(0, 4).Select(i => Journals.Of($"run_{i}")).ToList();
        var leases = await Task.WhenAll(journals.Select(journal => store.AcquireAsync(journal[0].RunId, "me", Journals.Hour)));
        // What is owed at the end of a transaction makes the end fail.
        await store.Writer.WriteAsync(static sql => sql.Execute("""
            CREATE TEMP TABLE parent (id INTEGER PRIMARY KEY);
            CREATE TEMP TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED)
            """));
        var (free, held) = await HoldAsync(store);
        var owing = store.Writer.WriteAsync(static sql => sql.Execute("INSERT INTO child VALUES (1)"));
        var appended = journals.Select((journal, i) => store.AppendAsync(leases[i], journal)).ToList();
        free();
        await held;
        await Assert.ThrowsAnyAsync<StoreException>(() => owing);
        foreach (var one in appended) await Assert.ThrowsAnyAsync<StoreException>(() => one);
        Assert.Empty(await store.ListAsync());
        for (var i = 0; i < journals.Count; i++) await store.AppendAsync(leases[i], journals[i]);
        foreach (var journal in journals) await store.HasAsync(journal[0].RunId, journal);
    }

    [Fact]
    public async Task A_store_that_another_keeps_for_too_long_is_busy_and_says_so()
    {
        await using var store = SqliteStore.Open(_path, _impatient);
        var (journal, lease) = (Journals.Of("run_1"), await store.AcquireAsync("run_1", "me", Journals.Hour));
        using (var raw = Open())
        {
            Execute(raw, "BEGIN IMMEDIATE");
            var refused = await Assert.ThrowsAsync<StoreException>(() => store.AppendAsync(lease, journal));
            Assert.Contains("is busy: another process has been writing to it for more than 0.05 s", refused.Message,
                StringComparison.Ordinal);
            // Readers are held up by nobody.
            Assert.Empty(await store.ReadAsync("run_1"));
            Execute(raw, "ROLLBACK");
        }
        await store.AppendAsync(lease, journal);
        await store.HasAsync("run_1", journal);
    }

    // Would catch: events that go on into a file that nobody will find, or reads of another file than the one that is written.
    [Theory]
    [InlineData("moved")]
    [InlineData("deleted")]
    [InlineData("its log deleted")]
    [InlineData("deleted and made anew")]
    [InlineData("replaced")]
    [UnsupportedOSPlatform("windows")]
    public async Task A_store_whose_file_is_taken_away_under_it_takes_and_tells_nothing_more(string what)
    {
        var (other, elsewhere) = (_folder.File("other.db"), _folder.File("elsewhere.db"));
        await using (var store = SqliteStore.Open(other)) await store.KeepAsync("run_2");
        foreach (var durability in Enum.GetValues<Durability>())
        {
            var (path, journal) = (_folder.File($"{durability}.db"), Journals.Of("run_1"));
            await using var store = SqliteStore.Open(path, new SqliteStoreOptions { Durability = durability });
            var lease = await store.AcquireAsync("run_1", "me", Journals.Hour);
            await store.AppendAsync(lease, journal[..3]);
            await store.ReadAsync("run_1");
            if (what == "moved") File.Move(path, elsewhere);
            else foreach (var part in what == "its log deleted" ? ["-wal"] : (string[])["", "-wal", "-shm"]) File.Delete(path + part);
            if (what == "replaced") File.Copy(other, path);
            await using var anew = what is "replaced" or "deleted and made anew" ? SqliteStore.Open(path) : null;

            foreach (var ask in (Func<Task>[])
                [() => store.AppendAsync(lease, journal[3..]), () => store.RenewAsync(lease, Journals.Hour), () => store.ReadAsync("run_1")])
                Assert.Contains("is gone", (await Assert.ThrowsAsync<StoreWriteException>(ask)).Message, StringComparison.Ordinal);

            // Whoever opens what is there now has just that.
            if (anew is not null)
            {
                Assert.Equal(what == "replaced" ? ["run_2"] : [], (await anew.ListAsync()).Select(static run => run.RunId));
                await anew.HasAsync("run_1", await anew.KeepAsync("run_1"));
            }
            if (what != "moved") continue;
            File.Move(elsewhere, path);
            await store.AppendAsync(lease, journal[3..]);
            await store.HasAsync("run_1", journal);
        }
    }

    [Theory]
    [InlineData("owner = NULL", null)]
    [InlineData("epoch = epoch + 1", null)]
    [InlineData("epoch = -1", "A count is negative.")]
    [InlineData("expires = -1", "")]
    [InlineData("expires = 9223372036854775807", "")]
    [InlineData("changed = 9223372036854775807", "")]
    [InlineData("head = x'00'", "A hash has not 32 bytes.")]
    public async Task A_lease_whose_row_is_not_what_it_was_gives_no_right_and_is_no_hindrance_to_others(string change, string? damage)
    {
        await using var store = SqliteStore.Open(_path);
        var (journal, other) = (Journals.Of("run_1"), Journals.Of("run_2"));
        var lease = await store.AcquireAsync("run_1", "me", Journals.Hour);
        await store.AppendAsync(lease, journal[..3]);
        var otherLease = await store.AcquireAsync("run_2", "me", Journals.Hour);
        using (var raw = Open()) Execute(raw, $"UPDATE runs SET {change} WHERE run_id = 'run_1'");
        var (free, held) = await HoldAsync(store);
        Task[] refused = [store.AppendAsync(lease, journal[3..]), store.GiveScenarioAsync(lease, new byte[1])];
        var appended = store.AppendAsync(otherLease, other);
        free();
        await Task.WhenAll(held, appended);
        foreach (var one in refused)
        {
            if (damage is null) await Assert.ThrowsAsync<LeaseLostException>(() => one);
            else
            {
                Assert.Contains($"is damaged: the record of run run_1 cannot be read: {damage}",
                    (await Assert.ThrowsAsync<StoreDamagedException>(() => one)).Message, StringComparison.Ordinal);
            }
        }
        await store.HasAsync("run_2", other);
        using (var raw = Open())
        {
            using var count = raw.CreateCommand();
            count.CommandText = "SELECT count(*) FROM events WHERE run_id = 'run_1'";
            Assert.Equal(3L, count.ExecuteScalar());
        }
    }

    [Fact]
    public async Task The_bytes_of_a_deleted_run_are_gone_from_the_disk()
    {
        const string Secret = "Order A-17 of a person who wants to be forgotten";
        await using var store = SqliteStore.Open(_path);
        await store.KeepAsync("before");
        await store.KeepAsync("secret", steps: 200, text: Secret);
        await store.KeepAsync("after");
        var lease = await store.AcquireAsync("secret", "me", Journals.Hour);
        await store.GiveScenarioAsync(lease, Encoding.UTF8.GetBytes(Secret));
        await store.ReleaseAsync(lease);
        Assert.NotEqual(0, Count(Secret));
        await store.DeleteAsync("secret");
        Assert.Equal(0, Count(Secret));
        await store.HasAsync("before", Journals.Of("before"));
        await store.HasAsync("after", Journals.Of("after"));
        Assert.Empty(await store.CheckAsync());
    }

    // Would catch: a store that only ever grows, or in which deletion after deletion waits for the disk.
    [Fact]
    public async Task Runs_that_are_deleted_at_once_share_one_commit_and_their_room_is_given_back()
    {
        await using var store = SqliteStore.Open(_path);
        await store.KeepAsync("stays");
        var lengths = new List<long> { await LengthAsync() };
        for (var i = 0; i < 32; i++) await store.KeepAsync($"run_{i}", steps: 20);
        lengths.Add(await LengthAsync());
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => store.FindAsync($"run_{i}")));
        var (free, held) = await HoldAsync(store);
        var before = store.Writer.Commits;
        var deleted = Enumerable.Range(0, 32).Select(i => store.DeleteAsync($"run_{i}")).ToList();
        free();
        await held;
        Assert.All(await Task.WhenAll(deleted), static gone => Assert.NotNull(gone));
        // The one that was held, and all others.
        Assert.Equal(2, store.Writer.Commits - before);
        lengths.Add(await LengthAsync());
        // Names stay.
        Assert.True(lengths[1] > 20 * 4096 + lengths[0] && lengths[2] <= 2 * 4096 + lengths[0], string.Join(' ', lengths));
        await store.HasAsync("stays", Journals.Of("stays"));
        Assert.Empty(await store.CheckAsync());

        async Task<long> LengthAsync()
        {
            await store.Writer.EmptyLogAsync();
            return new FileInfo(_path).Length;
        }
    }

    [Fact]
    public async Task A_deletion_whose_bytes_somebody_still_reads_says_so_and_can_be_repeated()
    {
        await using var store = SqliteStore.Open(_path, _impatient);
        await store.KeepAsync("run_1");
        using (var raw = Open())
        {
            Execute(raw, "BEGIN; SELECT * FROM runs");
            var kept = await Assert.ThrowsAsync<LogInUseException>(() => store.DeleteAsync("run_1"));
            Assert.Contains("its bytes are still in", kept.Message, StringComparison.Ordinal);
            Execute(raw, "ROLLBACK");
        }
        Assert.Equal((null, true), (await store.FindAsync("run_1"), await store.WasDeletedAsync("run_1")));
        Assert.NotEqual(0, Count("Within 30 days."));
        Assert.Null(await store.DeleteAsync("run_1"));
        Assert.Equal(0, Count("Within 30 days."));
    }

    [Fact]
    public async Task Lines_are_streamed_and_hold_nothing_up()
    {
        await using var store = SqliteStore.Open(_path, _impatient);
        var journal = await store.KeepAsync("run_1", steps: 500);
        await store.KeepAsync("run_2");
        await using (var lines = store.LinesAsync("run_1").GetAsyncEnumerator())
        {
            for (var i = 0; i < 10; i++) Assert.True(await lines.MoveNextAsync());
            // A reader that had the file open would keep the log from being emptied.
            await store.DeleteAsync("run_2");
            for (var i = 10; i < journal.Count; i++) Assert.True(await lines.MoveNextAsync());
            Assert.False(await lines.MoveNextAsync());
        }
        await using var others = store.LinesAsync("run_1").GetAsyncEnumerator();
        Assert.True(await others.MoveNextAsync());
        await store.DeleteAsync("run_1");
        var gone = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            while (await others.MoveNextAsync()) Assert.Equal("run_1", others.Current.RunId);
        });
        Assert.Contains("was deleted while", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_a_newer_format_stops_the_run_and_is_not_skipped()
    {
        var journal = Journals.Of("run_1");
        var lines = Journals.Chained(Journals.Lines(journal).Select(static line => (line.RunId, line.Sequence == 5
            ? line.Text.Replace("\"version\":1}", "\"version\":2}", StringComparison.Ordinal)
            : line.Text)));
        await using var store = SqliteStore.Open(_path);
        // What a newer program would have left.
        await store.KeepAsync("run_1");
        using (var raw = Open())
        {
            foreach (var (_, sequence, text, hash) in lines)
                Execute(raw, "UPDATE events SET text = $1, hash = $2 WHERE sequence = $3", text, Convert.FromHexString(hash), sequence);
            Execute(raw, "UPDATE runs SET head = $1", Convert.FromHexString(lines[^1].Hash));
        }
        var stopped = await Assert.ThrowsAsync<JournalFormatException>(() => store.ReadAsync("run_1"));
        Assert.Equal("Run run_1, event 5: it has format version 2, and this program knows 1 to 1. Use a newer miniruntime.",
            stopped.Message);
        Assert.Equal(lines, await store.AllLinesAsync("run_1"));
        Assert.Equal((5, stopped.Fault), ((int)JournalLine.Verify(lines).Events, JournalLine.Verify(lines).Fault));
        var runtime = new AgentRuntime(new Agent([], new Budget(1)), new ScriptedModel([]), Toolbox.Empty, store);
        await Assert.ThrowsAsync<JournalFormatException>(() => runtime.ResumeAsync("run_1"));
        Assert.Equal(lines, await store.AllLinesAsync("run_1"));
    }

    /// <summary>Holds the store's writer until it is freed.</summary>
    private static async Task<(Action Free, Task Held)> HoldAsync(SqliteStore store)
    {
        var (begun, freed) = (new TaskCompletionSource(), new ManualResetEventSlim());
        var held = store.Writer.WriteAsync(_ =>
        {
            begun.SetResult();
            freed.Wait();
            return 0;
        });
        await begun.Task;
        return (freed.Set, held);
    }

    private SqliteConnection Open()
    {
        var raw = new SqliteConnection($"Data Source={_path};Pooling=False");
        raw.Open();
        return raw;
    }

    private static void Execute(SqliteConnection connection, string statement, params object[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        command.ExecuteNonQuery();
    }

    private List<string> Files() =>
        [.. Directory.GetFileSystemEntries(_folder.Path).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private Dictionary<string, string> Bytes() =>
        Files().ToDictionary(static name => name, name => Convert.ToHexString(File.ReadAllBytes(_folder.File(name))));

    // How often the text stands in any of the store's files.
    private int Count(string text) =>
        Files().Sum(name => Encoding.Latin1.GetString(File.ReadAllBytes(_folder.File(name))).Split(text).Length - 1);
}
