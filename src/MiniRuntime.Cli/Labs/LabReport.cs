using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>What came of checking a program, for people and for programs.</summary>
internal sealed class LabReport(LabContract contract, IReadOnlyList<string> command, ProgramRun run)
{
    private readonly Seq<LabResult> _results =
        contract.Cases.Zip(run.Answers, (asked, answer) => LabCheck.Compare(contract, asked, answer)).ToSeq();

    /// <summary>True when every case has an answer, and passed.</summary>
    public bool Passed => _results.Count == contract.Cases.Count && _results.All(static result => result.Passed);

    /// <summary>The report, readable: mistakes first, then all that differs.</summary>
    public void Print(Page page)
    {
        page.Heading($"lab {contract.Lab}: {contract.Title}");
        foreach (var result in _results)
            page.Verdict("case", $"{result.Case.Id}: {result.Case.Shows}",
                result.Mistakes.Concat(result.Differences.Select(static difference => difference.ToString())));
        foreach (var asked in contract.Cases.Skip(_results.Count))
            page.Line("case", $"none {asked.Id}: {asked.Shows}", Page.Warning, indent: "");
        if (run.Fault is not null) page.Line("program", run.Fault, Page.Bad, indent: "");
        ProgramRun.PrintErrors(page, run.Errors);
        page.Line("result", Summary(), Passed && run.Fault is null ? Page.Good : Page.Bad, indent: "");
    }

    /// <summary>The report as one JSON document.</summary>
    public JsonText Document() => Output.Fields(
    [
        ("lab", contract.Lab), ("command", Texts(command)), ("passed", Passed && run.Fault is null), ("fault", run.Fault),
        ("exitCode", run.ExitCode is { } code ? (JsonText)code : null), ("stderr", run.Errors),
        ("cases", JsonText.Array(contract.Cases.Select((asked, at) => Document(asked, at < _results.Count ? _results[at] : null)))),
    ]);

    private string Summary()
    {
        var (passed, missing) = (_results.Count(static result => result.Passed), contract.Cases.Count - _results.Count);
        var differ = _results.Count - passed;
        return $"{passed} of {contract.Cases.Count} cases pass{(differ > 0 ? $", {differ} differ{(differ == 1 ? "s" : "")}" : "")}"
            + $"{(missing > 0 ? $", {missing} {(missing == 1 ? "has" : "have")} no answer" : "")}";
    }

    private static JsonText Document(LabCase asked, LabResult? result) => Output.Fields(
    [
        ("case", asked.Id), ("shows", asked.Shows), ("status", result is null ? "none" : result.Passed ? "pass" : "fail"),
        ("mistakes", Texts(result?.Mistakes ?? [])),
        ("differences", JsonText.Array((result?.Differences ?? []).Select(static difference => Output.Fields(
            [("path", difference.Path), ("expected", difference.Expected), ("got", difference.Got)])))),
    ]);

    private static JsonText Texts(IEnumerable<string> texts) => JsonText.Array(texts.Select(static JsonText (text) => text));
}
