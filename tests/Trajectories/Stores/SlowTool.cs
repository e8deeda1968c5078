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
        [
            new Tool("read", "Reads.", SideEffect.Read), new Tool("write", "Writes.", SideEffect.Write),
            new Tool("send", "Writes, after it has got ready for that.", SideEffect.Write),
        ],
        new Budget(5), Policy.Permissive, Approvals.On);

    /// <summary>The tools: each takes its time.</summary>
    public Toolbox Toolbox => Toolbox.Empty.Bind("read", ExecuteAsync).Bind("write", ExecuteAsync)
        .BindPrepared("send", async (permit, cancel) =>
        {
            await ExecuteAsync(permit, cancel);
            return (_, _) =>
            {
                File.AppendAllText(Path.Combine(folder, "sent"), "sent\n");
                return Task.FromResult<ToolResult>(new Ok("done"));
            };
        });

    /// <summary>What was sent.</summary>
    public static string[] Sent(string folder) =>
        File.Exists(Path.Combine(folder, "sent")) ? File.ReadAllLines(Path.Combine(folder, "sent")) : [];

    /// <summary>Lets the call end.</summary>
    public static void Let(string folder) => File.WriteAllText(Path.Combine(folder, "may-end"), "");

    /// <summary>Opens the store.</summary>
    public static SqliteStore Open(string folder) => SqliteStore.Open(Path.Combine(folder, "runs.db"));

    /// <summary>Drives the run as a host does: SIGTERM leaves it. Says when the call is under way, and when the signal came.</summary>
    /// <returns>0 when the run has ended, 5 when it was left, 6 when somebody else has it.</returns>
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
        var runtime = new AgentRuntime(Agent, new PlanningModel(tool), Toolbox, store);
        try
        {
            var state = await ((await store.FindAsync(Id)) is null
                ? runtime.RunAsync(new Run(Id, "g", actor: "alice"), leave: leave.Token)
                : runtime.ResumeAsync(Id, leave: leave.Token));
            return state.Stopped is null ? 5 : 0;
        }
        catch (LeaseLostException)
        {
            Console.WriteLine("fenced");
            return 6;
        }
    }

    private async Task<ToolResult> ExecuteAsync(AuthorizedCall permit, CancellationToken cancel)
    {
        Console.WriteLine("under way");
        while (!File.Exists(Path.Combine(folder, "may-end"))) await Task.Delay(10, cancel);
        return new Ok("done");
    }
}
