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
    public static TheoryData<string> Sqlite => [.. OfSqlite("").Select(static check => check.Name)];

    [Theory]
    [MemberData(nameof(InMemory))]
    public Task The_store_in_memory_conforms(StoreCheck check) => check.VerifyAsync();

    [Theory]
    [MemberData(nameof(Sqlite))]
    public Task The_SQLite_store_conforms(string check) =>
        OfSqlite(_folder.File("store.db")).Single(one => one.Name == check).VerifyAsync();

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<StoreCheck> OfSqlite(string path) => StoreConformance.All(
        clock => Opened(path, clock), (store, clock) => Opened(((SqliteStore)store).Path, clock));

    private static Task<IRunStore> Opened(string path, TimeProvider clock) =>
        Task.FromResult<IRunStore>(SqliteStore.Open(path, new SqliteStoreOptions { Clock = clock }));
}
