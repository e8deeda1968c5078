using MiniRuntime.Shell;
using MiniRuntime.Testing;

namespace MiniRuntime.Properties;

public sealed class ExplorerLaws
{
    // Would catch: two states taken for one that are not, so that a run which breaks a law is never looked at, or found by a detour.
    [Property(MaxTest = 600, Arbitrary = [typeof(Explorable)])]
    public void Exploring_with_and_without_merging_finds_the_same_shortest_counterexamples(Explored story)
    {
        var merged = story.Explore(merges: true);
        var all = story.Explore(merges: false);
        Assert.True(all.Coverage != Coverage.Stopped || all.Laws.All(verdict => verdict.Counterexample is not null), $"{all.Limit}");
        Assert.Equal(Lengths(all), Lengths(merged));
        Assert.True(merged.States <= all.States);
    }

    // Would catch: an explorer that follows the laws in another way than they judge a path, or that plays something else than it shows.
    [Property(MaxTest = 150, Arbitrary = [typeof(Explorable)])]
    public void A_counterexample_breaks_its_law_when_it_is_played_and_not_before_its_last_input(Explored story)
    {
        foreach (var verdict in story.Explore(merges: true).Laws)
        {
            if (verdict.Counterexample is not { } found) continue;
            Assert.NotEmpty(found.Reasons);
            Assert.Equal(found.Reasons, verdict.Law.Judge(Trajectory.Of(found.Trace)).Reasons);
            Assert.True(verdict.Law.Judge(story.Path(found.Inputs.Take(found.Inputs.Count - 1).ToSeq())).Passed);
        }
    }

    // Would catch: a space that is called closed while a run of its alphabet leads out of it.
    [Property(MaxTest = 150, Arbitrary = [typeof(Explorable)])]
    public void In_a_closed_space_no_run_of_any_length_breaks_a_law_that_holds(Explored story, int seed)
    {
        var found = story.Explore(merges: true, depth: 60);
        Assert.True(found.Coverage == Coverage.Closed || found.Laws.All(verdict => verdict.Counterexample is not null), $"{found.Limit}");
        var random = new Random(seed);
        var (state, script) = (story.Setup.Agent.Start(Explored.Run, new Stamp(DateTimeOffset.UnixEpoch)).State, new List<ScriptedInput>());
        for (var i = 0; i < 60 && state.Stopped is null; i++)
        {
            var letters = story.Letters(state);
            script.Add(letters[random.Next(letters.Count)]);
            state = ScriptedInput.Play(story.Setup.Agent, Explored.Run, script, DateTimeOffset.UnixEpoch).Last().State;
        }
        var path = story.Path(script.ToSeq());
        foreach (var verdict in found.Laws)
            if (verdict.Counterexample is null) Assert.Empty(verdict.Law.Judge(path).Reasons);
    }

    // Would catch: a shrinker that stops too early, or that shrinks a run until it fails in another way, or not at all.
    [Property(MaxTest = 100, Arbitrary = [typeof(Explorable)])]
    public void A_shrunk_run_still_goes_wrong_and_without_any_one_input_it_does_not(Explored story, Journey journey)
    {
        var script = Shrinker.Script((journey with { Setup = story.Setup, Run = Explored.Run }).Walk().Trace);
        var begins = Moment.Epoch;
        foreach (var law in story.Laws)
        {
            bool GoesWrong(Trajectory path) => !law.Judge(path).Passed;
            var shorter = Shrinker.Shrink(story.Setup.Agent, Explored.Run, script, begins, GoesWrong);
            Assert.Equal(GoesWrong(Shrinker.Path(story.Setup.Agent, Explored.Run, script, begins)), shorter is not null);
            if (shorter is null) continue;
            Assert.True(GoesWrong(Shrinker.Path(story.Setup.Agent, Explored.Run, shorter, begins)));
            for (var i = 0; i < shorter.Count; i++)
            {
                var without = shorter.Take(i).Concat(shorter.Skip(i + 1)).ToSeq();
                Assert.False(GoesWrong(Shrinker.Path(story.Setup.Agent, Explored.Run, without, begins)), $"input {i} is not needed");
            }
        }
    }

    // Would catch: "closed" of a space in which the model proposes one thing at a time, where two at once go by a label.
    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void Several_proposals_at_once_are_a_gap_where_memory_with_labels_may_come_into_view_in_between(
        bool labels, bool limit, bool gap)
    {
        var memory = new[] { "big", "mail" }.Select(id => new MemoryItem(id, MemoryScope.Task, id, labels: labels ? ["untrusted"] : []));
        foreach (var byRule in new[] { true, false })
        {
            var agent = new Agent([], new Budget(2),
                new Policy(limit && byRule ? [new Rule(new Deny("no"), PolicyAction.MemoryRead, labels: ["seen"])] : []),
                context: limit && !byRule ? new ContextRules(maxTokens: 400) : null);
            Assert.Equal(gap, Alphabet.Of(agent, new Run("run", "goal", memory: memory), []).Gaps
                .Any(static gap => gap.StartsWith("several proposals in one answer", StringComparison.Ordinal)));
        }
    }

    private static List<(string, int?)> Lengths(Exploration found) =>
        found.Laws.Select(verdict => (verdict.Law.Name, verdict.Counterexample?.Inputs.Count)).ToList();
}

/// <summary>A small agent, laws about it, and an alphabet that is small enough to look at every run.</summary>
public sealed record Explored(Setup Setup, Seq<TrajectoryLaw> Laws, int Depth, bool AtOnce)
{
    internal static Run Run { get; } = new("run", "goal", "alice");

