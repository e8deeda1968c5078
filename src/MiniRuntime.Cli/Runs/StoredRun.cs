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
    /// <summary>The run of this id; an id of something in it (a request, a question, a call) begins with the run's.</summary>
    /// <exception cref="StoreException">There is no such run, or its journal is damaged.</exception>
    public static async Task<StoredRun> OfAsync(OpenStore store, string id)
    {
        var runId = RunIdOf(id);
        if (await store.Runs.FindAsync(runId) is not { } entry)
            throw new StoreException($"There is no run '{runId}' in this store; 'miniruntime runs' lists those that there are.");
        var events = await store.Runs.ReadAsync(runId);
        var folded = Agent.Fold(events);
        return folded.State is { } state
            ? new StoredRun(entry, events, state)
            : throw new StoreException($"Run {runId}: its journal is damaged. {folded.Fault} 'miniruntime verify {runId}' says more.");
    }

    /// <summary>A run's name has no colon, and the ids in it go on with one.</summary>
    public static string RunIdOf(string id) => id.Split(':')[0];

    /// <summary>The scenario that it is driven with.</summary>
    /// <exception cref="StoreException">It has none, or the store has lost it.</exception>
    public async Task<Scenario> ScenarioAsync(OpenStore store)
    {
        if (Entry.Scenario is not { } hash)
        {
            throw new StoreException($"Run {Entry.RunId} has no scenario, so it can only be looked at: it was imported, and no imported file "
                + $"says what is run here. Give it one: miniruntime resume {Entry.RunId} --scenario FILE");
        }
        if (await store.Runs.ScenarioAsync(hash) is not { } bytes) throw new StoreException($"Run {Entry.RunId}: its scenario {hash} is lost.");
        var read = ScenarioReader.Parse(bytes);
        if (read.IsValid) HeldSecrets.Require(read.Value);
        return read.IsValid
            ? read.Value
            : throw new StoreException($"Run {Entry.RunId}: this version cannot read its scenario. {read.Faults[0]}");
    }

    /// <summary>A runtime for it: what the scripts say next follows from the journal.</summary>
    public AgentRuntime Runtime(Scenario scenario, McpTools servers, OpenStore store) =>
        ScenarioRun.Runtime(scenario, servers, store.Runs, trace: Events);
}
