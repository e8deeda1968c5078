using BenchmarkDotNet.Attributes;
using MiniRuntime.Core;

namespace MiniRuntime.Bench;

/// <summary>The start of a run, and the fold of a long trace. Per start; per event folded.</summary>
public class TraceBench
{
    private const int Events = 100_000;

    private readonly Script _script = new(1);
    private readonly Seq<TraceEvent> _trace = new Script(Events / 5).Play().Trace!.Reversed().Take(Events).ToSeq();

    [Benchmark]
    public object Start() => _script.Agent.Start(_script.Run);

    [Benchmark(OperationsPerInvoke = Events)]
    public object Fold_100000_events() => Agent.Fold(_trace).State!;
}
