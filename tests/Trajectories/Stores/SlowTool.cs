using System.Runtime.InteropServices;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>A run whose one call takes until it is told to give up, or, where that is not to be, until a file says that it may end.</summary>
/// <param name="folder">Where the store is.</param>
internal sealed class SlowTool(string folder)
{
    public const string Id = "run";

    public static readonly Agent Agent = new(
        [new Tool("read", "Reads.", SideEffect.Read), new Tool("write", "Writes.", SideEffect.Write)], new Budget(5), Policy.Permissive);

    /// <summary>Lets the call end.</summary>
    public static void Let(string folder) => File.WriteAllText(Path.Combine(folder, "may-end"), "");

    /// <summary>Opens the store.</summary>
    public static SqliteStore Open(string folder) => SqliteStore.Open(Path.Combine(folder, "runs.db"));

    /// <summary>Drives the run as a host does: SIGTERM leaves it. Says when the call is under way, and when the signal came.</summary>
    /// <returns>0 when the run has ended, 5 when it was left.</returns>
    public async Task<int> DriveAsync(string tool)
    {
        using var leave = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            leave.Cancel();
            Console.WriteLine("told");
        });
        await using var store = Open(folder);
        var runtime = new AgentRuntime(Agent, new PlanningModel(tool), Toolbox.Empty.Bind("read", ExecuteAsync).Bind("write", ExecuteAsync),
            store);
        var state = await ((await store.FindAsync(Id)) is null
            ? runtime.RunAsync(new Run(Id, "g"), leave: leave.Token)
            : runtime.ResumeAsync(Id, leave: leave.Token));
        return state.Stopped is null ? 5 : 0;
    }

    private async Task<ToolResult> ExecuteAsync(AuthorizedCall permit, CancellationToken cancel)
    {
        Console.WriteLine("under way");
        while (!File.Exists(Path.Combine(folder, "may-end"))) await Task.Delay(10, cancel);
        return new Ok("done");
    }
}
