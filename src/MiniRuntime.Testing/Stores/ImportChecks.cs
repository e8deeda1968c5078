using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

internal static class ImportChecks
{
    [Catches("an import that writes anew what it was given, so that a head that was kept elsewhere no longer fits.")]
    public static async Task An_imported_journal_keeps_its_bytes_and_hashes(StoreTrial trial)
    {
        var journal = StoreTrial.Journal("run_1");
        var lines = StoreTrial.Lines(journal);
        await trial.Store.ImportAsync(lines);
        Expect.Equal<IEnumerable<JournalLine>>(lines, await StoreTrial.LinesAsync(trial.Store, "run_1"));
        Expect.Equal<IEnumerable<TraceEvent>>(journal, await trial.Store.ReadAsync("run_1"));
        var now = trial.Clock.GetUtcNow();
        Expect.Equal(new RunEntry("run_1", lines.Count, lines[^1].Hash, null, now, now, null), await trial.Store.FindAsync("run_1"));
    }

    [Catches("an imported run that cannot go on, or whose chain breaks where it does.")]
    public static async Task An_imported_run_can_be_driven_on(StoreTrial trial)
    {
        var journal = StoreTrial.Journal("run_1");
        await trial.Store.ImportAsync(StoreTrial.Lines(journal.Take(5)));
        await trial.HasAsync("run_1", journal.Take(5));
        var lease = await trial.Store.AcquireAsync("run_1", "me", StoreTrial.Minute);
        await trial.Store.AppendAsync(lease, journal.From(5));
        await trial.HasAsync("run_1", journal);
    }

    [Catches("a journal that is taken although it was changed, cut or put together by somebody.")]
    public static async Task A_journal_that_is_not_whole_is_refused_wherever_it_is_broken(StoreTrial trial)
    {
        var (journal, other) = (StoreTrial.Journal("run_1"), StoreTrial.Journal("run_2"));
        var (lines, others) = (StoreTrial.Lines(journal), StoreTrial.Lines(other));
        await RefusedAsync([]);
        for (var at = 0; at < lines.Count; at++)
        {
            // Left out (but for the last: what is left then is a whole journal), twice, changed, in another place, of another run.
            if (at < lines.Count - 1) await RefusedAsync([.. lines.Where((_, i) => i != at)]);
            await RefusedAsync([.. lines.Take(at + 1), lines[at], .. lines.From(at + 1)]);
            await RefusedAsync(With(at, lines[at] with { Text = lines[at].Text.Replace("run_started", "run_begun").Insert(20, " ") }));
            await RefusedAsync(With(at, lines[at] with { Hash = others[at].Hash }));
            await RefusedAsync(With(at, lines[at] with { Hash = lines[at].Hash.ToUpperInvariant() + "0" }));
            await RefusedAsync(With(at, lines[at] with { Hash = "" }));
            await RefusedAsync(With(at, lines[at] with { Sequence = at + 1 }));
            await RefusedAsync(With(at, lines[at] with { RunId = "run_2" }));
            await RefusedAsync(With(at, others[at]));
            // And with hashes that fit, so that only the events themselves are wrong.
            await RefusedAsync(Texts(at, JournalFormat.Write(other[at])));
            await RefusedAsync(Texts(at, JournalFormat.Write(journal[(at + 1) % journal.Count] with { Sequence = at })));
            await RefusedAsync(Texts(at, JournalFormat.Write(journal[at] with { Step = journal[at].Step + 1 })));
            await RefusedAsync(Texts(at, ""));
            await RefusedAsync(Texts(at, "{}"));
            await RefusedAsync(Texts(at, lines[at].Text.Replace("\"version\":1", "\"version\":99", StringComparison.Ordinal)));
            await RefusedAsync(Texts(at, JournalFormat.Write(journal[at]) + "\ud800"));
            // Or in other bytes than are written for them.
            await RefusedAsync(Texts(at, lines[at].Text.Replace("{\"event\":", "{ \"event\" :\t", StringComparison.Ordinal)));
            await RefusedAsync(Texts(at, lines[at].Text.Replace(",\"sequence\"", ", \"sequence\"", StringComparison.Ordinal)));
        }
        var headless = journal.From(1).Select(static traced => traced with { Sequence = traced.Sequence - 1 });
        await RefusedAsync(Chained(headless.Select(static traced => ("run_1", JournalFormat.Write(traced)))));
        await trial.Store.ImportAsync(lines);
        await trial.HasAsync("run_1", journal);

        Seq<JournalLine> With(int at, JournalLine line) => [.. lines.Take(at), line, .. lines.From(at + 1)];

        Seq<JournalLine> Texts(int at, string text) => Chained(lines.Select((line, i) => ("run_1", i == at ? text : line.Text)));

        async Task RefusedAsync(Seq<JournalLine> broken)
        {
            await Expect.ThrowsAsync<StoreException>(() => trial.Store.ImportAsync(broken));
            Expect.Empty(await trial.Store.ListAsync());
        }
    }

