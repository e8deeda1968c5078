using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// Whatever is done to a store's file, it opens to what was true at some time, or says what is wrong. It never tells another story.
/// </summary>
public sealed class StoreDamageTests : IDisposable
{
    private const int PageSize = 4096;

    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly Dictionary<string, List<TraceEvent>> _truth = [];
    private readonly byte[] _scenario = Encoding.UTF8.GetBytes("{ \"a scenario\": true }");
    private readonly int _seed = Random.Shared.Next();
    private readonly Random _random;
    private int _copies;

    public StoreDamageTests() => _random = new Random(_seed);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_closed_store_that_is_cut_anywhere_says_so()
    {
        var (file, _) = await KeptAsync(withLog: false);
        foreach (var length in Cuts(file.Length, PageSize, 400))
            await JudgeAsync(file[..length], [], $"cut to {length} of {file.Length} bytes");
    }

    [Fact]
    public async Task A_log_that_is_cut_anywhere_leaves_a_prefix_that_can_be_gone_on_from()
    {
        var (file, log) = await KeptAsync(withLog: true);
        foreach (var length in Cuts(log.Length, PageSize + 24, 600))
        {
            var damage = $"log cut to {length} of {log.Length} bytes";
            Assert.True(await JudgeAsync(file, log[..length], damage), $"{damage}, seed {_seed}: it did not open");
        }
    }

    [Fact]
    public async Task Bits_that_flip_anywhere_are_found_or_change_nothing()
    {
        var (file, _) = await KeptAsync(withLog: false);
        for (var i = 0; i < 900; i++)
        {
            // The header, and then any page alike.
            var (at, mask) = (i < 100 ? i : _random.Next(file.Length), (byte)_random.Next(1, 256));
            var damaged = file.ToArray();
            damaged[at] ^= mask;
            await JudgeAsync(damaged, [], $"byte {at} of {file.Length} xor {mask}");
        }
    }

