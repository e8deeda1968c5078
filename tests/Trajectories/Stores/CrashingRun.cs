using System.Diagnostics;
using System.Reflection;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>
/// A run with all that can be in doubt in it: a read, a draft, a write that honours its key and one that does not and needs approval. The
/// world outside is a file, to which its tools append.
/// </summary>
/// <param name="folder">Where the store and the world are.</param>
/// <param name="later">
/// By how many minutes this process's clock is ahead: so a process that takes over from a killed one need not wait until its lease is
/// over.
/// </param>
internal sealed class CrashingRun(string folder, int later)
{
    public const string Id = "run";

    public static readonly Agent Agent = new(
        [
            new Tool("pay", "Pays.", SideEffect.Write), new Tool("look", "Looks.", SideEffect.Read),
            new Tool("note", "Notes.", SideEffect.Draft), new Tool("mail", "Sends a mail.", SideEffect.Write, idempotent: true),
        ],
        new Budget(12, maxToolFailures: 2),
        new Policy([new Rule(new Allow()), new Rule(new ApprovalRequired("money"), tool: "pay")]), Approvals.On);

    private readonly AheadClock _clock = new(TimeSpan.FromMinutes(later));
    private int _passed;
    private int _dieAt;

    /// <summary>The world: a line for each effect, a call's id and its tool.</summary>
    public static string[] World(string folder) => File.Exists(WorldOf(folder)) ? File.ReadAllLines(WorldOf(folder)) : [];

    /// <summary>What a tool returns, and what a person says that it has returned.</summary>
    public static Json Done(string tool) => $"{tool} done";

    /// <summary>Opens the store.</summary>
    public SqliteStore Open() => SqliteStore.Open(Path.Combine(folder, "runs.db"), new SqliteStoreOptions { Clock = _clock });

    /// <summary>Tells the run something.</summary>
    public async Task TellAsync(IRunStore store, PersonSaid said) => Xunit.Assert.Null((await Runtime(store).TellAsync(Id, said)).Ignored);

    /// <summary>Drives the run until it waits or ends, or until it comes past something for this time: then it kills its process.</summary>
    /// <returns>How often it came past something: before and after each append and each effect.</returns>
    public async Task<int> DriveAsync(int dieAt)
    {
        _dieAt = dieAt;
        await using var store = Open();
        var (runtime, begins) = (Runtime(Watched.Of(store, Pass)), (await store.ReadAsync(Id)).Count == 0);
        await (begins ? runtime.RunAsync(new Run(Id, "Pay and say so.", actor: "ann")) : runtime.ResumeAsync(Id));
        return _passed;
    }

    private static string WorldOf(string folder) => Path.Combine(folder, "world.txt");

    private AgentRuntime Runtime(IRunStore store) => new(Agent, new PlanningModel("pay", "look", "note", "mail"),
        Agent.Tools.Aggregate(Toolbox.Empty, (box, tool) => box.Bind(tool.Name, ExecuteAsync)), store,
        new RuntimeOptions { Clock = _clock });

    private Task<ToolResult> ExecuteAsync(AuthorizedCall permit, CancellationToken cancel)
    {
        var (call, line) = (permit.Call, $"{permit.Call.Id} {permit.Call.Tool.Name}");
        Pass();
        if (!call.Tool.Idempotent || !World(folder).Contains(line)) File.AppendAllText(WorldOf(folder), $"{line}\n");
        Pass();
        return Task.FromResult<ToolResult>(new Ok(Done(call.Tool.Name)));
    }

    private void Pass()
    {
        if (++_passed != _dieAt) return;
        using var me = Process.GetCurrentProcess();
        me.Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>A store beside which somebody stands who is told before and after each append.</summary>
    internal class Watched : DispatchProxy
    {
        private IRunStore _store = null!;
        private Action _pass = null!;

        public static IRunStore Of(IRunStore store, Action pass)
        {
            var watched = Create<IRunStore, Watched>();
            (((Watched)(object)watched)._store, ((Watched)(object)watched)._pass) = (store, pass);
            return watched;
        }

        protected override object? Invoke(MethodInfo? method, object?[]? arguments) => method!.Name == nameof(IRunStore.AppendAsync)
            ? AppendAsync(method, arguments)
            : method.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, arguments, null);

        private async Task<LeaseState> AppendAsync(MethodInfo method, object?[]? arguments)
        {
            _pass();
            var heard = await (Task<LeaseState>)method.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
            _pass();
            return heard;
        }
    }
}
