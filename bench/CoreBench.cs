using BenchmarkDotNet.Attributes;
using MiniRuntime.Core;

namespace MiniRuntime.Bench;

/// <summary>
/// One step (a proposal and the report on it: two calls of Step, five events), with full recording, in runs of three lengths; the floor
/// beside it. All times and bytes are per step.
/// </summary>
public class CoreBench
{
    private const int Short = 10;
    private const int Middle = 1_000;
    private const int Long = 100_000;

    private readonly Dictionary<int, Script> _scripts = new() { [Short] = new(Short), [Middle] = new(Middle), [Long] = new(Long) };
    private readonly Dictionary<string, Tool> _registry = new Script(1).Agent.Tools.ToDictionary(static tool => tool.Name);
    private readonly FloorRule[] _rules =
        [.. Policy.Default.Rules.Select(static rule => new FloorRule(rule.Then, rule.Tool, rule.SideEffect))];

    [Benchmark(OperationsPerInvoke = Short)]
    public object Floor_10() => ByHand(Short);

    [Benchmark(OperationsPerInvoke = Middle)]
    public object Floor_1000() => ByHand(Middle);

    [Benchmark(OperationsPerInvoke = Long)]
    public object Floor_100000() => ByHand(Long);

    [Benchmark(OperationsPerInvoke = Short)]
    public object Step_10() => _scripts[Short].Play();

    [Benchmark(OperationsPerInvoke = Middle)]
    public object Step_1000() => _scripts[Middle].Play();

    [Benchmark(OperationsPerInvoke = Long)]
    public object Step_100000() => _scripts[Long].Play();

    /// <summary>The same with the effects as a list, which is made when somebody asks for it.</summary>
    [Benchmark(OperationsPerInvoke = Middle)]
    public object Effects_1000() => _scripts[Middle].PlayEffects();

    private FloorRun ByHand(int steps)
    {
        var script = _scripts[steps];
        return Floor.Play(_registry, _rules, script.Agent.Budget, script.Agent.Hash, script.Run, script.Proposals, script.Reports);
    }
}