    // Would catch: a run that one bit deletes or cancels, and nobody is told.
    [Fact]
    public async Task A_bit_that_flips_in_a_runs_row_neither_takes_the_run_away_nor_cancels_it_in_silence()
    {
        var path = _folder.File("row.db");
        await using (var store = SqliteStore.Open(path))
            await store.AppendAsync(await store.AcquireAsync("run_1", "me", TimeSpan.Zero), Journals.Of("run_1"));
        var file = await File.ReadAllBytesAsync(path);
        var page = file.AsSpan(0, file.Length - 5).IndexOf("run_1"u8) / PageSize * PageSize;
        var (from, silent) = (page + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(page + 5)), new List<string>());
        // The only row of its page.
        Assert.Equal((10, 1), (file[page], BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(page + 3))));
        for (var bit = 0; bit < (page + PageSize - from) * 8; bit++)
        {
            var damaged = file.ToArray();
            damaged[from + bit / 8] ^= (byte)(1 << (bit % 8));
            await File.WriteAllBytesAsync(path, damaged);
            try
            {
                await using var store = SqliteStore.Open(path, new SqliteStoreOptions { Durability = Durability.Normal });
                if ((await store.ListAsync()).Any(static run => run.Fault is not null) || (await store.CheckAsync()).Count > 0) continue;
                await store.HasAsync("run_1", Journals.Of("run_1"));
                if ((await store.AcquireAsync("run_1", "me", TimeSpan.Zero)).CancelAsked) silent.Add($"bit {bit}: cancelled");
            }
            catch (StoreException)
            {
                // It is said.
            }
            catch (Exception e)
            {
                silent.Add($"bit {bit}: {e.GetType().Name} {e.Message}");
            }
        }
        Assert.Empty(silent);
    }

    // Would catch: a journal that is read page by page for ever, since what finds its events puts a later one before an earlier one.
    [Fact]
    public async Task A_bit_that_flips_in_what_finds_the_events_neither_hides_one_in_silence_nor_shows_them_again_and_again()
    {
        var path = _folder.File("index.db");
        List<TraceEvent> journal;
        await using (var store = SqliteStore.Open(path)) journal = await store.KeepAsync("run_1", steps: 12);
        var file = await File.ReadAllBytesAsync(path);
        // In the index of events a cell has the run's id, the sequence and the row's number, a byte each.
        var cells = (from page in Enumerable.Range(1, file.Length / PageSize - 1).Select(static page => page * PageSize)
                     where file[page] == 10
                     from at in Enumerable.Range(page, PageSize - 8)
                     where file.AsSpan(at).StartsWith("run_1"u8)
                     select at + 5).ToList();
        Assert.InRange(cells.Count, journal.Count, journal.Count + 1);
        foreach (var at in cells)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = file.ToArray();
                damaged[at] ^= (byte)(1 << bit);
                _truth["run_1"] = journal;
                await JudgeAsync(damaged, [], $"bit {bit} of byte {at}");
            }
        }
    }

    [Fact]
    public async Task Bits_that_flip_in_the_log_are_found_or_leave_a_prefix()
    {
        var (file, log) = await KeptAsync(withLog: true);
        for (var i = 0; i < 500; i++)
        {
            var (at, mask) = (i < 56 ? i : _random.Next(log.Length), (byte)_random.Next(1, 256));
            var damaged = log.ToArray();
            damaged[at] ^= mask;
            await JudgeAsync(file, damaged, $"byte {at} of {log.Length} of the log xor {mask}");
        }
    }

    [Fact]
    public async Task Sectors_that_are_lost_are_found_or_change_nothing()
    {
        var (file, _) = await KeptAsync(withLog: false);
        for (var at = 0; at < file.Length; at += 512)
        {
            var damaged = file.ToArray();
            damaged.AsSpan(at, 512).Clear();
            await JudgeAsync(damaged, [], $"bytes {at} to {at + 512} are zero");
        }
    }

    [Fact]
    public async Task Pages_that_are_older_than_the_rest_are_found_or_change_nothing()
    {
        var older = new List<byte[]>();
        var (file, _) = await KeptAsync(withLog: false, older);
        foreach (var old in older)
        {
            for (var at = 0; at < Math.Min(old.Length, file.Length); at += PageSize)
            {
                var damaged = file.ToArray();
                old.AsSpan(at, PageSize).CopyTo(damaged.AsSpan(at));
                await JudgeAsync(damaged, [], $"page {at / PageSize} is of another time");
            }
        }
    }

    /// <summary>
    /// Opens what the damage left, and looks at everything in it: all of it, or something from an earlier time if a log was damaged, or an
    /// error that says so. False when the store could not be opened at all.
    /// </summary>
    private async Task<bool> JudgeAsync(byte[] file, byte[] log, string damage)
    {
        var path = _folder.File($"{_copies++}.db");
        await File.WriteAllBytesAsync(path, file);
        if (log.Length > 0) await File.WriteAllBytesAsync(path + "-wal", log);
        try
        {
            await using var store = SqliteStore.Open(path, new SqliteStoreOptions { MayCreate = false, Durability = Durability.Normal });
            foreach (var (runId, journal) in _truth) await JudgeAsync(store, runId, journal, mayBeEarlier: log.Length > 0);
            await ToldAsync(() => store.ListAsync());
            await ToldAsync(() => store.CheckAsync());
            if (await ToldAsync(() => store.ScenarioAsync(Hash(_scenario))) is { } scenario) Assert.Equal(_scenario, scenario);
            await ToldAsync(() => GoOnAsync(store));
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{damage}, seed {_seed}: {e.GetType().Name}: {e.Message}", e);
        }
        finally
        {
            foreach (var part in (string[])["", "-wal", "-shm"]) File.Delete(path + part);
        }
    }

    private static async Task JudgeAsync(SqliteStore store, string runId, List<TraceEvent> journal, bool mayBeEarlier)
    {
        if (await ToldAsync(() => store.ReadAsync(runId)) is { } events)
            Assert.Equal(mayBeEarlier ? journal.Take(events.Count) : journal, events);
        var lines = new List<JournalLine>();
        await ToldAsync(async () =>
        {
            await foreach (var line in store.LinesAsync(runId))
            {
                lines.Add(line);
                if (lines.Count > 2 * journal.Count) throw new InvalidOperationException("There is no end to its lines.");
            }
            return true;
        });
        // Whoever has the head finds every change, whatever the store itself makes of it.
        var (truth, check) = (Journals.Lines(journal), JournalLine.Verify(lines));
        if (!lines.SequenceEqual(truth)) Assert.NotEqual(new JournalCheck(truth.Count, truth[^1].Hash, null), check);
        if (check.Fault is null) Assert.Equal(truth.Take(lines.Count), lines);
        if (await ToldAsync(() => store.FindAsync(runId)) is { } entry) Assert.Equal(runId, entry.RunId);
    }

    // A store that opened is one to write to: what it then takes it keeps, or it says why not.
    private static async Task<bool> GoOnAsync(SqliteStore store)
    {
        var journal = await store.KeepAsync("new", steps: 1);
        Assert.Equal(journal, await store.ReadAsync("new"));
        return true;
    }

    private static async Task<T?> ToldAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (StoreException)
        {
            return default;
        }
    }

    /// <summary>A store with runs of every kind, closed, or as a process that was killed leaves it: with a log.</summary>
    private async Task<(byte[] File, byte[] Log)> KeptAsync(bool withLog, List<byte[]>? older = null)
    {
        var path = _folder.File("kept.db");
        await using (var store = SqliteStore.Open(path))
        {
            _truth["first"] = await store.KeepAsync("first", steps: 6);
            await store.KeepAsync("gone", steps: 4);
            await store.DeleteAsync("gone");
        }
        older?.Add(await File.ReadAllBytesAsync(path));
        var driven = _truth["driven"] = Journals.Of("driven", steps: 5);
        await using (var store = SqliteStore.Open(path))
        {
            _truth["imported"] = Journals.Of("imported", steps: 2);
            await store.ImportAsync(Journals.Lines(_truth["imported"]));
            await store.AppendAsync(await store.AcquireAsync("driven", "me", TimeSpan.Zero), driven[..5]);
        }
        older?.Add(await File.ReadAllBytesAsync(path));
        await using var last = SqliteStore.Open(path);
        var lease = await last.AcquireAsync("driven", "me", TimeSpan.FromMinutes(1));
        await last.GiveScenarioAsync(lease, _scenario);
        for (var i = 5; i < driven.Count; i += 2) await last.AppendAsync(lease, driven[i..Math.Min(i + 2, driven.Count)]);
        _truth["large"] = await last.KeepAsync("large", steps: 2, text: new string('é', 3000));
        if (!withLog) await last.DisposeAsync();
        // No other process has it open, so it does not matter that this one loses its locks on it.
        return (await File.ReadAllBytesAsync(path), withLog ? await File.ReadAllBytesAsync(path + "-wal") : []);
    }

    // Every length within the last 200 bytes and around the bounds of what is written as one, and some of the others.
    private IEnumerable<int> Cuts(int length, int unit, int others) => Enumerable.Range(length - 200, 200)
        .Concat(Enumerable.Range(0, (length / unit) + 1).SelectMany(i => Enumerable.Range(i * unit - 2, 5)))
        .Concat(Enumerable.Range(0, others).Select(_ => _random.Next(length)))
        .Where(cut => cut > 0 && cut < length).Distinct();

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
