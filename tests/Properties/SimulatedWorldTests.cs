using MiniRuntime.Shell;

namespace MiniRuntime.Properties;

/// <summary>The world that users test their agents in.</summary>
public sealed class SimulatedWorldTests
{
    private static readonly Run _run = new("run", "", actor: "alice");

    public static TheoryData<Trouble> Troubles => [.. Enum.GetValues<Trouble>()];

    // Would catch: a world that asks a clock, or hashes in another order each time.
    [Property]
    public void The_same_seed_gives_the_same_run(Setup setup, int seed)
    {
        var (one, other) = (new SimulatedWorld(seed).Drive(setup.Agent, _run), new SimulatedWorld(seed).Drive(setup.Agent, _run));
        Assert.Equal(one.Walk.Trace, other.Walk.Trace);
        Assert.Equal(one.Happened, other.Happened);
    }

    // Would catch: a trouble over which a run, or the world, goes on for ever; whatever the agent, and however often it strikes.
    [Property]
    public void Every_run_ends_whatever_goes_wrong_and_however_often(Setup setup, int seed, byte percent)
    {
        foreach (var trouble in Enum.GetValues<Trouble>())
        {
            var world = new SimulatedWorld(seed) { Troubles = [trouble], Percent = percent % 101, Patience = 60 };
            var simulation = world.Drive(setup.Agent, _run);
            Assert.NotNull(simulation.Final.Stopped);
            Assert.Equal(simulation.Final, Agent.Fold(simulation.Walk.Trace).State!);
        }
    }

    // Would catch: a world that does not do what it says, so that tests in it prove nothing.
    [Theory]
    [MemberData(nameof(Troubles))]
    public void Trouble_leaves_its_mark(Trouble trouble)
    {
        var agent = new Agent([new Tool("pay", "", SideEffect.Write)], new Budget(4, null, 9, 9, 9, 9), Policy.Permissive, Approvals.On);
        var facts = Enumerable.Range(0, 100).Select(seed => new SimulatedWorld(seed) { Troubles = [trouble] }.Drive(agent, _run))
            .SelectMany(static simulation => simulation.Walk.Trace).Select(static traced => traced.Fact).ToList();
        bool Accepts(Func<Input, bool> what) => facts.Any(fact => fact.Accepted is { } accepted && what(accepted.Input));
        bool Ignores(Func<Input, bool> what) => facts.Any(fact => fact.Ignored is { } ignored && what(ignored.Input));
        Assert.True(trouble switch
        {
            Trouble.Fails => Accepts(static input => input.ToolReport?.Result == new Error("failed")),
            Trouble.Hangs => Accepts(static input => input.ToolReport?.Result.Lost is not null),
            Trouble.AnswersLate => Ignores(static input => input.ToolReport?.Result.Ok is not null),
            Trouble.AnswersTwice => Ignores(static input => input.ToolReport?.Result.Ok is not null),
            _ => Accepts(static input => input == new Recovered()),
        });
    }

    // Would catch: a second payment, in the only place where it can be seen for certain: the world.
    [Property]
    public void A_write_takes_effect_once_for_each_authorised_call(Setup setup, int seed)
    {
        var simulation = new SimulatedWorld(seed) { Percent = 60 }.Drive(setup.Agent, _run);
        Assert.Distinct(simulation.Happened.Where(static call => call.Tool.SideEffect == SideEffect.Write).Select(static call => call.Id));
    }

    // Would catch: a real runtime that waits in real time for what hangs, or a clock that ends what does not.
    [Fact]
    public async Task The_real_runtime_goes_through_the_same_troubles_without_waiting()
    {
        var agent = new Agent([new Tool("look", "", SideEffect.Read)], new Budget(9, null, 9, 9, 9, 9));
        var statuses = new HashSet<string>();
        for (var seed = 0; seed < 40; seed++)
        {
            var journal = new InMemoryStore();
            await new SimulatedWorld(seed) { Percent = 50 }.Runtime(agent, journal).RunAsync(_run);
            foreach (var traced in await journal.ReadAsync("run"))
            {
                if (traced.Fact.Accepted?.Input is not { } input) continue;
                statuses.Add(input.ToolReport?.Result is { Ok: null } result ? $"{result}" : input.Kind);
            }
        }
        Assert.Superset(
            new HashSet<string>
            {
                "tool", "tool_result", "model_failure", "invalid_decision", "Error { Reason = TimeoutException: No answer within 60 s. }",
            },
            statuses);
    }
}
