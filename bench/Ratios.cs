using System.Globalization;
using BenchmarkDotNet.Reports;

namespace MiniRuntime.Bench;

/// <summary>
/// What was measured, as ratios to the floor of the same run: on another machine, or a busy one, times say little. The least time of ten,
/// since what others do on the machine only ever adds.
/// </summary>
internal static class Ratios
{
    /// <summary>The table for the README; empty unless the floor was measured too.</summary>
    public static string Table(IEnumerable<Summary> summaries)
    {
        var measured = summaries.SelectMany(static summary => summary.Reports)
            .Where(static report => report.ResultStatistics is not null)
            .Select(static report => (Name: report.BenchmarkCase.Descriptor.WorkloadMethod.Name, Time: report.ResultStatistics!.Min,
                Bytes: report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0))
            .ToList();
        var floor = measured.FirstOrDefault(static one => one.Name == "Floor_1000");
        if (floor.Name is null) return "";
        var lines = measured.Select(one => string.Create(CultureInfo.InvariantCulture,
            $"| {one.Name.Replace('_', ' ')} | {one.Time / 1000:0.000} | {one.Time / floor.Time:0.00} | {one.Bytes} | {(double)one.Bytes / floor.Bytes:0.00} |"));
        return string.Join(Environment.NewLine,
            ["| per step | µs | to the floor | bytes | to the floor |", "| --- | ---: | ---: | ---: | ---: |", .. lines]);
    }
}
