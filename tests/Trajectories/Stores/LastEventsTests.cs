using System.Buffers.Binary;
using System.Text;
using Microsoft.Data.Sqlite;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// The last events of a store, where they stand in its files: at every byte of that, the file is cut off, or bits are flipped. It opens to
/// what the run was at some time, or says what is wrong; the run is never in another state. (<see cref="StoreDamageTests"/> does that to
/// all of it, at places by chance.)
/// </summary>
public sealed class LastEventsTests : IDisposable
{
    // In a log the pages are small ones, so that there are not twelve thousand bytes to go through for one event.
    private const int PageSize = 4096, SmallPage = 512, FrameHead = 24;

    private readonly TemporaryFolder _folder = new(inMemory: true);
    private readonly List<TraceEvent> _journal = Journals.Of("run_1", steps: 1);
    private readonly List<State> _states;

    public LastEventsTests() => _states = [.. Agent.States(_journal).Select(static after => after.State)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_log_that_holds_them_cut_at_every_byte_leaves_the_run_as_it_was_before()
    {
        var (file, log, before) = await LoggedAsync();
        var seen = new SortedSet<int>();
        for (var length = before; length <= log.Length; length++)
            seen.Add(await JudgeAsync(file, log[..length], $"log cut to {length} of {log.Length} bytes") ?? -1);
        // None of what was appended last, or all of it.
        Assert.Equal([_journal.Count - 1, _journal.Count], seen);
    }

    [Fact]
    public async Task The_log_that_holds_them_with_bits_flipped_leaves_the_run_as_it_was_before()
    {
        var (file, log, before) = await LoggedAsync();
        for (var at = before; at < log.Length; at++)
        {
            var damaged = log.ToArray();
            damaged[at] ^= Bits(at);
            var damage = $"byte {at} of {log.Length} of the log xor {Bits(at)}";
            // A frame's checksum is over all of it, and those before.
            Assert.True(await JudgeAsync(file, damaged, damage) == _journal.Count - 1, damage);
        }
    }

    [Fact]
    public async Task The_file_that_holds_them_cut_at_every_byte_says_so()
    {
        var (file, places) = await ClosedAsync();
        foreach (var length in places.Where(length => length < file.Length))
        {
            var damage = $"cut to {length} of {file.Length} bytes";
            Assert.True(await JudgeAsync(file[..length], [], damage) is null, damage);
        }
    }

    [Fact]
    public async Task The_file_that_holds_them_with_bits_flipped_tells_no_other_story()
    {
        var (file, places) = await ClosedAsync();
        foreach (var at in places)
        {
            var damaged = file.ToArray();
            damaged[at] ^= Bits(at);
            await JudgeAsync(damaged, [], $"byte {at} of {file.Length} xor {Bits(at)}");
        }
    }

    // Another pattern at each byte, one bit and several.
    private static byte Bits(int at) => (byte)(at % 9 == 8 ? 0xFF : 1 << (at % 9));

    // How many events the run has, in a state that it had after so many; null where it is said that something is wrong.
    private async Task<int?> JudgeAsync(byte[] file, byte[] log, string damage)
    {
        var path = _folder.File("copy.db");
        await File.WriteAllBytesAsync(path, file);
        if (log.Length > 0) await File.WriteAllBytesAsync(path + "-wal", log);
        try
        {
            await using var store = SqliteStore.Open(path, new SqliteStoreOptions { MayCreate = false, Durability = Durability.Normal });
            var events = await store.ReadAsync("run_1");
            Assert.True(_journal.Take(events.Count).SequenceEqual(events), damage);
            Assert.True(events.Count > 0 && Agent.Fold(events).State == _states[events.Count - 1], damage);
            return events.Count;
        }
        catch (StoreException e)
        {
            Assert.True(e is JournalFormatException || e.Message.Contains(path, StringComparison.Ordinal), $"{damage}: {e.Message}");
            return null;
        }
        finally
        {
            foreach (var part in (string[])["", "-wal", "-shm"]) File.Delete(path + part);
        }
    }

    // As a process leaves it that is killed: the log, and where in it the last event begins.
    private async Task<(byte[] File, byte[] Log, int Before)> LoggedAsync()
    {
        var path = _folder.File("kept.db");
        await SqliteStore.Open(path).DisposeAsync();
        using (var raw = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            raw.Open();
            using var small = raw.CreateCommand();
            small.CommandText = $"PRAGMA journal_mode = DELETE; PRAGMA page_size = {SmallPage}; VACUUM";
            small.ExecuteNonQuery();
        }
        await using var store = SqliteStore.Open(path);
        var lease = await store.AcquireAsync("run_1", "me", TimeSpan.Zero);
        await store.AppendAsync(lease, _journal[..^1]);
        var before = (await File.ReadAllBytesAsync(path + "-wal")).Length;
        await store.AppendAsync(lease, _journal[^1..]);
        var log = await File.ReadAllBytesAsync(path + "-wal");
        // Frames of a page each, added at the end.
        Assert.True(log.Length > before && (log.Length - before) % (FrameHead + SmallPage) == 0);
        return (await File.ReadAllBytesAsync(path), log, before);
    }

    // A store that was closed, and all places in it where something stands of its last three events: their rows, and the pages' own order.
    private async Task<(byte[] File, SortedSet<int> Places)> ClosedAsync()
    {
        var path = _folder.File("kept.db");
        await using (var store = SqliteStore.Open(path))
            await store.AppendAsync(await store.AcquireAsync("run_1", "me", TimeSpan.Zero), _journal);
        var (file, places) = (await File.ReadAllBytesAsync(path), new SortedSet<int>());
        foreach (var line in Journals.Lines(_journal).TakeLast(3))
        {
            var (text, hash) = (Encoding.UTF8.GetBytes(line.Text), Convert.FromHexString(line.Hash));
            var at = file.AsSpan().IndexOf(text);
            // Before the text stand the row's head and the run's id, after it its hash.
            Assert.True(at > 0 && file.AsSpan(at + text.Length).StartsWith(hash));
            Add(at - 20, at + text.Length + hash.Length);
            var page = at / PageSize * PageSize;
            Add(page, page + 8 + 2 * BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(page + 3)));
        }
        return (file, places);

        void Add(int from, int to) => places.UnionWith(Enumerable.Range(from, to - from));
    }
}
