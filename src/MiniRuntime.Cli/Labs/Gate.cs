using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>
/// The track's review gate: five checks of any runtime, each by cases of the labs. What a program answered is the evidence, so a check
/// that passes shows what came back as much as one that fails.
/// </summary>
internal static class Gate
{
    /// <summary>The checks, in the order in which a reviewer asks.</summary>
    public static Seq<GateCheck> Checks { get; } =
    [
        new("loop control exists", "who owns progress, and why does a run end?", Loop,
            new GateParts(["steps", "stopReason", "answer", "toolsCalled"], ["decision", "tool"], [], Evaluations: false),
            [.. Of("09", "immediate_answer", "every_step_observed", "two_tools", "endless_proposals", "more_steps_wanted",
                "answer_on_the_last_step", "no_steps_at_all", "answer_as_it_came", "blank_answer", "empty_answer", "needs_a_person",
                "nothing_more_to_say", "model_stops", "model_is_done")]),
        new("tools are governed", "what exists, and what may run now?", Tools,
            new GateParts(["stopReason", "toolsCalled"], [], ["policy_decision"], Evaluations: false),
            [.. Of("10", "allowed_read", "unknown_tool", "almost_the_name", "a_space_too_many", "a_hyphen_in_the_name",
                "write_needs_approval", "no_rule", "no_rules_at_all", "strictest_wins", "approval_beats_allow", "denied_read",
                "both_must_match", "sounds_like_a_read")]),
        new("context is explicit", "what did the model see, and what was left out?", Context,
            new GateParts([], [], ["context_built"], Evaluations: false),
            [.. Of("11", "read_path", "other_scopes", "no_scopes", "in_order", "no_question_no_packet")]),
        new("trace is reviewable", "what happened, in what order, and why did it end?", Trace,
            new GateParts([], [], ["decision", "policy_decision", "tool_result", "stop"], Evaluations: false),
            [.. Of("10", "failing_tool", "tool_refuses", "blank_answer_traced", "budget_ends_it"), .. Of("11", "read_path")]),
        new("evals inspect the trajectory", "was the path acceptable, whatever the answer says?", Evals,
            new GateParts([], [], [], Evaluations: true),
            [.. Of("10", "permissive_policy", "two_forbidden", "stopped_in_time"),
                .. Of("11", "unsafe_done", "proposed_is_not_called", "every_reason")]),
    ];

    /// <summary>Runs the cases of every lab through a program, one start a lab.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<Seq<GateRun>> ByProgramAsync(IReadOnlyList<string> command, Patience patience, CancellationToken cancel)
    {
        var runs = Seq<GateRun>.Empty;
        foreach (var contract in LabContract.Labs.Select(LabContract.Of))
        {
            var run = await LabProgram.RunAsync(command, contract.Cases, patience, cancel);
            runs = runs.Add(new GateRun(contract, run.Answers.ToSeq(), run.Fault, run.Errors));
            // What does not start for one lab does not start for the next.
            if (run.ExitCode is null && run.Answers.Count == 0) break;
        }
        return runs;
    }

    /// <summary>Runs the cases of every lab through this project's own runtime.</summary>
    public static async Task<Seq<GateRun>> ByOurselvesAsync(CancellationToken cancel)
    {
        var runs = Seq<GateRun>.Empty;
        foreach (var contract in LabContract.Labs.Select(LabContract.Of))
        {
            var answers = Seq<Json.Object>.Empty;
            foreach (var asked in contract.Cases)
            {
                var scenario = ScenarioReader.Parse(asked.Line).Value;
                var run = await ScenarioRun.Of(scenario, null, null, cancel);
                var answer = JsonText.Object(
                [
                    ("state", StateView.Of(run.State)), ("trace", JsonText.Array(TraceView.Of(run.Events))),
                    ("evaluations", JsonText.Array(run.Judge(scenario).Evals.Select(Codec.EvalResult.Encode))),
                ]);
                answers = answers.Add((Json.Object)StrictJson.Parse(answer.ToUtf8(), JsonSource.Wire).Value);
            }
            runs = runs.Add(new GateRun(contract, answers, null, ""));
        }
        return runs;
    }

    /// <summary>The verdict on each check, with its evidence.</summary>
    public static Seq<GateResult> Judge(Seq<GateRun> runs) => Checks.Select(check => new GateResult(check, check.Cases.Select(wanted =>
    {
        var run = runs.FirstOrDefault(run => run.Contract.Lab == wanted.Lab);
        var contract = run?.Contract ?? LabContract.Of(wanted.Lab);
        var at = contract.Cases.TakeWhile(asked => asked.Id != wanted.Case).Count();
        var asked = contract.Cases[at];
        if (run is null || at >= run.Answers.Count) return new GateEvidence(wanted.Lab, asked, "no answer", null);
        return new GateEvidence(wanted.Lab, asked, check.CameBack(new LabAnswer(contract, run.Answers[at])),
            LabCheck.Compare(check.About.Of(contract), asked, run.Answers[at]));
    }).ToSeq())).ToSeq();

    private static IEnumerable<(string Lab, string Case)> Of(string lab, params string[] cases) => cases.Select(name => (lab, name));

    // What came back, as far as a check is about it. All of it is the program's own words.

    private static string Loop(LabAnswer answer) => $"{Ended(answer)}; observed {Count(answer.Observations.Items.Count)}";

    private static string Tools(LabAnswer answer)
    {
        var verdicts = Data(answer, "policy_decision").Select(static judged =>
            $"{LabAnswer.Text(judged, "tool")}: {LabAnswer.Text(judged["policy"], "status")}").ToList();
        return $"{(verdicts.Count == 0 ? "policy was not asked" : string.Join(", ", verdicts))}; {Executed(answer)}; {Ended(answer)}";
    }