    [Catches("a run that is written over by an import, or that is driven while one comes in.")]
    public static async Task A_name_that_is_or_was_taken_is_not_imported(StoreTrial trial)
    {
        var journal = await trial.KeepAsync("run_1");
        await trial.KeepAsync("run_2");
        await trial.Store.DeleteAsync("run_2");
        var lease = await trial.Store.AcquireAsync("run_3", "ann", StoreTrial.Minute);
        await Expect.ThrowsAsync<JournalConflictException>(() => trial.Store.ImportAsync(StoreTrial.Lines(journal)));
        await Expect.ThrowsAsync<JournalConflictException>(() => trial.Store.ImportAsync(StoreTrial.Lines(StoreTrial.Journal("run_2"))));
        await Expect.ThrowsAsync<RunIsDrivenException>(() => trial.Store.ImportAsync(StoreTrial.Lines(StoreTrial.Journal("run_3"))));
        await trial.HasAsync("run_1", journal);
        await trial.HasAsync("run_2", []);
        await trial.HasAsync("run_3", []);
        await trial.Store.AppendAsync(lease, StoreTrial.Journal("run_3"));
        await Expect.ThrowsAsync<JournalConflictException>(() => trial.Store.ImportAsync(StoreTrial.Lines(StoreTrial.Journal("run_3"))));
    }

    [Catches("an import that takes some of the journals over and not the others, so that nobody knows which.")]
    public static async Task Journals_that_are_imported_together_are_kept_all_or_none(StoreTrial trial)
    {
        var journals = Enumerable.Range(1, 3).Select(static i => StoreTrial.Journal($"run_{i}")).ToList();
        Seq<JournalLine> lines = [.. journals.SelectMany(StoreTrial.Lines)];
        await trial.KeepAsync("run_0");
        var taken = StoreTrial.Lines(StoreTrial.Journal("run_0"));
        await Expect.ThrowsAsync<JournalConflictException>(() => trial.Store.ImportAsync([.. lines, .. taken]));
        await Expect.ThrowsAsync<StoreException>(() => trial.Store.ImportAsync([.. lines, .. lines.Take(2)]));
        await Expect.ThrowsAsync<StoreException>(() => trial.Store.ImportAsync([.. lines.SkipLast(4), lines[^1]]));
        var lease = await trial.Store.AcquireAsync("run_3", "ann", StoreTrial.Minute);
        await Expect.ThrowsAsync<RunIsDrivenException>(() => trial.Store.ImportAsync(lines));
        foreach (var journal in journals) await trial.HasAsync(journal[0].RunId, []);
        await trial.Store.ReleaseAsync(lease);
        await trial.Store.ImportAsync(lines);
        foreach (var journal in journals) await trial.HasAsync(journal[0].RunId, journal);
    }

    [Catches("an imported run that comes with commands to run, or with a driver.")]
    public static async Task An_imported_run_has_no_scenario_and_no_driver(StoreTrial trial)
    {
        var lease = await trial.Store.AcquireAsync("run_1", "ann", StoreTrial.Minute);
        await trial.Store.GiveScenarioAsync(lease, new byte[] { 1 });
        trial.Clock.Move(StoreTrial.Minute);
        await trial.Store.ImportAsync(StoreTrial.Lines(StoreTrial.Journal("run_1")));
        var entry = (await trial.Store.FindAsync("run_1"))!;
        Expect.Equal((null, null), (entry.Scenario, entry.DrivenBy));
        await LeaseChecks.FencedAsync(trial, lease, StoreTrial.Journal("run_1"));
    }

    private static Seq<JournalLine> Chained(IEnumerable<(string RunId, string Text)> lines)
    {
        var head = JournalLine.Origin;
        return lines.Select((line, i) => new JournalLine(line.RunId, i, line.Text, head = JournalLine.HashOf(line.Text, head))).ToSeq();
    }
}
