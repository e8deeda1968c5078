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
            Begins a new run as another one began: with its first events, under a name and call ids of its own, with the scenarios that
            governed them, and with the run's scenario from then on. A permit is one run's, so where a call is under way there is no fork.
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
        var given = await run.GivenAsync(store);
        await store.HoldAsync(name, lease => KeepAsync(store, lease, shared, given));
        Output.Note($"{name} shares the first {at} events; it goes on with: "
            + $"{StoredRun.ResumeOf(name, given.Count > 0)}{store.Option}");
        return ExitCode.Ok;
    }

    // Each event under the scenario that governed it: what is decided once more is decided by the same agent.
    private static async Task KeepAsync(OpenStore store, Lease lease, Seq<TraceEvent> shared, Seq<(long From, byte[] Scenario)> given)
    {
        var governing = given.Where(one => one.From < shared.Count).ToList();
        if (governing is not [{ From: 0 }, ..]) governing.Insert(0, (0, []));
        for (var i = 0; i < governing.Count; i++)
        {
            var ((from, scenario), to) = (governing[i], i + 1 < governing.Count ? governing[i + 1].From : shared.Count);
            if (to <= from) throw new StoreException($"Run {shared[0].RunId}: what is kept of its scenarios is damaged.");
            await store.Runs.AppendAsync(lease, [.. shared.Skip((int)from).Take((int)(to - from))],
                scenario.Length > 0 ? scenario : (ReadOnlyMemory<byte>?)null);
        }
        if (given.Count > 0) await store.Runs.GiveScenarioAsync(lease, given[^1].Scenario);
    }
}
