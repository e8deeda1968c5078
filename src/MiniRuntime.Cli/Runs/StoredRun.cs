using MiniRuntime.Core;
using MiniRuntime.Mcp;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>A run as a store has it: its journal, folded, and the scenario that it is driven with.</summary>
/// <param name="Entry">What the store knows of it.</param>
/// <param name="Events">Its journal.</param>
/// <param name="State">Where it stands.</param>
internal sealed record StoredRun(RunEntry Entry, IReadOnlyList<TraceEvent> Events, State State)
{
    /// <summary>The run of this id, or the run that waits for the answer of this id.</summary>
    /// <exception cref="StoreException">There is no such run, its journal is damaged, or it waits for nothing of this id.</exception>
    public static async Task<StoredRun> OfAsync(OpenStore store, string id)
    {
        var run = await WithAsync(store, id);
        return id == run.Entry.RunId || id == (await run.WaitingAsync(store))?.Id
            ? run
            : throw new StoreException($"Run {run.Entry.RunId} waits for nothing of the id '{Escape.Id(id)}'; name the run, if it "
                + "is meant whatever it waits for.");
    }

    /// <summary>The run that has, or had, something of this id in it: a request, a question, a call.</summary>
    /// <exception cref="StoreException">There is no such run, or its journal is damaged.</exception>
    public static async Task<StoredRun> WithAsync(OpenStore store, string id)
    {
        var runId = RunIdOf(id);
        if (await store.Runs.FindAsync(runId) is not { } entry)
            throw Absent(store, runId);
        var events = await store.Runs.ReadAsync(runId);
        var folded = Agent.Fold(events);
        return folded.State is { } state
            ? new StoredRun(entry, events, state)
            : throw new StoreException($"Run {runId}: its journal is damaged. {folded.Fault} 'miniruntime verify {runId}{store.Option}' "
                + "says more.");
    }

    /// <summary>There is no such run.</summary>
    public static StoreException Absent(OpenStore store, string runId) =>
        new($"There is no run '{Escape.Id(runId)}' in {store.Path}; 'miniruntime runs{store.Option}' lists those that there are.");

    /// <summary>A run's name has no colon, and the ids in it go on with one.</summary>
    public static string RunIdOf(string id) => id.Split(':')[0];

    /// <summary>
    /// What it waits for a person to say, or null. That is also to find out what became of a call, where the process that executed it is
    /// gone and nobody has taken the run up since. A run that was imported needs a scenario before it can be answered.
    /// </summary>
    public async Task<Waiting?> WaitingAsync(OpenStore store)
    {
        var waiting = Waiting.For(State)
            ?? (State.Phase.Executing is { Call: { Tool.Repeatable: false } call } && Entry.DrivenBy is null && await AsksAsync(store)
                ? Waiting.For(State, new InDoubt(call))
                : null);
        return waiting is null || Entry.Scenario is not null ? waiting : waiting with { Answers = [Resume] };
    }

    /// <summary>The command that takes it up, but for the store.</summary>
    public string Resume => ResumeOf(Entry.RunId, Entry.Scenario is not null);

    /// <summary>The command that takes up a run of this name, but for the store.</summary>
    public static string ResumeOf(string runId, bool hasScenario) => $"miniruntime resume {runId}{(hasScenario ? "" : " --scenario FILE")}";

    // Whether a person is asked what became of a call: with approvals off nobody is.
    private async Task<bool> AsksAsync(OpenStore store) =>
        Entry.Scenario is null || (await ScenarioAsync(store)).Agent.Approvals.Enabled;

    /// <summary>The scenario that it is driven with.</summary>
    /// <exception cref="StoreException">It has none, or the store has lost it.</exception>
    public async Task<Scenario> ScenarioAsync(OpenStore store)
    {
        if (Entry.Scenario is not { } hash)
        {
            throw new StoreException($"Run {Entry.RunId} has no scenario, so it can only be looked at: it was imported, and no imported file "
                + $"says what is run here. Give it one: miniruntime resume {Entry.RunId} --scenario FILE{store.Option}");
        }
        return await ScenarioAsync(store, hash);
    }

    /// <summary>The same, as it was written.</summary>
    /// <exception cref="StoreException">As for <see cref="ScenarioAsync(OpenStore)"/>.</exception>
    public async Task<ScenarioFile> FileAsync(OpenStore store)
    {
        var scenario = await ScenarioAsync(store);
        return new ScenarioFile(Entry.RunId, await BytesAsync(store, Entry.Scenario!), scenario);
    }

    /// <summary>The agents that decided in its journal, each from an event on, by the scenarios that it was given.</summary>
    /// <exception cref="StoreException">As for <see cref="ScenarioAsync(OpenStore)"/>.</exception>
    public async Task<Seq<(long From, Agent Agent)>> AgentsAsync(OpenStore store)
    {
        // Where it has none, that is said.
        if (Entry.Scenario is null) await ScenarioAsync(store);
        var agents = Seq<(long, Agent)>.Empty;
        foreach (var given in await store.Runs.ScenariosAsync(Entry.RunId))
            agents = agents.Add((given.From, (await ScenarioAsync(store, given.Hash)).Agent));
        return agents;
    }

    /// <summary>The scenarios that it was given, as they were written, each from an event on; none where it was imported.</summary>
    /// <exception cref="StoreException">The store has lost one.</exception>
    public async Task<Seq<(long From, byte[] Scenario)>> GivenAsync(OpenStore store)
    {
        var scenarios = Seq<(long, byte[])>.Empty;
        foreach (var given in await store.Runs.ScenariosAsync(Entry.RunId))
            scenarios = scenarios.Add((given.From, await BytesAsync(store, given.Hash)));
        return scenarios;
    }

    private async Task<byte[]> BytesAsync(OpenStore store, string hash) =>
        await store.Runs.ScenarioAsync(hash) ?? throw new StoreException($"Run {Entry.RunId}: its scenario {hash} is lost.");

    private async Task<Scenario> ScenarioAsync(OpenStore store, string hash)
    {
        var bytes = await BytesAsync(store, hash);
        var read = ScenarioReader.Parse(bytes);
        if (read.IsValid) HeldSecrets.Require(read.Value);
        return read.IsValid
            ? read.Value
            : throw new StoreException($"Run {Entry.RunId}: this version cannot read its scenario. {read.Faults[0]}");
    }

    /// <summary>
    /// A runtime for it: what the scripts say next follows from the journal. Should the run get another scenario before it is held, it is
    /// left alone.
    /// </summary>
    /// <param name="scenario">The run's own, or the one that it is given.</param>
    /// <param name="servers">The servers of that.</param>
    /// <param name="store">The store.</param>
    /// <param name="given">The bytes of the one that it is given.</param>
    public AgentRuntime Runtime(Scenario scenario, McpTools servers, OpenStore store, byte[]? given = null) =>
        ScenarioRun.Runtime(scenario, servers, store.Runs,
            given is null ? new RuntimeOptions { RequiredScenario = Entry.Scenario } : new RuntimeOptions { Scenario = given }, Events);
}
