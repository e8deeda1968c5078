using MiniRuntime.Shell;
using MiniRuntime.Testing;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What every store must do, done by both.</summary>
public sealed class StoreConformanceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<StoreCheck> InMemory =>
        [.. StoreConformance.All(static clock => Task.FromResult<IRunStore>(new InMemoryStore(clock)))];

    // The checks of the SQLite store, by name: each opens its files in a folder of its own test.
    public static TheoryData<Durability, string> Sqlite
    {
        get
        {
            var checks = new TheoryData<Durability, string>();
            foreach (var durability in Enum.GetValues<Durability>())
                foreach (var check in OfSqlite("", durability)) checks.Add(durability, check.Name);
            return checks;
        }
    }

    [Theory]
    [MemberData(nameof(InMemory))]
    public Task The_store_in_memory_conforms(StoreCheck check) => check.VerifyAsync();

    [Theory]
    [MemberData(nameof(Sqlite))]
    public Task The_SQLite_store_conforms(Durability durability, string check) =>
        OfSqlite(_folder.File("store.db"), durability).Single(one => one.Name == check).VerifyAsync();

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<StoreCheck> OfSqlite(string path, Durability durability) => StoreConformance.All(
        clock => Opened(path, clock, durability), (store, clock) => Opened(((SqliteStore)store).Path, clock, durability));

    private static Task<IRunStore> Opened(string path, TimeProvider clock, Durability durability) =>
        Task.FromResult<IRunStore>(SqliteStore.Open(path, new SqliteStoreOptions { Clock = clock, Durability = durability }));
}
