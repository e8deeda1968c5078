using BenchmarkDotNet.Attributes;
using MiniRuntime.Core;

namespace MiniRuntime.Bench;

/// <summary>A step under 1 to 1,000 rules that each name a tool; one of them names the tool that is called. Per step.</summary>
public class PolicyBench
{
    private const int Steps = 1_000;

    private readonly Script _one = With(1);
    private readonly Script _ten = With(10);
    private readonly Script _hundred = With(100);
    private readonly Script _thousand = With(1_000);

    [Benchmark(OperationsPerInvoke = Steps)]
    public object Rules_1() => _one.Play();

    [Benchmark(OperationsPerInvoke = Steps)]
    public object Rules_10() => _ten.Play();

    [Benchmark(OperationsPerInvoke = Steps)]
    public object Rules_100() => _hundred.Play();

    [Benchmark(OperationsPerInvoke = Steps)]
    public object Rules_1000() => _thousand.Play();

    private static Script With(int rules) => new(Steps, new Policy(
    [
        new Rule(new Allow(), tool: Script.Tool),
        .. Enumerable.Range(1, rules - 1).Select(static i => new Rule(new Deny("not_this_one"), tool: $"tool_{i}")),
    ]));
}
