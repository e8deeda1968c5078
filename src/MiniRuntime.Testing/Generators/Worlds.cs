using FsCheck;
using FsCheck.Fluent;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>Generators and shrinkers for simulated worlds.</summary>
internal static class Worlds
{
    // A few kinds of trouble at a time get a run into corners that all of them together keep it out of.
    public static Gen<SimulatedProcesses> Processes { get; } =
        from seed in Gen.Choose(0, int.MaxValue)
        from percent in Gen.Elements(5, 10, 15, 25, 40)
        from troubles in Gen.Frequency(
            (1, Gen.Constant(Enum.GetValues<ProcessTrouble>())),
            (2, Gen.SubListOf(Enum.GetValues<ProcessTrouble>()).Select(static some => some.ToArray())))
        select new SimulatedProcesses(seed) { Percent = percent, Troubles = troubles };

    public static IEnumerable<SimulatedProcesses> Simpler(SimulatedProcesses world) =>
    [
        .. Shrink.List(world.Troubles.ToSeq()).Select(troubles => world with { Troubles = troubles }),
        .. Shrink.Towards(world.Patience, 5, 10, 20, 40, 80).Where(n => n < world.Patience).Select(n => world with { Patience = n }),
        .. Shrink.Towards(world.Percent, 5, 10, 20).Where(n => n < world.Percent).Select(n => world with { Percent = n }),
    ];
}
