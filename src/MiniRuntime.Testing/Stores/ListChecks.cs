using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class ListChecks
{
    [Catches("an entry that tells other than the journal, or times by another clock than the store's own.")]
    public static async Task An_entry_says_what_the_store_knows_of_a_run(StoreTrial trial)
    {
        var (journal, created) = (StoreTrial.Journal("run_1"), trial.Clock.GetUtcNow());
        var lease = await trial.Store.AcquireAsync("run_1", "ann", 3 * StoreTrial.Minute);
        await trial.Store.AppendAsync(lease, journal.Take(3).ToList());
        var first = (await trial.Store.FindAsync("run_1"))!;
        Expect.Equal(("run_1", 3L, StoreTrial.Lines(journal)[2].Hash, null, "ann"),
            (first.RunId, first.Events, first.Head, first.Scenario, first.DrivenBy));
        Expect.Equal((created, created), (first.Created, first.Changed));
        trial.Clock.Move(StoreTrial.Minute);
        await trial.Store.RenewAsync(lease, 3 * StoreTrial.Minute);
        Expect.Equal(first, await trial.Store.FindAsync("run_1"));
        await trial.Store.AppendAsync(lease, journal.From(3));
        var second = (await trial.Store.FindAsync("run_1"))!;
        Expect.Equal((journal.Count, StoreTrial.Lines(journal)[^1].Hash, created, created + StoreTrial.Minute),
            ((int)second.Events, second.Head, second.Created, second.Changed));
        await trial.Store.ReleaseAsync(lease);
        Expect.Equal(second with { DrivenBy = null }, await trial.Store.FindAsync("run_1"));
        Expect.Equal(second with { DrivenBy = null }, Expect.Single(await trial.Store.ListAsync()));
    }

    [Catches("a list in the order of some language, of chance, or of time.")]
    public static async Task Runs_are_listed_in_ordinal_order(StoreTrial trial)
    {
        string[] ids = ["b", "B", "a.b", "a", "a_b", "A", "a-b", "ab", "0", "10", "9", "aB"];
        foreach (var id in ids) await trial.KeepAsync(id);
        Expect.Equal(ids.Order(StringComparer.Ordinal), (await trial.Store.ListAsync()).Select(static run => run.RunId));
    }

    [Catches("a pattern that is taken for SQL, for a regular expression, or for a glob with brackets or escapes.")]
    public static async Task Patterns_know_star_and_question_mark_and_nothing_else(StoreTrial trial)
    {
        string[] ids = ["a", "A", "ab", "a_b", "a-b", "a.b", "axb", "abc", "b", "b1", "run_1", "run_10", "run_2", "x"];
        foreach (var id in ids) await trial.KeepAsync(id);
        foreach (var pattern in (string[])
        [
            "*", "", "?", "??", "a", "A", "a?b", "a*", "*b", "*_*", "a_b", "a-b", "a.b", "run_?", "run_*", "r*1*", "**", "*?*", "?*?",
            "a%", "%", "_", "a%b", "[a]", "[ab]*", "[!a]*", "[^a]*", "a[_]b", "a\\_b", "\\*", "\\a", "{a,b}", "(a|b)", "a+", ".*",
            "^a$", "a' OR '1'='1",
            "'; DROP TABLE runs; --", "\"a\"", "$1", "@a", ":a", "a\0", "a\0*", "*\0", "\0", "\ud800", "A\u0308", "ａ", "../*", "a/*", "*/a",
            new string('*', 10_000), new string('a', 10_000), "*" + new string('?', 5), StoreTrial.Odd,
        ])
        {
            var found = (await trial.Store.ListAsync(pattern)).Select(static run => run.RunId);
            Expect.Equal(ids.Where(id => Glob.Matches(pattern, id)).Order(StringComparer.Ordinal), found, $"what matches {pattern}");
        }
        Expect.Equal(ids.Length, (await trial.Store.ListAsync()).Count);
    }

    [Catches("a retention by age that takes a run which is not old, or never takes one.")]
    public static async Task Runs_that_have_not_changed_since_a_time_can_be_asked_for(StoreTrial trial)
    {
        await trial.KeepAsync("run_1");
        trial.Clock.Move(StoreTrial.Minute);
        var then = trial.Clock.GetUtcNow();
        await trial.KeepAsync("run_2");
        trial.Clock.Move(StoreTrial.Minute);
        var lease = await trial.Store.AcquireAsync("run_3", "me", StoreTrial.Minute);
        var journal = StoreTrial.Journal("run_3");
        await trial.Store.AppendAsync(lease, journal.Take(2).ToList());
        Expect.Equal<IEnumerable<string>>([], await UnchangedAsync(then - StoreTrial.Minute));
        Expect.Equal<IEnumerable<string>>(["run_1"], await UnchangedAsync(then));
        Expect.Equal<IEnumerable<string>>(["run_1", "run_2"], await UnchangedAsync(then + TimeSpan.FromTicks(1)));
        // Whatever the time zone in which it is told.
        Expect.Equal<IEnumerable<string>>(["run_1"], await UnchangedAsync(then.ToOffset(TimeSpan.FromHours(-7))));
        trial.Clock.Move(StoreTrial.Minute);
        Expect.Equal<IEnumerable<string>>(["run_1", "run_2", "run_3"], await UnchangedAsync(trial.Clock.GetUtcNow()));
        await trial.Store.AppendAsync(lease, journal.From(2));
        Expect.Equal<IEnumerable<string>>(["run_1", "run_2"], await UnchangedAsync(trial.Clock.GetUtcNow()));
        Expect.Equal<IEnumerable<string>>(["run_2"], await UnchangedAsync(trial.Clock.GetUtcNow(), "*2"));
        Expect.Equal<IEnumerable<string>>(["run_1", "run_2", "run_3"], await UnchangedAsync(DateTimeOffset.MaxValue));
        Expect.Equal<IEnumerable<string>>([], await UnchangedAsync(DateTimeOffset.MinValue));

        async Task<IEnumerable<string>> UnchangedAsync(DateTimeOffset since, string pattern = "*") =>
            (await trial.Store.ListAsync(pattern, since)).Select(static run => run.RunId);
    }
}
