using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>What the review gate found, for people and for programs.</summary>
/// <param name="command">The program and its arguments; none for this project's own runtime.</param>
/// <param name="runs">What it made of the cases.</param>
internal sealed class GateReport(IReadOnlyList<string> command, Seq<GateRun> runs)
{
    /// <summary>The verdicts.</summary>
    public Seq<GateResult> Results { get; } = Gate.Judge(runs);

    /// <summary>What it made of the cases, by lab.</summary>
    public Seq<GateRun> Runs => runs;

    /// <summary>What went wrong with the program: the first time that it did not answer as it should; null when it always did.</summary>
    public string? Fault => runs.Where(static run => run.Fault is not null)
        .Select(static run => $"lab {run.Contract.Lab}: {run.Fault}").FirstOrDefault();

    /// <summary>The end of what the program wrote to standard error, the first time that it wrote anything.</summary>
    public string Errors => runs.Select(static run => run.Errors).FirstOrDefault(static errors => errors.Length > 0, "");

    /// <summary>True when there is anything to judge.</summary>
    public bool Answered => runs.Any(static run => run.Answers.Count > 0);

    /// <summary>True when every check passed.</summary>
    public bool Passed => Results.All(static result => result.Passed);

    /// <summary>For example <c>4 of 5 checks pass</c>.</summary>
    public string Summary => $"{Results.Count(static result => result.Passed)} of {Results.Count} checks pass";

    /// <summary>Whose runtime it is, as one line.</summary>
    public string Of => command.Count == 0 ? "this project's own runtime" : string.Join(' ', command.Select(ShellWord.Of));

    /// <summary>The command that runs a lab's cases through it, as a person would type it.</summary>
    public string CommandFor(string lab) => command.Count == 0 ? "miniruntime gate" : $"miniruntime lab {lab} -- {Of}";

    /// <summary>The table, a row for each piece of evidence: check, verdict, case, what came back.</summary>
    public IEnumerable<string[]> Rows =>
        from result in Results
        from shown in result.Evidence
        let first = shown == result.Evidence[0]
        from row in (string[][])
        [
            [first ? result.Check.Name : "", shown.Passed ? "pass" : "FAIL", $"{shown.Lab} {shown.Case.Id}", shown.CameBack],
            .. shown.Wrong.Select(static wrong => (string[])["", "", "", $"! {wrong}"]),
        ]
        select row;

    /// <summary>The report, readable.</summary>
    public void Print(Page page)
    {
        page.Heading($"review gate: {Of}");
        if (Answered)
        {
            page.Table(["check", "result", "case", "what came back"], Rows);
            foreach (var result in Results)
                page.Verdict("gate", $"{result.Check.Name}: {result.Check.Question}", result.Passed ? [] : [Failing(result)]);
        }
        if (Fault is not null) page.Line("program", Fault, Page.Bad, indent: "");
        ProgramRun.PrintErrors(page, Errors);
        page.Line("result", Summary, Passed && Fault is null ? Page.Good : Page.Bad, indent: "");
    }

    /// <summary>The report as one JSON document.</summary>
    public JsonText Document() => Output.Fields(
    [
        ("command", command.Count == 0 ? null : Texts(command)), ("passed", Passed && Fault is null), ("fault", Fault),
        ("stderr", Errors),
        ("checks", JsonText.Array(Results.Select(static result => Output.Fields(
        [
            ("check", result.Check.Name), ("question", result.Check.Question), ("status", result.Passed ? "pass" : "fail"),
            ("evidence", JsonText.Array(result.Evidence.Select(Document))),
        ])))),
    ]);

    private static string Failing(GateResult result) => $"of {result.Evidence.Count} cases these do not pass: "
        + string.Join(", ", result.Evidence.Where(static shown => !shown.Passed).Select(static shown => $"{shown.Lab} {shown.Case.Id}"));

    private static JsonText Document(GateEvidence shown) => Output.Fields(
    [
        ("lab", shown.Lab), ("case", shown.Case.Id), ("shows", shown.Case.Shows),
        ("status", shown.Result is null ? "none" : shown.Passed ? "pass" : "fail"), ("cameBack", shown.CameBack),
        ("wrong", Texts(shown.Wrong)),
    ]);

    private static JsonText Texts(IEnumerable<string> texts) => JsonText.Array(texts.Select(static JsonText (text) => text));
}
