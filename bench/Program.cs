using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MiniRuntime.Bench;

// `ratio`: what is compared, in turn, in a minute.
if (args is ["ratio"])
{
    foreach (var ratio in Alternation.Ratios()) Console.WriteLine(ratio);
    return;
}

// `store [FOLDER]`: runs in a file, beside bare SQLite, in some two minutes.
if (args is ["store", ..])
{
    Console.WriteLine(await StoreBench.ReportAsync(args is [_, var folder] ? folder : Path.GetTempPath()));
    return;
}

// Without arguments all of it, in one process, so that every figure can be set against the floor's of the same minutes. With arguments
// those are BenchmarkDotNet's own: --filter '*Step*', --list flat.
var config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(5).WithIterationCount(10))
    .AddDiagnoser(MemoryDiagnoser.Default);
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Floor).Assembly).Run(args.Length > 0 ? args : ["--filter", "*"], config);
Console.WriteLine(Ratios.Table(summaries));
