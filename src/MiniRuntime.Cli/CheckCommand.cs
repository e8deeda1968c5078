using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using MiniRuntime.Testing;

namespace MiniRuntime.Cli;

/// <summary><c>miniruntime check FILE</c>: explores every run that a scenario's agent admits, and judges its laws on all of them.</summary>
internal static class CheckCommand
{
    private const int MiB = 1024 * 1024;

    private sealed record Asked(string File, string? Law, string? Save, bool Json, ExplorerOptions Options);

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A scenario file. Its laws are checked; its script is not run." };
        ScenarioFiles.RefuseOptions(file);
        var usual = new ExplorerOptions();
        var depth = Number.Option("--depth", "How many inputs a run may get.", least: 0, usual: usual.Depth);
        var states = Number.Option("--max-states", "How many states may be found before it is stopped.", least: 0, usual: usual.MaxStates);
        var seconds = Number.Option("--max-seconds", "How long it may take before it is stopped; 0 is no limit.", least: 0, usual: 0);
        var memory = Number.Option("--max-memory", "How much memory it may use before it is stopped, in MiB.", least: 0,
            usual: (int)(usual.MaxMemory / MiB));
        var law = new Option<string?>("--law") { Description = "Check this law only." };
        var save = new Option<string?>("--save")
        {
            Description = "Write the run that breaks a law (the first that is broken) to a scenario file, which 'run' plays.",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of a report." };
        var command = new Command("check", """
            Explores every run that an agent admits, and looks for the shortest one that breaks a law.
            Exit codes: 0 no law is broken; 1 a law is broken; 2 bad input; 4 a limit, or Ctrl-C, came before that was known.
            """) { file, depth, states, seconds, memory, law, save, json };
        command.SetAction(parsed => Check(
            new Asked(parsed.GetRequiredValue(file), parsed.GetValue(law), parsed.GetValue(save), parsed.GetValue(json), usual with
            {
                Depth = parsed.GetValue(depth),
                MaxStates = parsed.GetValue(states),
                MaxTime = parsed.GetValue(seconds) is > 0 and var limit ? TimeSpan.FromSeconds(limit) : TimeSpan.MaxValue,
                MaxMemory = (long)parsed.GetValue(memory) * MiB,
                Begins = TimeProvider.System.GetUtcNow(),
            })));
        return command;
    }

    private static int Check(Asked asked)
    {
        if (ScenarioFiles.ReadOne(asked.File) is not { Scenario: var scenario }) return ExitCode.BadInput;
        var laws = asked.Law is null ? scenario.Laws : scenario.Laws.Where(law => law.Name == asked.Law).ToSeq();
        if (asked.Law is not null && laws.Count == 0)
            return Output.BadInput($"{asked.File}: There is no law '{asked.Law}'; there is {Names(scenario.Laws)}.");
        if (asked.Save is not null && SavedScenario.Fault(asked.Save, asked.File) is { } fault) return Output.BadInput(fault);

        var samples = scenario.Script.Select(static line => line.Input).Concat(scenario.Inputs?.Select(static line => line.Input) ?? [])
            .SelectMany(static input => input.Decisions?.Items ?? [input])
            .Select(static proposal => proposal.Decision?.CallTool).OfType<CallTool>();
        using var signals = Signals.Listen();
        Exploration found;
        using (var progress = new ProgressLine())
        {
            Alphabet alphabet;
            try
            {
                alphabet = Alphabet.Of(scenario.Agent, scenario.Run, laws, samples, signals.Token);
            }
            catch (OperationCanceledException)
            {
                Output.Complain("Interrupted while inputs were looked for; nothing was explored.");
                return ExitCode.Incomplete;
            }
            found = Explorer.Explore(scenario.Agent, scenario.Run, laws, alphabet, asked.Options, progress.Show, signals.Token);
        }
        if (asked.Json) Output.Json(CheckReport.Document(scenario, found));
        else CheckReport.Print(new Page(Output.Terminal()), scenario, found);

        var broken = found.Laws.FirstOrDefault(static verdict => verdict.Counterexample is not null);
        if (asked.Save is not null && broken?.Counterexample is { } counterexample)
        {
            if (SavedScenario.Write(asked.Save, asked.File, counterexample.Inputs) is { } failed) return Output.BadInput(failed);
            Output.Note($"Saved the run that breaks {broken.Law.Name}: miniruntime run {asked.Save}");
        }
        return broken is not null ? ExitCode.Failed : found.Coverage == Coverage.Stopped ? ExitCode.Incomplete : ExitCode.Ok;
    }

    private static string Names(Seq<TrajectoryLaw> laws) =>
        laws.Count == 0 ? "none" : string.Join(", ", laws.Select(static law => $"'{law.Name}'"));
}
