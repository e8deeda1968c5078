using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>A journal that is read as it grows.</summary>
public sealed class JournalReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_event_is_read_once_and_the_state_follows()
    {
        await using var store = SqliteStore.Open(_folder.File("runs.db"));
        var (journal, lease) = (Journals.Of("run_1", steps: 20), await store.AcquireAsync("run_1", "me", Journals.Hour));
        var (reader, read) = (new JournalReader(store, "run_1"), new List<TraceEvent>());
        for (var (at, size) = (0, 1); at < journal.Count; (at, size) = (at + size, size % 7 + 1))
        {
            var next = journal.Skip(at).Take(size).ToList();
            await store.AppendAsync(lease, next);
            // Lines before those that it has not seen yet cannot be read any more.
            if (at > 0) await BreakAsync(store, at);
            Assert.Equal(next, await reader.ReadAsync());
            Assert.Empty(await reader.ReadAsync());
            read.AddRange(next);
            Assert.Equal(Agent.Fold(read).State, reader.State);
        }
        Assert.Equal(journal, read);
    }

    [Theory]
    [InlineData("another journal")]
    [InlineData("a shorter journal")]
    [InlineData("a line that does not follow")]
    [InlineData("a deleted run")]
    public async Task What_does_not_follow_from_what_was_read_is_found(string what)
    {
        var store = new InMemoryStore();
        var journal = Journals.Of("run_1");
        await store.ImportAsync(Journals.Lines(journal.Take(6)));
        var reader = new JournalReader(new Switched(() => store), "run_1");
        Assert.Equal(6, (await reader.ReadAsync()).Count);
        if (what == "a deleted run") await store.DeleteAsync("run_1");
        else
        {
            store = new InMemoryStore();
            await store.ImportAsync(Journals.Lines(what switch
            {
                "another journal" => Journals.Of("run_1", text: "another").Take(6),
                "a shorter journal" => journal.Take(5),
                _ => Journals.Of("run_1", text: "another").Take(9),
            }));
        }
        await Assert.ThrowsAnyAsync<StoreException>(() => reader.ReadAsync());
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_said()
    {
        var reader = new JournalReader(new InMemoryStore(), "run_1");
        Assert.Equal("There is no run run_1.", (await Assert.ThrowsAsync<StoreException>(() => reader.ReadAsync())).Message);
    }

    private static Task<int> BreakAsync(SqliteStore store, int before) => store.Writer.WriteAsync(sql =>
        sql.Execute("UPDATE events SET text = 'x' WHERE sequence < $1", (long)before));

    // A store that somebody puts another in the place of.
    private sealed class Switched(Func<IRunStore> store) : PassingStore
    {
        public override IRunStore Inner
        {
            get => store();
            set => throw new NotSupportedException();
        }
    }
}
