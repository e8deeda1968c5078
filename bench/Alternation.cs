using System.Diagnostics;
using System.Globalization;

namespace MiniRuntime.Bench;

/// <summary>
/// Two things in turn, many times over, a few milliseconds each: what the machine does meanwhile hits both. Where it is busy these are the
/// figures to go by.
/// </summary>
internal static class Alternation
{
    private const int Rounds = 400;

    public static IEnumerable<string> Ratios()
    {
        var (core, loop) = (new CoreBench(), new LoopBench());
        yield return Ratio("a step", 1_000, core.Step_1000, "the floor", core.Floor_1000);
        yield return Ratio("a step, in runs of ten", 10, core.Step_10, "the floor", core.Floor_10);
        yield return Ratio("AgentRuntime inline", 10, Wait(loop.AgentRuntime_inline), "the client", Wait(loop.FunctionInvokingChatClient));
        yield return Ratio("AgentRuntime", 10, Wait(loop.AgentRuntime), "the client", Wait(loop.FunctionInvokingChatClient));
    }

    private static string Ratio(string name, int steps, Func<object> run, string toName, Func<object> to)
    {
        for (var i = 0; i < Rounds; i++) (_, _) = (Time(to, steps), Time(run, steps));
        var rounds = Enumerable.Range(0, Rounds).Select(_ => (To: Time(to, steps), Run: Time(run, steps))).ToList();
        var ratios = rounds.Select(static round => round.Run / round.To).Order().ToList();
        var (least, most) = (ratios[Rounds / 4], ratios[Rounds * 3 / 4]);
        return string.Create(CultureInfo.InvariantCulture,
            $"{name}: {ratios[Rounds / 2]:0.0} times {toName} (half of the rounds: {least:0.0} to {most:0.0}). ")
            + string.Create(CultureInfo.InvariantCulture,
            $"The least: {rounds.Min(static round => round.Run):0.000} and {rounds.Min(static round => round.To):0.000} µs.");
    }

    private static Func<object> Wait<T>(Func<Task<T>> run) => () => run().GetAwaiter().GetResult()!;

    // Per step.
    private static double Time(Func<object> run, int steps)
    {
        var runs = 10_000 / steps;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < runs; i++) GC.KeepAlive(run());
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / runs / steps;
    }
}
