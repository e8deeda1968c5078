using System.CommandLine;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime replay ID</c>: decides everything in a journal once more, and compares it byte for byte.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var (id, store) = (new Argument<string>("ID") { Description = "A run's id." }, Stores.Option());
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead." };
        var scenario = new Option<string?>("--scenario")
        {
            Description = "The scenario to replay all of it with; by default the run's own, each for the events that it governed.",
        };
        var command = new Command("replay", """
            Folds a journal again, from what came in alone, with the agent of a scenario, and compares every event byte for byte.
            Nothing is executed.
            Exit codes: 0 the same; 1 something comes out otherwise; 2 bad input.
            """) { id, store, scenario, json };
        command.SetAction((parsed, _) => Stores.LookAsync(parsed.GetRequiredValue(store), kept => ReplayAsync(
            kept, parsed.GetRequiredValue(id), parsed.GetValue(scenario), parsed.GetValue(json))));
        return command;
    }

    private static async Task<int> ReplayAsync(OpenStore store, string id, string? file, bool json)
    {
        var run = await StoredRun.OfAsync(store, id);
        var named = file is null ? null : ScenarioFiles.ReadOne(file)?.Scenario;
        if (file is not null && named is null) return ExitCode.BadInput;
        var replay = named is null ? Replay.Of(await run.AgentsAsync(store), run.Events) : Replay.Of(named.Agent, run.Events);
        // Events that are the same can be written in other bytes than the journal's.
        if (JournalLine.Verify(await LinesAsync(store, run)) is { Fault: { } fault } check && check.Events <= replay.Events)
            replay = replay with { Events = check.Events, Difference = fault };
        if (json)
        {
            Output.Document(
            [
                ("runId", run.State.RunId), ("same", replay.Difference is null), ("events", replay.Events),
                ("difference", replay.Difference), ("otherAgent", replay.OtherAgent),
            ]);
        }
        else
        {
            var page = new Page(Output.Terminal());
            if (replay.Difference is { } difference) page.Line("DIFFERS", difference, Page.Bad, indent: "");
            else page.Line("same", $"{run.State.RunId}: {replay.Events} events, byte for byte", Page.Good, indent: "");
            if (replay.OtherAgent is { } other) page.Line("", $"Another agent decided in this run too: {other}", Page.Warning, indent: "");
        }
        return replay.Difference is null ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<List<JournalLine>> LinesAsync(OpenStore store, StoredRun run)
    {
        var lines = new List<JournalLine>();
        await foreach (var line in store.Runs.LinesAsync(run.State.RunId)) lines.Add(line);
        return lines;
    }
}
