using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>One file, written by processes that know nothing of each other.</summary>
public sealed class TwoProcessesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_processes_write_one_store_at_once_and_every_run_is_one_processs()
    {
        const int Runs = 8, Contested = 12;
        var path = _folder.File("runs.db");
        // They also make the store, whoever is first.
        var written = await Task.WhenAll(((string[])["ann", "bob"]).Select(name =>
            OtherProcess.RunAsync("write", path, name, $"{Runs}", $"{Contested}")));
        Assert.All(written, static process => Assert.Equal((0, ""), (process.Code, process.Errors)));
        await using var store = SqliteStore.Open(path, new SqliteStoreOptions { MayCreate = false });
        var got = written.Select(static process => process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Equal(Enumerable.Range(0, Contested).Select(static i => $"contested_{i}").Order(StringComparer.Ordinal),
            got.SelectMany(static runs => runs).Order(StringComparer.Ordinal));
        for (var i = 0; i < 2; i++)
        {
            var name = i == 0 ? "ann" : "bob";
            foreach (var runId in Enumerable.Range(0, Runs).Select(run => $"{name}_{run}").Concat(got[i]))
                await store.HasAsync(runId, Journals.Of(runId, steps: 2, text: name));
        }
        Assert.Equal((2 * Runs) + Contested, (await store.ListAsync()).Count);
        Assert.Empty(await store.CheckAsync());
        Assert.Equal(["runs.db", "runs.db-shm", "runs.db-wal"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_process_that_is_killed_has_lost_nothing_that_it_was_told_is_kept()
    {
        const int Steps = 1000;
        var (path, journal, kept) = (_folder.File("runs.db"), Journals.Of("run_1", Steps), -1);
        foreach (var more in (int[])[1, 2, 30, 7])
        {
            using (var process = OtherProcess.Start("append", path, "run_1", $"{Steps}"))
            {
                for (var i = 0; i < more; i++) kept = int.Parse((await process.StandardOutput.ReadLineAsync())!);
                process.Kill();
                // What it had said before it died counts too.
                foreach (var line in (await process.StandardOutput.ReadToEndAsync()).Split('\n')[..^1]) kept = int.Parse(line);
                await process.WaitForExitAsync();
            }
            await using var store = SqliteStore.Open(path, new SqliteStoreOptions { MayCreate = false });
            var events = await store.ReadAsync("run_1");
            Assert.InRange(events.Count, kept + 1, kept + 2);
            await store.HasAsync("run_1", journal[..events.Count]);
        }
    }
}
