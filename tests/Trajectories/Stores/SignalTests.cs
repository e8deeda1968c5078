using System.Diagnostics;
using System.Runtime.Versioning;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>SIGTERM, sent to real processes.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_read_is_given_up_and_the_run_is_left_to_be_taken_up()
    {
        using (var process = OtherProcess.Start("slow", _folder.Path, "read"))
        {
            Assert.Equal("under way", await process.StandardOutput.ReadLineAsync());
            await TermAsync(process);
            await process.WaitForExitAsync();
            Assert.Equal(5, process.ExitCode);
        }
        await using (var store = SlowTool.Open(_folder.Path))
        {
            Assert.NotNull(Agent.Fold(await store.ReadAsync(SlowTool.Id)).State!.Phase.Executing);
            Assert.Null((await store.FindAsync(SlowTool.Id))!.DrivenBy);
        }
        SlowTool.Let(_folder.Path);
        Assert.Equal((0, "under way\n", ""), await OtherProcess.RunAsync("slow", _folder.Path, "read"));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_write_is_waited_for_and_recorded_and_the_run_is_left_after_it()
    {
        using (var process = OtherProcess.Start("slow", _folder.Path, "write"))
        {
            Assert.Equal("under way", await process.StandardOutput.ReadLineAsync());
            await TermAsync(process);
            Assert.Equal("told", await process.StandardOutput.ReadLineAsync());
            SlowTool.Let(_folder.Path);
            await process.WaitForExitAsync();
            Assert.Equal(5, process.ExitCode);
        }
        await using (var store = SlowTool.Open(_folder.Path))
        {
            var left = Agent.Fold(await store.ReadAsync(SlowTool.Id)).State!;
            Assert.Equal((Json)"done", left.Turns[0].Result.Ok!.Data);
            Assert.NotNull(left.Phase.Thinking);
        }
        // It goes on from there, and the write is not repeated.
        Assert.Equal((0, "", ""), await OtherProcess.RunAsync("slow", _folder.Path, "write"));
    }

    // The command has no slow tools. But what it tells fills a pipe that nobody reads, and there it waits until the signal has come.
    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task The_command_leaves_a_run_where_it_is_and_takes_it_up_there()
    {
        const int Calls = 2000;
        var program = Path.Combine(AppContext.BaseDirectory, "miniruntime.dll");
        var (scenario, path) = (_folder.File("long.json"), _folder.File("runs.db"));
        var calls = Enumerable.Range(0, Calls).Select(static i => $$"""{ "kind": "tool", "name": "{{(i % 2 == 0 ? "look" : "pay")}}" }""");
        await File.WriteAllTextAsync(scenario, $$"""
            {
              "runId": "long", "goal": "g", "budget": { "maxSteps": {{Calls + 1}} }, "policy": "permissive",
              "tools": [{ "name": "look", "description": "Looks.", "sideEffect": "read" }, { "name": "pay", "description": "Pays.", "sideEffect": "write" }],
              "decisions": [{{string.Join(", ", calls)}}, { "kind": "answer", "text": "Done." }]
            }
            """);
        using (var process = Process.Start(new ProcessStartInfo("dotnet", [program, "run", scenario, "--store", path])
            { RedirectStandardOutput = true })!)
        {
            while (!await BegunAsync(path)) Assert.False(process.HasExited);
            await TermAsync(process);
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.Equal(5, process.ExitCode);
        }
        await using (var store = SqliteStore.Open(path))
        {
            var left = Agent.Fold(await store.ReadAsync("long")).State!;
            Assert.Null(left.Stopped);
            Assert.Null(left.Phase.InDoubt);
            Assert.NotEqual("pay", left.Phase.Executing?.Call.Tool.Name);
            Assert.InRange(left.Spent.ToolCalls, 1, Calls - 1);
            Assert.Null((await store.FindAsync("long"))!.DrivenBy);
        }
        var (code, _, errors) = await Commands.RunAsync(_folder.Path, "resume", "long", "--store", path);
        Assert.Equal((0, ""), (code, errors));
        await using var ended = SqliteStore.Open(path);
        var trace = await ended.ReadAsync("long");
        Assert.Equal(Calls, trace.Count(static traced => traced.Fact.Accepted?.Input.ToolReport is not null));
        Assert.Equal(Calls / 2, trace.Count(static traced => traced.Fact.CallAuthorized is { Attempt: 1 } permit
            && int.Parse(permit.CallId.Split(':')[1]) % 2 == 1));
    }

    // Whether the run has got somewhere.
    private static async Task<bool> BegunAsync(string path)
    {
        if (!File.Exists(path)) return false;
        await using var store = SqliteStore.Open(path, new SqliteStoreOptions { MayCreate = false });
        return await store.FindAsync("long") is { Events: > 20 };
    }

    private static async Task TermAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
