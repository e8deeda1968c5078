using MiniRuntime.Shell;
using MiniRuntime.Testing;

namespace MiniRuntime.Properties;

public sealed class ExplorerLaws
{
    // Would catch: two states taken for one that are not, so that a run which breaks a law is never looked at, or found by a detour.
    [Property(MaxTest = 150, Arbitrary = [typeof(Explorable)])]
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
        var (state, script) = (story.Setup.Agent.Start(story.Run, new Stamp(DateTimeOffset.UnixEpoch)).State, new List<ScriptedInput>());
        for (var i = 0; i < 60 && state.Stopped is null; i++)
        {
            var letters = story.Letters(state);
            script.Add(letters[random.Next(letters.Count)]);
            state = ScriptedInput.Play(story.Setup.Agent, story.Run, script, DateTimeOffset.UnixEpoch).Last().State;
        }
        var path = story.Path(script.ToSeq());
        foreach (var verdict in found.Laws)
            if (verdict.Counterexample is null) Assert.Empty(verdict.Law.Judge(path).Reasons);
    }

    // Would catch: a shrinker that stops too early, or that shrinks a run until it fails in another way, or not at all.
    [Property(MaxTest = 100, Arbitrary = [typeof(Explorable)])]
    public void A_shrunk_run_still_goes_wrong_and_without_any_one_input_it_does_not(Explored story, Journey journey)
    {
        var script = Shrinker.Script((journey with { Setup = story.Setup, Run = story.Run }).Walk().Trace);
        var begins = Moment.Epoch;
        foreach (var law in story.Laws)
        {
            bool GoesWrong(Trajectory path) => !law.Judge(path).Passed;
            var shorter = Shrinker.Shrink(story.Setup.Agent, story.Run, script, begins, GoesWrong);
            Assert.Equal(GoesWrong(Shrinker.Path(story.Setup.Agent, story.Run, script, begins)), shorter is not null);
            if (shorter is null) continue;
            Assert.True(GoesWrong(Shrinker.Path(story.Setup.Agent, story.Run, shorter, begins)));
            for (var i = 0; i < shorter.Count; i++)
            {
                var without = shorter.Take(i).Concat(shorter.Skip(i + 1)).ToSeq();
                Assert.False(GoesWrong(Shrinker.Path(story.Setup.Agent, story.Run, without, begins)), $"input {i} is not needed");
            }
        }
    }

    private static List<(string, int?)> Lengths(Exploration found) =>
        found.Laws.Select(verdict => (verdict.Law.Name, verdict.Counterexample?.Inputs.Count)).ToList();
}

/// <summary>A small agent, laws about it, and an alphabet that is small enough to look at every run.</summary>
public sealed record Explored(Setup Setup, Run Run, Seq<TrajectoryLaw> Laws, int Depth)
{
    internal Exploration Explore(bool merges, int? depth = null) => Explorer.Explore(Setup.Agent, Run, Laws, Small,
        new ExplorerOptions { Depth = depth ?? Depth, Merges = merges, MaxStates = 3_000_000 });

    internal Trajectory Path(Seq<ScriptedInput> script) => Shrinker.Path(Setup.Agent, Run, script, DateTimeOffset.UnixEpoch);

    internal IReadOnlyList<ScriptedInput> Letters(State state) => state.Phase switch
    {
        { Thinking: not null } => Small.Proposals,
        { Executing: not null } => Small.Results,
        { AwaitingApproval: not null } => Small.Reviews.Where(line => line.Input.PersonSaid?.Approve?.EditedInput is null).ToList(),
        { AwaitingReply: not null } => Small.Replies,
        _ => Small.Resolutions,
    };

    // Every third proposal and result, the calls first: the others multiply the runs and add nothing new.
    private Alphabet Small
    {
        get
        {
            var all = Alphabet.Of(Setup.Agent, Run, Laws);
            return all with
            {
                Proposals = [.. all.Proposals.Where(line => line.Input.Decision?.CallTool is not null).Take(5),
                    .. all.Proposals.Where(line => line.Input.Decision?.CallTool is null).Take(3)],
                Results = [.. all.Results.Where((_, i) => i % 3 == 0)],
                Reviews = [.. all.Reviews.Take(4)],
            };
        }
    }

    public override string ToString() => $"{Setup}\n{Run}\n{string.Join("\n", Laws)}\ndepth {Depth}";
}

/// <summary>Generators for <see cref="Explored"/>.</summary>
public static class Explorable
{
    private static Gen<CallPattern> Pattern { get; } =
        from tool in Gen.Elements(null, null, "*a*", "pay", "look", "mail*")
        from effect in Gen.Elements<SideEffect?>(null, null, SideEffect.Read, SideEffect.Draft, SideEffect.Write)
        from label in Gen.Elements(null, null, null, "untrusted", "secret")
        from input in Gen.Elements<Seq<Condition>>([], [], [new Condition("amount", greater: 10)], [new Condition("to", equal: "bob")])
        select new CallPattern(tool, effect, label, input);

    private static Gen<Demand> Demand { get; } =
        from first in Pattern
        from then in Pattern
        from count in Gen.Choose(0, 2)
        from unless in Gen.Elements(true, false)
        from reasons in Gen.SubListOf(StopReason.Success, StopReason.Blocked, StopReason.Refused, StopReason.BudgetExhausted)
        from kind in Gen.Choose(0, 4)
        select kind switch
        {
            0 => (Demand)new Never(first, unless),
            1 => new Before(first, then),
            2 => new NeverAfter(first, then),
            3 => new AtMost(count, first),
            _ => new Ends(reasons.ToSeq()),
        };

    private static Gen<Setup> Setup { get; } =
        from setup in Arbitraries.Setup().Generator
        from steps in Gen.Choose(1, 4)
        from tolerances in Gen.Choose(0, 1).ListOf(4)
        from deadline in Gen.Elements<TimeSpan?>(null, null, TimeSpan.FromHours(1))
        from rule in Arbitraries.Rule().Generator
        from conditions in Gen.Elements<Seq<Condition>>([], [new Condition("amount", greater: 10)], [new Condition("to", equal: "bob")])
        let also = rule.Action == PolicyAction.Tool
            ? new Rule(rule.Then, tool: rule.Tool, labels: rule.Labels, input: conditions)
            : rule
        select setup with
        {
            // Without their schemas, which are any JSON here.
            Tools = setup.Tools.Take(3).Select(static tool => new Tool(tool.Name, "", tool.Ref.SideEffect, null, tool.Ref.Labels,
                tool.Ref.Version, tool.Enabled, tool.Ref.Idempotent)).ToSeq(),
            Budget = new Budget(steps, null, tolerances[0], tolerances[1], tolerances[2], tolerances[3], deadline: deadline),
            Policy = new Policy([.. setup.Policy.Rules, also]),
        };

    public static Arbitrary<Explored> Any() => Arb.From(
        from setup in Setup
        from run in Arbitraries.Run().Generator
        from demands in Demand.ListOf(3)
        from depth in Gen.Choose(2, 5)
        select new Explored(setup, run, demands.Select((demand, i) => new TrajectoryLaw($"law {i}", demand)).ToSeq(), depth));
}
