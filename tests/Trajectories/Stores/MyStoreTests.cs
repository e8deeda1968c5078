using System.Collections.Concurrent;
using MiniRuntime.Shell;
using MiniRuntime.Testing;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The example of docs/testing.md for a store of one's own: here one that lasts as long as these tests.</summary>
public sealed class MyStoreTests
{
    public static TheoryData<StoreCheck> Each => [.. StoreConformance.All(
        clock => Task.FromResult<IRunStore>(new MyStore(NewName(), clock)),
        (store, clock) => Task.FromResult<IRunStore>(new MyStore(((MyStore)store).Name, clock)))];

    [Theory]
    [MemberData(nameof(Each))]
    public Task Conforms(StoreCheck check) => check.VerifyAsync();

    private static string NewName() => $"{Guid.NewGuid()}";

    private sealed class MyStore : PassingStore
    {
        private static readonly ConcurrentDictionary<string, (InMemoryStore Store, LatestClock Clock)> _kept = new();

        public MyStore(string name, TimeProvider clock)
        {
            var kept = _kept.GetOrAdd(name, static _ => new LatestClock() is var latest ? (new InMemoryStore(latest), latest) : default);
            (Name, Inner, kept.Clock.Now) = (name, kept.Store, clock);
        }

        public string Name { get; }
    }

    // The clock of whoever opened the store last.
    private sealed class LatestClock : TimeProvider
    {
        public TimeProvider Now { get; set; } = System;

        public override DateTimeOffset GetUtcNow() => Now.GetUtcNow();
    }
}
