using Xunit;

namespace Lab12;

/// <summary>Exercises 1 to 4: your step does what the loop did.</summary>
public sealed class FoldChecks
{
    [Fact]
    public void Exercise_1_Evolve_makes_the_loops_state_of_the_loops_trace()
    {
        foreach (var world in Worlds.All)
        {
            var (state, trace) = world.ByTheLoop();
            var folded = Agent.Fold(trace);
            Assert.True(folded == state, $"{world.Name}: the trace folds to\n  {folded}\nand the loop's state is\n  {state}");
        }
    }

    [Fact]
    public void Exercises_2_and_3_Step_gives_the_loops_facts_in_their_order()
    {
        foreach (var world in Worlds.All)
        {
            var run = Journey.Of(Runs.Agent(world.MaxSteps), world.Inputs);
            Same(world, run.Trace);
        }
    }

    [Fact]
    public void Exercise_2_what_is_not_its_turn_changes_nothing()
    {
        var (agent, proposal, result) = (Runs.Agent(3), new Proposed(new CallTool("look")), new Returned(new ToolResult("ok")));
        Ignored(Journey.Of(agent, []), result, "a result before anything was called");
        Ignored(Journey.Of(agent, [proposal]), proposal, "a proposal while a tool is being executed");
        Ignored(Journey.Of(agent, [proposal, result]), result, "a result that comes twice");
        Ignored(Journey.Of(agent, [new Proposed(new Answer("42"))]), proposal, "a proposal after the end");
    }

    [Fact]
    public void Exercise_4_the_shell_runs_as_the_loop_did()
    {
        foreach (var world in Worlds.All)
        {
            var (state, trace) = Shell.Run(Runs.Agent(world.MaxSteps), world);
            Same(world, trace);
            Assert.Equal(world.ByTheLoop().State, state);
        }
    }

    private static void Same(Worlds world, Items<Fact> trace)
    {
        var expected = world.ByTheLoop().Facts;
        var at = expected.Zip(trace).TakeWhile(static pair => pair.First == pair.Second).Count();
        Assert.True(at == expected.Count && at == trace.Count,
            $"{world.Name}: fact {at} must be {At(expected, at)}, and it is {At(trace, at)}");
    }

    private static string At(Items<Fact> facts, int at) => at < facts.Count ? $"{facts[at]}" : "missing";

    private static void Ignored(Journey run, Input late, string what)
    {
        Assert.True(run.Trace.Count > 0, "The run has not begun: Start gave no fact.");
        var (state, facts) = run.Agent.Step(run.State, late);
        Assert.True(facts.Count == 0 && state == run.State, $"{what} led to {facts}");
    }
}