    private static string Context(LabAnswer answer)
    {
        var packets = Data(answer, "context_built").Select(static built => $"memory {Texts(built["memoryRefs"])}, left out "
            + Listed(LabAnswer.Objects(built["omittedRefs"]).Select(static omitted =>
                $"{LabAnswer.Text(omitted, "ref")} ({LabAnswer.Text(omitted, "reason")})"))).Distinct().ToList();
        return $"{(packets.Count == 0 ? "no packet" : string.Join("; then ", packets))}; {Ended(answer)}";
    }

    private static string Trace(LabAnswer answer)
    {
        var why = Data(answer, "stop").Select(static stop => LabAnswer.Text(stop, "reason")).LastOrDefault();
        var events = Listed(answer.Events.Select(static traced => LabAnswer.Text(traced, "type") ?? "?"));
        return $"{events}{(why is null ? "" : $": {why}")}; {Ended(answer)}";
    }

    private static string Evals(LabAnswer answer)
    {
        var verdicts = LabAnswer.Objects(answer.Evaluations).Select(static verdict => LabAnswer.Text(verdict, "status")
            + (Texts(verdict["reasons"]) is var reasons and not "none" ? $" ({reasons})" : ""));
        var said = LabAnswer.Text(answer.State, "answer");
        return $"{(said is null ? Ended(answer) : $"answer {CanonicalJson.Write(said)}")}; {Executed(answer)}; eval {Listed(verdicts)}";
    }

    private static string Ended(LabAnswer answer) => $"{LabAnswer.Text(answer.State, "stopReason") ?? "no stop reason"} after "
        + (answer.State["steps"] is Json.Number { Value: 1 } ? "1 step" : $"{answer.State["steps"]?.ToString() ?? "?"} steps");

    private static string Executed(LabAnswer answer) => $"executed {Listed(answer.ToolsCalled)}";

    private static IEnumerable<Json.Object> Data(LabAnswer answer, string type) => answer.Events
        .Where(traced => LabAnswer.Text(traced, "type") == type).Select(static traced => traced["data"]).OfType<Json.Object>();

    private static string Texts(Json? list) =>
        Listed((list as Json.Array)?.Items.OfType<Json.String>().Select(static text => text.Value) ?? []);

    private static string Listed(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } listed ? listed : "none";

    private static string Count(int count) => count == 1 ? "1 thing" : $"{count} things";
}

/// <summary>One of the checks.</summary>
/// <param name="Name">What has to be so.</param>
/// <param name="Question">What it answers.</param>
/// <param name="CameBack">What an answer has to say about it.</param>
/// <param name="About">The parts of an answer that it is about.</param>
/// <param name="Cases">The cases that show it, by lab.</param>
internal sealed record GateCheck(string Name, string Question, Func<LabAnswer, string> CameBack, GateParts About,
    Seq<(string Lab, string Case)> Cases);

/// <summary>The parts of an answer that a check is about: what is wrong elsewhere is for another check to say.</summary>
/// <param name="State">The fields of the state, beside <c>runId</c>.</param>
/// <param name="Observations">The kinds of observations.</param>
/// <param name="Events">The types of events.</param>
/// <param name="Evaluations">True when the verdicts of the evals belong to it.</param>
internal sealed record GateParts(Seq<string> State, Seq<string> Observations, Seq<string> Events, bool Evaluations)
{
    /// <summary>What a lab demands of these parts.</summary>
    public LabContract Of(LabContract contract) => contract with
    {
        State = ["runId", .. State],
        Observations = contract.Observations.Where(Observations.Contains).ToSeq(),
        Events = contract.Events.Where(Events.Contains).ToSeq(),
        Evaluations = Evaluations,
    };
}

/// <summary>What a runtime made of a lab's cases.</summary>
/// <param name="Contract">The lab.</param>
/// <param name="Answers">Its answers, in the order of the cases, as far as they came.</param>
/// <param name="Fault">What went wrong; null when it answered every case and ended as it should. It can quote the program.</param>
/// <param name="Errors">The end of what it wrote to standard error.</param>
internal sealed record GateRun(LabContract Contract, Seq<Json.Object> Answers, string? Fault, string Errors)
{
    /// <summary>How many of its cases pass.</summary>
    public int Passed => Contract.Cases.Zip(Answers, (asked, answer) => LabCheck.Compare(Contract, asked, answer))
        .Count(static result => result.Passed);
}

/// <summary>The verdict on a check.</summary>
/// <param name="Check">The check.</param>
/// <param name="Evidence">What came of each of its cases.</param>
internal sealed record GateResult(GateCheck Check, Seq<GateEvidence> Evidence)
{
    /// <summary>True when every case passed.</summary>
    public bool Passed => Evidence.All(static shown => shown.Passed);
}

/// <summary>What came of one case.</summary>
/// <param name="Lab">The lab that it belongs to.</param>
/// <param name="Case">The case.</param>
/// <param name="CameBack">What came back, in words. It comes from the program: escape it before a terminal shows it.</param>
/// <param name="Result">What differs; null where there was no answer.</param>
internal sealed record GateEvidence(string Lab, LabCase Case, string CameBack, LabResult? Result)
{
    /// <summary>True when the answer is as it has to be, in the parts that the check is about.</summary>
    public bool Passed => Result?.Passed == true;

    /// <summary>
    /// What is wrong: the mistakes that have a name, or else the first difference; nothing where it passed, or there was no answer.
    /// </summary>
    public IEnumerable<string> Wrong => Result is null ? []
        : Result.Mistakes.Count > 0 ? Result.Mistakes
        : Result.Differences.Take(1).Select(static difference => difference.ToString());
}
