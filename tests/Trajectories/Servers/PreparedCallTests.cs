using System.Diagnostics;
using System.Runtime.Versioning;
using MiniRuntime.Core;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// Calls that take long to prepare, such as those to a server that is slow to say what tools it has: what happens to the run in the
/// meantime is heard before anything is done.
/// </summary>
public sealed class PreparedCallTests : IDisposable
{
    private static readonly AheadClock _later = new(TimeSpan.FromHours(1));

    private static readonly DeclaredServer _server = new("odd")
    {
        Command = "odd",
        Tools = [new OperatorsWord("echo") { SideEffect = SideEffect.Write }],
    };

    private readonly TemporaryFolder _folder = new();

    public PreparedCallTests() =>
        OddServer.Has(_folder.Path, """[{ "name": "echo", "description": "Echoes.", "inputSchema": { "type": "object" } }]""");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_driver_that_was_replaced_while_its_call_was_prepared_sends_nothing()
    {
        await using var store = SqliteStore.Open(_folder.File("runs.db"));
        await using var servers = Servers();
        var driving = await HeldUpAsync(Runtime(servers, store));
        await using (var late = SqliteStore.Open(_folder.File("runs.db"), new SqliteStoreOptions { Clock = _later }))
        {
            var second = Runtime(servers, late);
            Assert.NotNull((await second.ResumeAsync("r")).Phase.InDoubt);
            await second.TellAsync("r", (PersonSaid)new Resolve("r:0", Resolution.Abandon, "bob"));
        }
        GoesOn();
        await Assert.ThrowsAsync<LeaseLostException>(() => driving);
        Assert.Empty(OddServer.Calls(_folder.Path));
    }

    [Fact]
    public async Task A_cancel_that_is_asked_for_while_a_call_is_prepared_comes_before_it()
    {
        await using var store = SqliteStore.Open(_folder.File("runs.db"));
        await using var servers = Servers();
        var driving = await HeldUpAsync(Runtime(servers, store));
        Assert.True(await store.AskToCancelAsync("r"));
        GoesOn();
        Assert.Equal(StopReason.Cancelled, (await driving).Stopped!.Reason);
        Assert.Empty(OddServer.Calls(_folder.Path));
    }

    // The same with a process that really stands still: it knows of no time that has passed.
    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_process_that_was_paused_while_its_call_was_prepared_does_nothing_when_it_wakes_up()
    {
        using var process = OtherProcess.Start("slow", _folder.Path, "send");
        Assert.Equal("under way", await process.StandardOutput.ReadLineAsync());
        await SignalAsync(process, "STOP");
        await using (var late = SqliteStore.Open(_folder.File("runs.db"), new SqliteStoreOptions { Clock = _later }))
        {
            var second = new AgentRuntime(SlowTool.Agent, new PlanningModel("send"), new SlowTool(_folder.Path).Toolbox, late);
            Assert.NotNull((await second.ResumeAsync(SlowTool.Id)).Phase.InDoubt);
            await second.TellAsync(SlowTool.Id, (PersonSaid)new Resolve($"{SlowTool.Id}:0", Resolution.Abandon, "bob"));
        }
        SlowTool.Let(_folder.Path);
        await SignalAsync(process, "CONT");
        Assert.Equal("fenced", await process.StandardOutput.ReadLineAsync());
        await process.WaitForExitAsync();
        Assert.Empty(SlowTool.Sent(_folder.Path));
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    private McpTools Servers() => new([_server], new McpOptions { Transport = _ => OddServer.In(_folder.Path) });

    private AgentRuntime Runtime(McpTools servers, IRunStore store)
    {
        var said = (Json.Array)StrictJson.Parse(File.ReadAllBytes(_folder.File("tools.json")), JsonSource.Wire).Value;
        var tools = ServerTool.Of(_server, new ServerPins("odd", said.Items.Select(static tool => new ToolPin((Json.Object)tool)).ToSeq()));
        var agent = new Agent(tools.Select(static tool => tool.Tool), new Budget(3), Policy.Permissive, Approvals.On);
        return new AgentRuntime(agent, new PlanningModel("odd__echo"), servers.Bind(Toolbox.Empty, tools), store);
    }

    // The run, at the point where the server has been asked what tools it has, and has not said it yet.
    private async Task<Task<State>> HeldUpAsync(AgentRuntime runtime)
    {
        File.WriteAllText(_folder.File("holds"), "");
        var driving = runtime.RunAsync(new Run("r", "g", actor: "alice"));
        while (!OddServer.Lines(_folder.Path, "heard.txt").Contains("tools/list"))
        {
            Assert.False(driving.IsCompleted);
            await Task.Delay(10);
        }
        return driving;
    }

    private void GoesOn() => File.Delete(_folder.File("holds"));
}
