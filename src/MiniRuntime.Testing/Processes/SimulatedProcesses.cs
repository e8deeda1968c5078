using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// A world in which real runtimes drive a run, in processes that die, pause and get in each other's way, over a store whose answers get
/// lost, with tools, a model and people that have troubles of their own. It is all simulated, on one thread and in no time: the same seed
/// gives the same run, to the byte. What the runtime promises is checked over what really happened.
/// </summary>
public sealed record SimulatedProcesses
{
    /// <summary>A world of its own for each seed.</summary>
    /// <param name="seed">What decides where the trouble is.</param>
    public SimulatedProcesses(int seed) => Seed = seed;

    /// <summary>What decides where the trouble is.</summary>
    public int Seed { get; }

    /// <summary>What can go wrong: by default everything.</summary>
    public IReadOnlyList<ProcessTrouble> Troubles { get; init; } = Enum.GetValues<ProcessTrouble>();

    /// <summary>How often something goes wrong, of a hundred occasions: by default 15.</summary>
    public int Percent { get; init; } = 15;

    /// <summary>What the model proposes, as in a <see cref="SimulatedWorld"/>.</summary>
    public Func<ContextPacket, Random, Decision> Model { get; init; } = SimulatedWorld.Propose;

    /// <summary>
    /// What a call gives when nothing goes wrong, as in a <see cref="SimulatedWorld"/>: where it is not Ok, it has not happened.
    /// </summary>
    public Func<Call, ToolResult> Tool { get; init; } = static _ => new Ok(Json.None);

    /// <summary>After how many occasions nothing goes wrong any more, and the model stops.</summary>
    public int Patience { get; init; } = 150;

    /// <summary>A store that takes events from whoever held a lease once: to show that this is noticed.</summary>
    internal bool ForgetsEpochs { get; init; }

    /// <summary>Drives a run until it has ended, and checks what the runtime promises (<see cref="ProcessSimulation.Broken"/>).</summary>
    /// <param name="agent">The agent. Its policy must be a function of what it is asked.</param>
    /// <param name="run">What the run is for. With approvals on it needs an actor, or nobody can answer.</param>
    /// <exception cref="ArgumentException">An input schema of the agent is unusable.</exception>
    public ProcessSimulation Drive(Agent agent, Run run) => new ProcessSimulator(this, agent, run).Simulate();

    /// <summary>What it takes to make it again.</summary>
    public override string ToString() =>
        $"processes: seed {Seed}, trouble {Percent} % of the time for {Patience} occasions: {string.Join(", ", Troubles)}";
}
