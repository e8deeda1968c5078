using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>What came of a run whose processes, store, tools and people went through trouble.</summary>
public sealed class ProcessSimulation
{
    private readonly ProcessSimulator _simulator;

    internal ProcessSimulation(Seq<TraceEvent> trace, Seq<Call> happened, IReadOnlyDictionary<ProcessTrouble, int> troubles,
        IReadOnlyDictionary<Recovery, int> recoveries, string? broken, ProcessSimulator simulator) =>
        (Trace, Happened, Troubles, Recoveries, Broken, _simulator) = (trace, happened, troubles, recoveries, broken, simulator);

    /// <summary>The run's journal.</summary>
    public Seq<TraceEvent> Trace { get; }

    /// <summary>
    /// The calls that took effect in the world, in order, which only the world knows; see <see cref="Simulation.Happened"/>.
    /// </summary>
    public Seq<Call> Happened { get; }

    /// <summary>How often each trouble struck.</summary>
    public IReadOnlyDictionary<ProcessTrouble, int> Troubles { get; }

    /// <summary>How often each way out was taken.</summary>
    public IReadOnlyDictionary<Recovery, int> Recoveries { get; }

    /// <summary>The promise that was broken first, and how; null when all were kept.</summary>
    public string? Broken { get; }

    /// <summary>The story: who did what, in order of time. It begins with what it takes to see it again.</summary>
    public override string ToString() => $"{_simulator.World}\nagent: {Setup.Of(_simulator.Agent)}\n"
        + $"{Print.Run(_simulator.Run)}\n{_simulator.Story}Happened in the world: "
        + $"{string.Join(", ", Happened.Select(static call => $"{call.Id} {call.Proposal}").DefaultIfEmpty("nothing"))}\n"
        + (Broken is null ? "Every promise was kept." : $"Broken: {Broken}");
}
