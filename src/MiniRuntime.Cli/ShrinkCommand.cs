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
    private sealed record Asked(string Run, string? Store, string? Scenario, string? Law, string? Eval, string? Save, bool Json);

    // What is to stay wrong: its name, whether that is an eval's, and the question whether a path has it.
    private sealed record Wrong(string Name, bool IsEval, Func<Trajectory, bool> IsIn);

    public static Command Create()
    {
        var run = new Argument<string>("FILE|ID")
        {
            Description = "A scenario file, with a script of decisions or of inputs; with --store the id of a run in it; with --scenario "
                + "alone a journal that 'export' wrote.",
        };
        ScenarioFiles.RefuseOptions(run);
        var store = new Option<string?>("--store") { Description = "The store that the run is in." };
        var scenario = new Option<string?>("--scenario")
        {
            Description = "The scenario whose laws and evals a run on record is judged by, and which it is played with; by default the one "
                + "that it is driven with in its store.",
        };
        var law = new Option<string?>("--law") { Description = "The law that the run breaks; by default the first one that it does." };
        var eval = new Option<string?>("--eval") { Description = "The eval case that the run fails, in place of a law." };
        var save = new Option<string?>("--save") { Description = "Write the shorter run to a new scenario file, which 'run' plays." };
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of an account." };
        var command = new Command("shrink", """
            Takes a run that breaks a law or fails an eval, and leaves out every input without which it still does. Nothing is executed.
            Exit codes: 0 a shorter run, or this one, is shown; 2 bad input, also where the run has nothing wrong; 74 the output, or the
            file to save to, cannot be written; 4 interrupted: the shortest run so far is shown.
            """) { run, store, scenario, law, eval, save, json };
        command.SetAction(Faults, parsed => ShrinkAsync(new Asked(parsed.GetRequiredValue(run), parsed.GetValue(store),
            parsed.GetValue(scenario), parsed.GetValue(law), parsed.GetValue(eval), parsed.GetValue(save), parsed.GetValue(json))));
        return command;

        IEnumerable<string> Faults(ParseResult parsed)
        {
            if (parsed.GetValue(law) is not null && parsed.GetValue(eval) is not null) yield return "Give --law or --eval, not both.";
        }
    }

    private static async Task<int> ShrinkAsync(Asked asked)
    {
        if (asked.Save is not null && SavedScenario.Fault(asked.Save) is { } fault) return Output.BadInput(fault);
        using var signals = Signals.Listen();
        var cancel = signals.Token;
        return asked switch
        {
            { Store: { } store } => await Stores.LookAsync(store, async kept =>
                await ShrinkAsync(asked, await ShrinkSubject.StoredAsync(kept, asked.Run, asked.Scenario), cancel)),
            { Scenario: { } scenario } => await ShrinkAsync(asked, ShrinkSubject.Exported(asked.Run, scenario), cancel),
            _ => await ShrinkAsync(asked, await ShrinkSubject.PlayedAsync(asked.Run, cancel), cancel),
        };
    }

    private static async Task<int> ShrinkAsync(Asked asked, ShrinkSubject? subject, CancellationToken cancel)
    {
        if (subject is not { File.Scenario: var scenario, Script: var script }) return ExitCode.BadInput;
        var path = Shrinker.Path(scenario.Agent, scenario.Run, script, subject.Begins);
        if (Wrongs(scenario, path, asked).FirstOrDefault() is not { } wrong)
            return Output.BadInput($"{subject.Name}: {Nothing(scenario, subject.Recorded, asked)}");

        var (shorter, code) = (script, ExitCode.Ok);
        try
        {
            Shrinker.Shrink(scenario.Agent, scenario.Run, script, subject.Begins, wrong.IsIn, found => shorter = found, cancel);
        }
        catch (OperationCanceledException)
        {
            Output.Complain("Interrupted: this is the shortest run so far, and there may be a shorter one.");
            code = ExitCode.Incomplete;
        }
        if (asked.Json) Output.Json(Document(subject, wrong.Name, shorter));
        else Print(subject, wrong.Name, shorter);
        if (asked.Save is null) return code;
        if (await SavedScenario.WriteAsync(asked.Save, subject.File, shorter, wrong.IsEval ? wrong.Name : null) is { } failed)
            return ExitCode.Worst(code, Output.Unwritten(failed));
        SavedScenario.Tell(asked.Save, "", scenario.Run);
        return code;
    }

    // A failed eval must fail for the same reasons: without any input at all nearly every expectation fails for another one.
    private static IEnumerable<Wrong> Wrongs(Scenario scenario, Trajectory path, Asked asked)
    {
        var (law, eval) = (asked.Law, asked.Eval);
        foreach (var broken in scenario.Laws.Where(candidate => eval is null && (law ?? candidate.Name) == candidate.Name))
            if (!broken.Judge(path).Passed) yield return new Wrong(broken.Name, IsEval: false, shorter => !broken.Judge(shorter).Passed);
        foreach (var failed in scenario.Evals.Where(candidate => law is null && (eval ?? candidate.CaseId) == candidate.CaseId))
            if (failed.Judge(path) is { Passed: false } verdict)
                yield return new Wrong(failed.CaseId, IsEval: true, shorter => failed.Judge(shorter) == verdict);
    }

    private static string Nothing(Scenario scenario, Trajectory? recorded, Asked asked) => asked switch
    {
        { Law: { } law } when scenario.Laws.All(candidate => candidate.Name != law) => $"There is no law '{law}'.",
        { Eval: { } eval } when scenario.Evals.All(candidate => candidate.CaseId != eval) => $"There is no eval case '{eval}'.",
        _ when recorded is not null && Wrongs(scenario, recorded, asked).FirstOrDefault() is { } wrong =>
            $"What is on record goes wrong ({wrong.Name}), and does not where its inputs are played with this scenario: another one "
            + "governed it. Name that with --scenario.",
        { Law: { } law } => $"The run keeps the law '{law}'; there is nothing to shrink.",
        { Eval: { } eval } => $"The run passes the eval '{eval}'; there is nothing to shrink.",
        _ => "The run breaks no law and fails no eval; there is nothing to shrink.",
    };

    private static void Print(ShrinkSubject subject, string name, Seq<ScriptedInput> shorter)
    {
        var (page, scenario) = (new Page(Output.Terminal()), subject.File.Scenario);
        page.Line("shrunk", $"{name}: {shorter.Count} of {subject.Script.Count} inputs are needed", Page.Plain, indent: "");
        var account = new Account(page, scenario.Run);
        var run = ScenarioRun.Play(scenario, shorter, subject.Begins, account.Show);
        var (evals, laws) = run.Judge(scenario);
        account.End(run.State, evals, laws, []);
    }

    private static JsonText Document(ShrinkSubject subject, string name, Seq<ScriptedInput> shorter)
    {
        var run = ScenarioRun.Play(subject.File.Scenario, shorter, subject.Begins, null);
        var (evals, laws) = run.Judge(subject.File.Scenario);
        return JsonText.Object(
        [
            ("wrong", name), ("from", subject.Script.Count), ("to", shorter.Count),
            ("inputs", JsonText.Array(shorter.Select(Codec.ScriptedInput.Encode))),
            ("trace", JsonText.Array(TraceView.Of(run.Events))),
            ("evaluations", ScenarioRun.Document(evals, laws)),
        ]);
    }
}