    internal Exploration Explore(bool merges, int? depth = null) => Explorer.Explore(Setup.Agent, Run, Laws, Small,
        new ExplorerOptions { Depth = depth ?? Depth, Merges = merges, MaxStates = 5_000_000 });

    internal Trajectory Path(Seq<ScriptedInput> script) => Shrinker.Path(Setup.Agent, Run, script, DateTimeOffset.UnixEpoch);

    internal IReadOnlyList<ScriptedInput> Letters(State state) => state.Phase switch
    {
        { Thinking: not null } => Small.Proposals,
        { Executing: not null } => Small.Results,
        { AwaitingApproval: not null } => Small.Reviews,
        { AwaitingReply: not null } => Small.Replies,
        _ => Small.Resolutions,
    };

    // Few letters, so that all runs can be looked at without merging: every call, and one of each kind that does something else.
    private Alphabet Small
    {
        get
        {
            var all = Alphabet.Of(Setup.Agent, Run, Laws);
            List<ScriptedInput> calls =
                [.. all.Proposals.Where(line => line.Input.Decision?.CallTool is { } call && call.Name != "no_such_tool").Take(4)];
            var both = new Decisions(calls[0].Input.Decision!).Then(calls[^1].Input.Decision!);
            return all with
            {
                Proposals = [.. calls, .. AtOnce ? new[] { new ScriptedInput(both) } : [],
                    .. all.Proposals.Where(line => line.Input.Kind == "invalid_decision" || line.Input.Decision?.Answer?.Text == "done")],
                Results = [.. all.Results.Where(line => line.Input.ToolReport is { } report
                    && (report.Labels.Count == 0 ? report.Result.Status != "refused" : report.Result.Status is "ok" or "lost"))],
                Reviews = [.. all.Reviews.Where(line => line.Input.PersonSaid?.Approve?.EditedInput is null)],
            };
        }
    }

    public override string ToString() => $"{Setup}\n{string.Join("\n", Laws)}\ndepth {Depth}";
}

/// <summary>Generators for <see cref="Explored"/>. Pools are as small as can be: what is to be found are states that are nearly alike.</summary>
public static class Explorable
{
    private static readonly Condition _much = new("amount", greater: 10);

    private static Gen<CallPattern> Pattern { get; } =
        from kind in Gen.Choose(0, 7)
        select kind switch
        {
            0 or 1 => new CallPattern("pay"),
            2 => new CallPattern("look"),
            3 => new CallPattern(label: "untrusted"),
            4 => new CallPattern("look", label: "untrusted"),
            5 => new CallPattern("pay", label: "untrusted"),
            6 => new CallPattern("pay", input: [_much]),
            _ => new CallPattern(),
        };

    private static Gen<Demand> Demand { get; } =
        from first in Pattern
        from then in Pattern
        from count in Gen.Choose(0, 2)
        from unless in Gen.Elements(true, false)
        from reasons in Gen.SubListOf(Enum.GetValues<StopReason>())
        from kind in Gen.Choose(0, 9)
        select kind switch
        {
            0 or 1 => (Demand)new Never(first, unless),
            2 or 3 or 4 => new Before(first, then),
            5 or 6 => new NeverAfter(first, then),
            7 or 8 => new AtMost(count, first),
            _ => new Ends(reasons.ToSeq()),
        };

    private static Gen<Rule> Rule { get; } =
        from then in Gen.Elements<PolicyDecision>(new Allow(), new Allow(), new Deny("no"), new ApprovalRequired("ask"))
        from tool in Gen.Elements("pay", "pay", "look", "*")
        from untrusted in Gen.Elements(true, true, false)
        from much in Gen.Elements(true, false)
        select new Rule(then, tool: tool, labels: untrusted ? ["untrusted"] : [], input: much ? [_much] : []);

    private static Gen<Setup> Setup { get; } =
        from labels in Gen.Elements<Seq<string>>([], ["untrusted"]).ListOf(2)
        from effect in Gen.Elements(SideEffect.Write, SideEffect.Draft)
        from idempotent in Gen.Elements(true, false)
        // A label, or an amount, may close the gate or open it.
        from open in Gen.Elements("*", "look")
        from count in Gen.Choose(0, 2)
        from rules in Rule.ListOf(count)
        from approvals in Gen.Elements(Approvals.Off, Approvals.On, Approvals.On)
        from steps in Gen.Choose(2, 4)
        from calls in Gen.Elements<int?>(null, null, 1, 2)
        from tolerances in Gen.Choose(0, 1).ListOf(4)
        from deadline in Gen.Elements<TimeSpan?>(null, null, TimeSpan.FromHours(1), TimeSpan.FromDays(8))
        select new Setup(
            [new Tool("look", "", SideEffect.Read, labels: labels[0]), new Tool("pay", "", effect, labels: labels[1], idempotent: idempotent)],
            new Budget(steps, calls, tolerances[0], tolerances[1], tolerances[2], tolerances[3], deadline: deadline),
            new Policy([new Rule(new Allow(), tool: open), .. rules]), approvals, ContextRules.Default);

    public static Arbitrary<Explored> Any() => Arb.From(
        from setup in Setup
        from demands in Demand.ListOf(4)
        from depth in Gen.Choose(3, 7)
        from atOnce in Gen.Elements(true, false, false)
        select new Explored(setup, demands.Select((demand, i) => new TrajectoryLaw($"law {i}", demand)).ToSeq(), depth, atOnce));
}
