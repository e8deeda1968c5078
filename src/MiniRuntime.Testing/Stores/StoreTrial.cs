using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>A store under trial, its clock, and what is kept in it to see what becomes of it.</summary>
internal sealed class StoreTrial : IAsyncDisposable
{
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Text that somebody may take for something else: escapes, quotes, wildcards, characters beyond 16 bits.</summary>
    public const string Odd = "\0\u0001\t\r\n\"\\/\u007f\u0085\u2028é𝄞😀\ufffd\ufeff "
        + "'); DROP TABLE runs; -- % _ [a-z] * ? ${x} {0} \\u0000 \\ud800";

    private static readonly Agent _agent = new([new Tool("look", "Looks.", SideEffect.Read)], new Budget(100));

    private readonly Func<IRunStore, TimeProvider, Task<IRunStore>>? _again;
    private readonly List<IRunStore> _opened;

    private StoreTrial(IRunStore store, MovedClock clock, Func<IRunStore, TimeProvider, Task<IRunStore>>? again) =>
        (Store, Clock, _again, _opened) = (store, clock, again, [store]);

    public IRunStore Store { get; private set; }

    public MovedClock Clock { get; }

    public static async Task<StoreTrial> BeginAsync(Func<TimeProvider, Task<IRunStore>> open,
        Func<IRunStore, TimeProvider, Task<IRunStore>>? again)
    {
        var clock = new MovedClock();
        return new StoreTrial(await open(clock), clock, again);
    }

    /// <summary>The store once more, beside the one that is open.</summary>
    public async Task<IRunStore> BesideAsync()
    {
        var store = await _again!(Store, Clock);
        _opened.Add(store);
        return store;
    }

    /// <summary>Closes the store and opens it again.</summary>
    public async Task ReopenAsync()
    {
        await CloseAsync(Store);
        _opened.Remove(Store);
        Store = await BesideAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened) await CloseAsync(store);
    }

    /// <summary>A run's whole journal, some events to a step, with odd text in every place that takes text.</summary>
    public static Seq<TraceEvent> Journal(string runId, int steps = 3, string text = Odd)
    {
        var (step, events) = (_agent.Start(new Run(runId, text, actor: text, tenant: text)), Seq<TraceEvent>.Empty);
        for (var i = 0; i < steps; i++)
        {
            Keep(_agent.Step(step.State, (Decision)new CallTool("look", Json.Object.Of(("at", text), ("step", i)))));
            Keep(_agent.Step(step.State, new ToolReport(step.State.Phase.Executing!.Call.Id, new Ok(text))));
        }
        Keep(_agent.Step(step.State, (Decision)new Answer($"Done. {text}")));
        return events;

        void Keep(StepResult next)
        {
            foreach (var traced in events.Count == 0 ? step.Events.Concat(next.Events) : next.Events) events = events.Add(traced);
            step = next;
        }
    }

    /// <summary>A journal's lines.</summary>
    public static Seq<JournalLine> Lines(IEnumerable<TraceEvent> journal)
    {
        var head = JournalLine.Origin;
        return journal.Select(traced =>
        {
            var line = JournalLine.Of(traced, head);
            head = line.Hash;
            return line;
        }).ToSeq();
    }

    /// <summary>Keeps a run that nobody drives.</summary>
    public async Task<Seq<TraceEvent>> KeepAsync(string runId, string? scenario = null)
    {
        var journal = Journal(runId);
        var lease = await Store.AcquireAsync(runId, "somebody", Minute);
        if (scenario is not null) await Store.GiveScenarioAsync(lease, System.Text.Encoding.UTF8.GetBytes(scenario));
        await Store.AppendAsync(lease, journal);
        await Store.ReleaseAsync(lease);
        return journal;
    }

    /// <summary>What there is of a run is this, by every way of asking.</summary>
    public Task HasAsync(string runId, IEnumerable<TraceEvent> journal) => HasAsync(Store, runId, journal);

    /// <summary>As above, in this store.</summary>
    public static async Task HasAsync(IRunStore store, string runId, IEnumerable<TraceEvent> journal)
    {
        Expect.Equal(journal, await store.ReadAsync(runId));
        var (kept, lines) = (Lines(journal), await LinesAsync(store, runId));
        Expect.Equal<IEnumerable<JournalLine>>(kept, lines);
        if (kept.Count == 0)
        {
            Expect.Null(await store.FindAsync(runId));
            return;
        }
        Expect.Equal(new JournalCheck(kept.Count, kept[^1].Hash, null), JournalLine.Verify(lines));
        var entry = await store.FindAsync(runId);
        Expect.NotNull(entry);
        Expect.Equal((runId, (long)kept.Count, kept[^1].Hash), (entry.RunId, entry.Events, entry.Head));
        Expect.Contains(entry, await store.ListAsync());
    }

    public static async Task<List<JournalLine>> LinesAsync(IRunStore store, string runId, long from = 0)
    {
        var lines = new List<JournalLine>();
        await foreach (var line in store.LinesAsync(runId, from)) lines.Add(line);
        return lines;
    }

    private static async Task CloseAsync(IRunStore store)
    {
        if (store is IAsyncDisposable closing) await closing.DisposeAsync();
        else (store as IDisposable)?.Dispose();
    }
}
