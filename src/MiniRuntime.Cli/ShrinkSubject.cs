using MiniRuntime.Core;
using MiniRuntime.Shell;
using MiniRuntime.Testing;

namespace MiniRuntime.Cli;

/// <summary>A run that is to be shrunk: one that a scenario plays, or one that is on record.</summary>
/// <param name="Name">What it was named.</param>
/// <param name="File">The scenario that it is played with.</param>
/// <param name="Script">All that came in.</param>
/// <param name="Begins">When it begins.</param>
/// <param name="Recorded">The path that is on record; null where there is none.</param>
internal sealed record ShrinkSubject(string Name, ScenarioFile File, Seq<ScriptedInput> Script, DateTimeOffset Begins, Trajectory? Recorded)
{
    /// <summary>The run that a scenario file plays; null where it plays none, and that has been said.</summary>
    public static async Task<ShrinkSubject?> PlayedAsync(string path, CancellationToken cancel)
    {
        if (ScenarioFiles.ReadOne(path) is not { Scenario: var scenario } file)
        {
            Output.Note("(A run in a store: its id, and --store FILE. A journal that 'export' wrote: --scenario FILE.)");
            return null;
        }
        if (scenario.Inputs is null && Asks(scenario) is { } asks)
        {
            var command = scenario.Gateway is null ? "run" : "gateway";
            Output.BadInput($"{path}: It has {asks}, which would be asked anew. Keep a run in a store and shrink that: "
                + $"'miniruntime {command} {ShellWord.Of(path)} --store {Stores.Usual}', then 'miniruntime shrink ID --store {Stores.Usual}'.");
            return null;
        }
        var script = scenario.Inputs ?? Shrinker.Script((await ScenarioRun.Of(scenario, null, null, cancel)).Events)
            // Scripted models and tools answer at once; how long the machine took for it is no part of the story.
            .Select(static line => line with { After = TimeSpan.Zero }).ToSeq();
        return new ShrinkSubject(path, file, script, TimeProvider.System.GetUtcNow(), null);
    }

    /// <summary>A run in a store, with the scenario that it is driven with or another one; null where that cannot be read.</summary>
    public static async Task<ShrinkSubject?> StoredAsync(OpenStore store, string id, string? scenario)
    {
        var run = await StoredRun.OfAsync(store, id);
        var file = scenario is null ? await run.FileAsync(store) : ScenarioFiles.ReadOne(scenario);
        return file is null ? null : Of(run.Entry.RunId, file, run.Events);
    }

    /// <summary>The run in an exported journal, with a scenario; null where one of them cannot be read, and that has been said.</summary>
    public static ShrinkSubject? Exported(string path, string scenario)
    {
        if (ScenarioFiles.ReadOne(scenario) is not { } file || ExportedFile.Read(path) is not { } journals) return null;
        if (journals is [var journal]) return Of(path, file, [.. journal.Select(static line => line.Read())]);
        Output.BadInput($"{path}: It holds {journals.Count} runs; export the one that is meant: miniruntime export ID --to FILE");
        return null;
    }

    private static ShrinkSubject Of(string name, ScenarioFile file, IReadOnlyList<TraceEvent> events) =>
        new(name, file, Shrinker.Script(events), events[0].Fact.RunStarted?.Stamp.At ?? DateTimeOffset.UnixEpoch, Trajectory.Of(events));

    private static string? Asks(Scenario scenario) =>
        scenario.Model is not null ? "a model"
        : scenario.Gateway is not null ? "a client"
        : scenario.Servers.Count > 0 ? "MCP servers"
        : null;
}
