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
        var memory = Number.Option("--max-memory", "How much memory it may use before it is stopped, in MiB; by default two thirds of what "
            + "there is, 8192 at most.", least: 0, usual: (int)(usual.MaxMemory / MiB));
        var law = new Option<string?>("--law") { Description = "Check this law only." };
        var save = new Option<string?>("--save")
        {
            Description = "Write the run that breaks a law (the first that is broken) to a new scenario file, which 'run' plays.",
        };
        var strict = new Option<bool>("--strict") { Description = "Take a gap in what was tried for a limit." };
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of a report." };
        var command = new Command("check", """
            Explores every run that an agent admits, and looks for the shortest one that breaks a law.
            Exit codes: 0 no law is broken; 74 the output, or the file to save to, cannot be written; 1 a law is broken; 2 bad input;
            4 a limit, Ctrl-C, or a tool that no input was found for came before that was known.
            """) { file, depth, states, seconds, memory, strict, law, save, json };
        command.SetAction((parsed, _) => CheckAsync(
            new Asked(parsed.GetRequiredValue(file), parsed.GetValue(law), parsed.GetValue(save), parsed.GetValue(json), usual with
            {
                Depth = parsed.GetValue(depth),
                MaxStates = parsed.GetValue(states),
                MaxTime = parsed.GetValue(seconds) is > 0 and var limit ? TimeSpan.FromSeconds(limit) : TimeSpan.MaxValue,
                MaxMemory = (long)parsed.GetValue(memory) * MiB,
                Begins = TimeProvider.System.GetUtcNow(),
                Strict = parsed.GetValue(strict),
            })));
        return command;
    }

    private static async Task<int> CheckAsync(Asked asked)
    {
        if (ScenarioFiles.ReadOne(asked.File) is not { Scenario: var scenario } file) return ExitCode.BadInput;
        var laws = asked.Law is null ? scenario.Laws : scenario.Laws.Where(law => law.Name == asked.Law).ToSeq();
        if (asked.Law is not null && laws.Count == 0)
            return Output.BadInput($"{asked.File}: There is no law '{asked.Law}'; there is {Names(scenario.Laws)}.");
        if (asked.Save is not null && SavedScenario.Fault(asked.Save) is { } fault) return Output.BadInput(fault);

        var samples = scenario.Script.Select(static line => line.Input).Concat(scenario.Inputs?.Select(static line => line.Input) ?? [])
            .SelectMany(static input => input.Decisions?.Items ?? [input])
            .Select(static proposal => proposal.Decision?.CallTool).OfType<CallTool>();
        using var signals = Signals.Listen();
        Exploration found;
        using (var progress = new ProgressLine())
        {
            found = Explorer.Explore(scenario.Agent, scenario.Run, laws, null, asked.Options with { Samples = samples }, progress.Show,
                signals.Token);
        }
        if (asked.Json) Output.Json(CheckReport.Document(scenario, found));
        else CheckReport.Print(new Page(Output.Terminal()), scenario, found);

        var broken = found.Laws.FirstOrDefault(static verdict => verdict.Counterexample is not null);
        if (broken?.Counterexample is not { } counterexample)
            return found.Coverage == Coverage.Stopped ? ExitCode.Incomplete : ExitCode.Ok;
        if (asked.Save is null) return ExitCode.Failed;
        if (await SavedScenario.WriteAsync(asked.Save, file, counterexample.Inputs) is { } failed)
            return ExitCode.Worst(ExitCode.Failed, Output.Unwritten(failed));
        SavedScenario.Tell(asked.Save, $" the run that breaks {broken.Law.Name}", scenario.Run);
        return ExitCode.Failed;
    }

    private static string Names(Seq<TrajectoryLaw> laws) =>
        laws.Count == 0 ? "none" : string.Join(", ", laws.Select(static law => $"'{law.Name}'"));
}
