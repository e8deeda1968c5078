using System.CommandLine;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using MiniRuntime.Testing;

namespace MiniRuntime.Cli;

/// <summary>
/// <c>miniruntime shrink FILE</c>: takes a run that breaks a law or fails an eval, and leaves out all that has nothing to do with it.
/// </summary>
internal static class ShrinkCommand
{
    // What is to stay wrong: its name, and the question whether a path has it.
    private sealed record Wrong(string Name, Func<Trajectory, bool> IsIn);

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A scenario file, with a script of decisions or of inputs." };
        ScenarioFiles.RefuseOptions(file);
        var law = new Option<string?>("--law") { Description = "The law that the run breaks; by default the first one that it does." };
        var eval = new Option<string?>("--eval") { Description = "The eval case that the run fails, in place of a law." };
        var save = new Option<string?>("--save") { Description = "Write the shorter run to a scenario file, which 'run' plays." };
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of an account." };
        var command = new Command("shrink", """
            Takes a run that breaks a law or fails an eval, and leaves out every input without which it still does.
            Exit codes: 0 a shorter run, or this one, is shown; 2 bad input, also where the run has nothing wrong; 4 interrupted.
            """) { file, law, eval, save, json };
        command.SetAction((parsed, _) => ShrinkAsync(parsed.GetRequiredValue(file), parsed.GetValue(law),
            parsed.GetValue(eval), parsed.GetValue(save), parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> ShrinkAsync(string file, string? law, string? eval, string? save, bool json)
    {
        if (law is not null && eval is not null) return Output.BadInput("Give --law or --eval, not both.");
        if (ScenarioFiles.ReadOne(file) is not { Scenario: var scenario }) return ExitCode.BadInput;
        if (scenario.Inputs is null && scenario.Servers.Count > 0)
            return Output.BadInput($"{file}: It has MCP servers, which would do what is tried; shrink a scenario that plays 'inputs'.");
        if (save is not null && SavedScenario.Fault(save, file) is { } fault) return Output.BadInput(fault);

        var begins = TimeProvider.System.GetUtcNow();
        using var signals = Signals.Listen();
        var cancel = signals.Token;
        var script = scenario.Inputs ?? Shrinker.Script((await ScenarioRun.Of(scenario, null, null, cancel)).Events)
            // Scripted models and tools answer at once; how long the machine took for it is no part of the story.
            .Select(static line => line with { After = TimeSpan.Zero }).ToSeq();
        var path = Shrinker.Path(scenario.Agent, scenario.Run, script, begins);
        var wrong = Wrongs(scenario, path, law, eval).ToList();
        if (wrong.Count == 0) return Output.BadInput($"{file}: {Nothing(scenario, law, eval)}");

        Seq<ScriptedInput> shorter;
        try
        {
            shorter = Shrinker.Shrink(scenario.Agent, scenario.Run, script, begins, wrong[0].IsIn, cancel) ?? script;
        }
        catch (OperationCanceledException)
        {
            Output.Complain("Interrupted before the run was as short as it can be.");
            return ExitCode.Incomplete;
        }
        if (json) Output.Json(Document(scenario, wrong[0].Name, script, shorter));
        else Print(scenario, wrong[0].Name, script, shorter);
        if (save is null) return ExitCode.Ok;
        if (SavedScenario.Write(save, file, shorter) is { } failed) return Output.BadInput(failed);
        Output.Note($"Saved: miniruntime run {save}");
        return ExitCode.Ok;
    }

    // A failed eval must fail for the same reasons: without any input at all nearly every expectation fails for another one.
    private static IEnumerable<Wrong> Wrongs(Scenario scenario, Trajectory path, string? law, string? eval)
    {
        foreach (var broken in scenario.Laws.Where(candidate => eval is null && (law ?? candidate.Name) == candidate.Name))
            if (!broken.Judge(path).Passed) yield return new Wrong(broken.Name, shorter => !broken.Judge(shorter).Passed);
        foreach (var failed in scenario.Evals.Where(candidate => law is null && (eval ?? candidate.CaseId) == candidate.CaseId))
            if (failed.Judge(path) is { Passed: false } verdict)
                yield return new Wrong(failed.CaseId, shorter => failed.Judge(shorter) == verdict);
    }

    private static string Nothing(Scenario scenario, string? law, string? eval) =>
        law is not null && scenario.Laws.All(candidate => candidate.Name != law) ? $"There is no law '{law}'."
        : eval is not null && scenario.Evals.All(candidate => candidate.CaseId != eval) ? $"There is no eval case '{eval}'."
        : law is not null ? $"The run keeps the law '{law}'; there is nothing to shrink."
        : eval is not null ? $"The run passes the eval '{eval}'; there is nothing to shrink."
        : "The run breaks no law and fails no eval; there is nothing to shrink.";

    private static void Print(Scenario scenario, string name, Seq<ScriptedInput> script, Seq<ScriptedInput> shorter)
    {
        var page = new Page(Output.Terminal());
        page.Line("shrunk", $"{name}: {shorter.Count} of {script.Count} inputs are needed", Page.Plain, indent: "");
        var account = new Account(page, scenario.Run);
        var run = ScenarioRun.Play(scenario, shorter, account.Show);
        var (evals, laws) = run.Judge(scenario);
        account.End(run.State, evals, laws, []);
    }

    private static JsonText Document(Scenario scenario, string name, Seq<ScriptedInput> script, Seq<ScriptedInput> shorter)
    {
        var run = ScenarioRun.Play(scenario, shorter, null);
        var (evals, laws) = run.Judge(scenario);
        return JsonText.Object(
        [
            ("wrong", name), ("from", script.Count), ("to", shorter.Count),
            ("inputs", JsonText.Array(shorter.Select(Codec.ScriptedInput.Encode))),
            ("trace", JsonText.Array(TraceView.Of(run.Events))),
            ("evaluations", ScenarioRun.Document(evals, laws)),
        ]);
    }
}
