using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>
/// Many runs in one store, each of which looks, pays and answers; every third one pays only when a person approves. The world outside is a
/// file, to which their tools append.
/// </summary>
/// <param name="folder">Where the store and the world are.</param>
/// <param name="later">By how many minutes this process's clock is ahead.</param>
internal sealed class Crowd(string folder, int later)
{
    public static readonly Agent Agent = new(
        [new Tool("look", "Looks.", SideEffect.Read), new Tool("pay", "Pays.", SideEffect.Write)],
        new Budget(20, maxToolFailures: 8),
        new Policy([new Rule(new Allow()), new Rule(new ApprovalRequired("money"), tool: "pay", route: "asks")]), Approvals.On);

    private readonly AheadClock _clock = new(TimeSpan.FromMinutes(later));

    /// <summary>The world: a line for each effect, a call's id and its tool.</summary>
    public static string[] World(string folder) => File.Exists(WorldOf(folder)) ? File.ReadAllLines(WorldOf(folder)) : [];

    /// <summary>A run of the crowd.</summary>
    public static Run Run(int i) => new($"run_{i}", "Pay.", actor: "ann", route: i % 3 == 0 ? "asks" : "pays");

    /// <summary>Opens the store.</summary>
    public SqliteStore Open() => SqliteStore.Open(Path.Combine(folder, "runs.db"), new SqliteStoreOptions { Clock = _clock });

    /// <summary>Starts all runs, or takes them up, again and again until they have all ended. Says how far each drive came.</summary>
    public async Task DriveAsync(int runs)
    {
        await using var store = Open();
        using var world = new StreamWriter(new FileStream(WorldOf(folder), FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
        world.AutoFlush = true;
        var runtime = new AgentRuntime(Agent, new PlanningModel("look", "pay"), Toolbox.Empty.Bind("look", ExecuteAsync)
            .Bind("pay", ExecuteAsync), store, new RuntimeOptions { Clock = _clock, MaxRuns = 32 });
        var begun = (await store.ListAsync()).Select(static run => run.RunId).ToHashSet();
        for (var open = Enumerable.Range(0, runs).Select(Run).ToList(); open.Count > 0;)
        {
            var states = await Task.WhenAll(open.Select(OnceAsync));
            open = [.. open.Where((_, i) => states[i]?.Stopped is null)];
            // Nothing to do but for the one who answers.
            if (open.Count > 0) await Task.Delay(20);
        }

        async Task<State?> OnceAsync(Run run)
        {
            try
            {
                var state = await (begun.Contains(run.Id) ? runtime.ResumeAsync(run.Id) : runtime.RunAsync(run));
                lock (begun) begun.Add(run.Id);
                Console.WriteLine($"{run.Id} {state.Phase.Name}");
                return state;
            }
            catch (RunIsDrivenException)
            {
                // Whoever answers is telling it something.
                return null;
            }
        }

        Task<ToolResult> ExecuteAsync(AuthorizedCall permit, CancellationToken cancel)
        {
            lock (world) world.WriteLine($"{permit.Call.Id} {permit.Call.Tool.Name}");
            return Task.FromResult<ToolResult>(new Ok(Json.None));
        }
    }

    /// <summary>Answers what the runs ask, until they have all ended; about what is in doubt it looks at the world.</summary>
    public async Task AnswerAsync(int runs)
    {
        await using var store = Open();
        var runtime = new AgentRuntime(Agent, new PlanningModel(), Agent.Tools.Aggregate(Toolbox.Empty, static (box, tool) =>
            box.Bind(tool.Name, static (_, _) => throw new InvalidOperationException("Who answers executes nothing."))), store,
            new RuntimeOptions { Clock = _clock });
        for (var ended = new HashSet<string>(StringComparer.Ordinal); ended.Count < runs; await Task.Delay(20))
        {
            foreach (var entry in await store.ListAsync())
            {
                if (entry.DrivenBy is not null || ended.Contains(entry.RunId)) continue;
                var state = await runtime.StateAsync(entry.RunId);
                if (state.Stopped is not null) ended.Add(entry.RunId);
                else if (Said(state) is { } said) await TellAsync(entry.RunId, said);
            }
        }

        PersonSaid? Said(State state) => Agent.Pending(state) switch
        {
            { AskApproval.Request: { } request } => new Approve(request.Id, request.Hash, "bob"),
            { AskResolution.Call: { } call } => new Resolve(call.Id,
                World(folder).Contains($"{call.Id} pay") ? Resolution.Happened : Resolution.DidNotHappen, "bob", Json.None),
            _ => null,
        };

        async Task TellAsync(string runId, PersonSaid said)
        {
            try
            {
                await runtime.TellAsync(runId, said);
            }
            catch (RunIsDrivenException)
            {
                // Whoever drives it was faster; it waits still, and is told in the next round.
            }
        }
    }

    private static string WorldOf(string folder) => Path.Combine(folder, "world.txt");
}
