using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

internal static class JournalChecks
{
    [Catches("events that are dropped, reordered, cut at a NUL, or come back with other characters than they had.")]
    public static async Task What_was_appended_is_read_back_event_by_event(StoreTrial trial)
    {
        var (journal, lease) = (StoreTrial.Journal("run_1", steps: 8), await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute));
        for (var (at, size) = (0, 1); at < journal.Count; (at, size) = (at + size, size % 5 + 1))
        {
            await trial.Store.AppendAsync(lease, journal.Skip(at).Take(size).ToList());
            await trial.HasAsync("run_1", journal.Take(at + size));
        }
        await trial.HasAsync("run_1", journal);
    }

    [Catches("a name of which there is no run that is taken for one, or that is an error.")]
    public static async Task A_run_that_was_never_begun_has_nothing(StoreTrial trial)
    {
        await trial.HasAsync("run_1", []);
        Expect.Empty(await trial.Store.ListAsync());
        Expect.Null(await trial.Store.DeleteAsync("run_1"));
        var lease = await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute);
        await trial.HasAsync("run_1", []);
        Expect.Empty(await trial.Store.ListAsync());
        await trial.Store.ReleaseAsync(lease);
        Expect.Null(await trial.Store.DeleteAsync("run_1"));
    }

    [Catches("a journal that is no journal any more: of two runs, or with a hole, by the caller's mistake.")]
    public static async Task Events_that_do_not_follow_each_other_in_one_run_are_refused(StoreTrial trial)
    {
        var (journal, others) = (StoreTrial.Journal("run_1"), StoreTrial.Journal("run_2"));
        var lease = await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute);
        foreach (var wrong in (IReadOnlyList<TraceEvent>[])
            [[], others, [journal[0], others[1]], [journal[0], journal[2]], [journal[0], journal[0]], [journal[1], journal[0]]])
        {
            await Expect.ThrowsAsync<ArgumentException>(() => trial.Store.AppendAsync(lease, wrong));
            await trial.HasAsync("run_1", []);
        }
    }

    [Catches("a journal that is written over, twice, or with a hole, by a writer who does not know how long it is.")]
    public static async Task Events_that_do_not_begin_where_the_journal_ends_are_a_conflict(StoreTrial trial)
    {
        var (journal, lease) = (StoreTrial.Journal("run_1"), await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute));
        await trial.Store.AppendAsync(lease, journal.Take(4).ToList());
        foreach (var (at, count) in ((int, int)[])[(0, 4), (0, 9), (3, 1), (3, 3), (5, 1), (5, 3)])
        {
            await Expect.ThrowsAsync<JournalConflictException>(() => trial.Store.AppendAsync(lease, journal.Skip(at).Take(count).ToList()));
            await trial.HasAsync("run_1", journal.Take(4));
        }
        await trial.Store.AppendAsync(lease, journal.From(4));
        await trial.HasAsync("run_1", journal);
    }

    [Catches("two events with one number, a number without an event, or a writer who is told that they won and did not.")]
    public static async Task Of_many_who_write_one_event_one_wins_and_no_number_is_left_out(StoreTrial trial)
    {
        var lease = await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute);
        await Race(trial, lease, _ => trial.Store);
    }

    /// <summary>16 writers, each with a journal of their own, want to write the same event at once; event after event.</summary>
    public static async Task Race(StoreTrial trial, Lease lease, Func<int, IRunStore> of)
    {
        var journals = Enumerable.Range(0, 16).Select(i => StoreTrial.Journal("run_1", text: $"of writer {i}")).ToList();
        var won = new List<TraceEvent>();
        for (var at = 0; at < journals[0].Count; at++)
        {
            var winners = (await Task.WhenAll(journals.Select((journal, i) => Task.Run(() => TriesAsync(of(i), journal[at])))))
                .OfType<TraceEvent>();
            won.Add(Expect.Single(winners));
        }
        await trial.HasAsync("run_1", won);

        async Task<TraceEvent?> TriesAsync(IRunStore store, TraceEvent traced)
        {
            try
            {
                await store.AppendAsync(lease, [traced]);
                return traced;
            }
            catch (JournalConflictException)
            {
                return null;
            }
        }
    }

    [Catches("events that end up in another run when many are written at once.")]
    public static async Task Many_runs_that_are_written_at_once_stay_apart(StoreTrial trial)
    {
        var journals = Enumerable.Range(0, 32).Select(i => StoreTrial.Journal($"run_{i}", text: $"run {i}")).ToList();
        await Task.WhenAll(journals.Select(journal => Task.Run(async () =>
        {
            var lease = await trial.Store.AcquireAsync(journal[0].RunId, "me", StoreTrial.Minute);
            foreach (var traced in journal) await trial.Store.AppendAsync(lease, [traced]);
            await trial.Store.ReleaseAsync(lease);
        })));
        foreach (var journal in journals) await trial.HasAsync(journal[0].RunId, journal);
        Expect.Equal(32, (await trial.Store.ListAsync()).Count);
    }

    [Catches("a reader who is given half of what was appended together, or a journal with a hole.")]
    public static async Task Who_reads_while_somebody_writes_finds_what_was_there_at_one_moment(StoreTrial trial)
    {
        var (journal, lease) = (StoreTrial.Journal("run_1", steps: 30), await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute));
        var pairs = journal.Count / 2;
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < pairs; i++) await trial.Store.AppendAsync(lease, [journal[2 * i], journal[(2 * i) + 1]]);
        });
        do
        {
            var (read, lines) = (await trial.Store.ReadAsync("run_1"), await StoreTrial.LinesAsync(trial.Store, "run_1"));
            Expect.Equal(journal.Take(read.Count), read);
            Expect.Equal(0, read.Count % 2);
            Expect.Equal<IEnumerable<JournalLine>>(StoreTrial.Lines(journal.Take(lines.Count)), lines);
        }
        while (!writing.IsCompleted);
        await writing;
        await trial.HasAsync("run_1", journal.Take(2 * pairs));
    }

    [Catches("a reader who follows a journal and is given again what they have, or too little of what is new.")]
    public static async Task Lines_are_given_from_any_number_on(StoreTrial trial)
    {
        var journal = await trial.KeepAsync("run_1");
        await trial.KeepAsync("run_2");
        var lines = StoreTrial.Lines(journal);
        for (var from = 0; from <= lines.Count + 1; from++)
            Expect.Equal<IEnumerable<JournalLine>>(lines.Skip(from), await StoreTrial.LinesAsync(trial.Store, "run_1", from));
        Expect.Empty(await StoreTrial.LinesAsync(trial.Store, "run_3", 2));
    }

    [Catches("an event that is cut, refused or mangled because it is large.")]
    public static async Task Large_events_are_kept_whole(StoreTrial trial)
    {
        var journal = StoreTrial.Journal("run_1", steps: 1, text: string.Concat(Enumerable.Repeat(StoreTrial.Odd, 10_000)));
        var lease = await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute);
        await trial.Store.AppendAsync(lease, journal);
        await trial.HasAsync("run_1", journal);
    }

    [Catches("a write that happens although its caller gave up before.")]
    public static async Task Who_has_given_up_writes_nothing(StoreTrial trial)
    {
        var (journal, lease) = (StoreTrial.Journal("run_1"), await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute));
        var over = new CancellationToken(canceled: true);
        await Expect.ThrowsAsync<OperationCanceledException>(() => trial.Store.AppendAsync(lease, journal, cancel: over));
        var lines = StoreTrial.Lines(StoreTrial.Journal("run_2"));
        await Expect.ThrowsAsync<OperationCanceledException>(() => trial.Store.ImportAsync(lines, over));
        await Expect.ThrowsAsync<OperationCanceledException>(() => trial.Store.AcquireAsync("run_3", "me", StoreTrial.Minute, over));
        Expect.Empty(await trial.Store.ListAsync());
        Expect.Equal(1L, (await trial.Store.AcquireAsync("run_3", "me", StoreTrial.Minute)).Epoch);
        await trial.Store.AppendAsync(lease, journal);
        await trial.Store.ReleaseAsync(lease);
        await Expect.ThrowsAsync<OperationCanceledException>(() => trial.Store.DeleteAsync("run_1", over));
        await trial.HasAsync("run_1", journal);
    }
}
