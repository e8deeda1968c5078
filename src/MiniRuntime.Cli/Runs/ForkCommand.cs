using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime fork ID --at N</c>: a new run that shares the first events of another.</summary>
internal static class ForkCommand
{
    public static Command Create()
    {
        var (id, store) = (new Argument<string>("ID") { Description = "A run's id." }, Stores.Option());
        var at = Number.Option("--at", "How many events the new run shares, 1 or more.", least: 1);
        at.Required = true;
        var name = new Option<string?>("--id") { Description = "The new run's id; by default ID-fork-N." };
        var command = new Command("fork", """
            Begins a new run as another one began: with its first events, under a name and call ids of its own, and with its scenario. A
            permit is one run's, so where a call is under way there is no fork.
            Exit codes: 0 made; 2 bad input; 6 a run of the new name exists.
            """) { id, store, at, name };
        command.SetAction((parsed, _) => Stores.UseAsync(parsed.GetRequiredValue(store), kept => ForkAsync(
            kept, parsed.GetRequiredValue(id), parsed.GetValue(at), parsed.GetValue(name))));
        return command;
    }

    private static async Task<int> ForkAsync(OpenStore store, string id, int at, string? name)
    {
        var run = await StoredRun.OfAsync(store, id);
        if (at > run.Events.Count) return Output.BadInput($"--at: Run {id} has {run.Events.Count} events; share 1 to {run.Events.Count}.");
        name ??= $"{run.State.RunId}-fork-{at}";
        Seq<TraceEvent> shared;
        try
        {
            shared = Fork.Of(run.Events.Take(at), name);
        }
        catch (ArgumentException)
        {
            return Output.BadInput($"--id: '{Escape.Line(name, 80)}' is no name of a run: a letter or digit first, then letters, digits "
                + "and '.', '_', '-', 128 characters at most.");
        }
        var scenario = run.Entry.Scenario is { } hash ? await store.Runs.ScenarioAsync(hash) : null;
        await store.HoldAsync(name, lease =>
            store.Runs.AppendAsync(lease, shared, scenario is null ? (ReadOnlyMemory<byte>?)null : scenario));
        Output.Note($"{name} shares the first {at} events; it goes on with: "
            + $"{StoredRun.ResumeOf(name, scenario is not null)}{store.Option}");
        return ExitCode.Ok;
    }
}
