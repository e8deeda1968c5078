using System.Diagnostics;
using System.Globalization;

namespace MiniRuntime.Bench;

/// <summary>
/// Floor and core in turn, many times over, a few milliseconds each: what the machine does meanwhile hits both. Where it is busy this is
/// the figure to go by.
/// </summary>
internal static class Alternation
{
    private const int Rounds = 400;
    private const int Runs = 20;
    private const int Steps = 1_000;

    public static string Ratio()
    {
        var bench = new CoreBench();
        for (var i = 0; i < Rounds; i++) (_, _) = (Time(bench.Floor_1000), Time(bench.Step_1000));
        var rounds = Enumerable.Range(0, Rounds).Select(_ => (Floor: Time(bench.Floor_1000), Core: Time(bench.Step_1000))).ToList();
        var ratios = rounds.Select(static round => round.Core / round.Floor).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"""
            A step is {ratios[Rounds / 2]:0.0} times the floor (half of the rounds: {ratios[Rounds / 4]:0.0} to {ratios[Rounds * 3 / 4]:0.0}).
            The least: floor {rounds.Min(static round => round.Floor):0.000} µs, core {rounds.Min(static round => round.Core):0.000} µs.
            """);
    }

    private static double Time(Func<object> run)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Runs; i++) GC.KeepAlive(run());
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Runs / Steps;
    }
}
