using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>Work on many runs of a store.</summary>
internal static class ManyRuns
{
    /// <summary>How many are gone through before what comes of them is told.</summary>
    public const int Some = 256;

    /// <summary>
    /// Does something for each of them, as many at once as there are processors, and gives what comes of it in their order. Each may have to
    /// keep a whole journal in memory, so no more are begun.
    /// </summary>
    public static async IAsyncEnumerable<(RunEntry Entry, T Result)> EachAsync<T>(this IEnumerable<RunEntry> runs,
        Func<RunEntry, Task<T>> work)
    {
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        foreach (var some in runs.Chunk(Some))
        {
            var results = new T[some.Length];
            await Parallel.ForAsync(0, some.Length, atOnce, async (i, _) => results[i] = await work(some[i]));
            for (var i = 0; i < some.Length; i++) yield return (some[i], results[i]);
        }
    }
}
