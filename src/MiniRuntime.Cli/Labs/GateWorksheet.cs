using System.Globalization;
using System.Text;
using MiniRuntime.Core;

namespace MiniRuntime.Cli;

/// <summary>
/// The completion worksheet (labs/worksheets/completion.md), filled with what the review gate saw: commands, outputs, failure paths. What
/// only a person can say is left for them to say.
/// </summary>
internal static class GateWorksheet
{
    private const string EmptyRow = "|  |  |  |  |\n";

    // How much of what a program said is kept in one place.
    private const int Length = 400;

    /// <summary>Why no worksheet can be written there, or null. One that is there has a person's words in it, and stays.</summary>
    public static string? Fault(string path) =>
        path.Length == 0 ? "--worksheet needs the name of a file."
        : Path.Exists(path) ? $"{path}: It exists, and is not overwritten; name another file, or move it away."
        : !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))) ? $"{path}: The folder does not exist; create it."
        : null;

    /// <summary>Writes the worksheet. Gives what went wrong, or null.</summary>
    /// <param name="path">A file that does not exist.</param>
    /// <param name="report">What the gate found.</param>
    /// <param name="today">The date.</param>
    public static string? Write(string path, GateReport report, DateOnly today)
    {
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            file.Write(Encoding.UTF8.GetBytes(Text(report, today)));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path}: It cannot be written: {e.Message}";
        }
    }

    private static string Text(GateReport report, DateOnly today)
    {
        var failures = Failures(report).ToList();
        var sheet = Template();
        var labs = string.Join(", ", LabContract.Labs);
        Put("- Lab:\n", $"- Lab: {labs}, by the review gate: {report.Summary}. Program: {Code(report.Of)}\n");
        Put("- Name, date, commit:\n", $"- Name, date, commit: {today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}\n");
        Put(EmptyRow + EmptyRow, string.Concat(report.Runs.Select(run => Row(
            Code(report.CommandFor(run.Contract.Lab)), $"all {run.Contract.Cases.Count} cases of lab {run.Contract.Lab} pass",
            $"{run.Passed} of {run.Contract.Cases.Count} pass{(run.Fault is null ? "" : $"; {Code(run.Fault)}")}",
            run.Passed == run.Contract.Cases.Count && run.Fault is null ? "pass" : "fail"))));
        Put("- What you broke, or fed it:\n", Under("- What you broke, or fed it: these cases, whose runs must not end in success",
            failures.Select(static shown => $"{shown.Lab} {shown.Case.Id}: {shown.Case.Shows}")));
        Put("- What you expected:\n", Under("- What you expected:",
            failures.Select(static shown => $"{shown.Case.Id}: {Expected(shown)}")));
        Put("- What happened (command, output, stop reason):\n", Under("- What happened (command, output, stop reason):",
            failures.Select(shown => CameBack(report, shown))));
        Put("- Tests or checks that pass (names, output):\n", Under("- Tests or checks that pass (names, output):",
            report.Results.Where(static result => result.Passed).Select(static result => $"{result.Check.Name}: "
                + string.Join(", ", result.Evidence.Select(static shown => $"{shown.Lab} {shown.Case.Id}"))))
            + Under("- Checks that fail, and where:", report.Results.Where(static result => !result.Passed).SelectMany(static result =>
                result.Evidence.Where(static shown => !shown.Passed).Select(shown =>
                    $"{result.Check.Name}: {shown.Lab} {shown.Case.Id}: "
                    + Code(string.Join(' ', shown.Wrong.DefaultIfEmpty(shown.CameBack)))))));
        Put("- An eval that fails when it should (command, output):\n", Under("- An eval that fails when it should (command, output):",
            Evals(report).Select(shown => CameBack(report, shown))));
        return sheet;

        // A part of the sheet that is not there is a mistake of ours; a test fills one.
        void Put(string line, string filled)
        {
            var at = sheet.IndexOf(line, StringComparison.Ordinal);
            sheet = $"{sheet[..at]}{filled}{sheet[(at + line.Length)..]}";
        }
    }

    // Each case once, where its run is expected to end otherwise than in success.
    private static IEnumerable<GateEvidence> Failures(GateReport report) => report.Results.SelectMany(static result => result.Evidence)
        .DistinctBy(static shown => shown.Case.Id).Where(static shown => Expected(shown) != "success");

    private static IEnumerable<GateEvidence> Evals(GateReport report) => report.Results[^1].Evidence
        .Where(static shown => LabAnswer.Objects(shown.Case.Expected["evaluations"])
            .Any(static verdict => LabAnswer.Text(verdict, "status") == "fail"));

    private static string Expected(GateEvidence shown) => LabAnswer.Text(shown.Case.Expected["state"], "stopReason") ?? "";

    private static string CameBack(GateReport report, GateEvidence shown) => $"{Code(report.CommandFor(shown.Lab))} {shown.Case.Id}: "
        + $"{Code(shown.CameBack)}, {(shown.Passed ? "as expected" : "not as expected")}";

    private static string Row(params string[] cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string Under(string head, IEnumerable<string> items)
    {
        var list = string.Concat(items.Select(static item => $"  - {item}\n"));
        return $"{head}\n{(list.Length == 0 ? "  - none\n" : list)}";
    }

    // What comes from outside, as a piece of code: nothing in it is markup, ends the piece, or ends a cell of a table.
    private static string Code(string text) =>
        $"`{Escape.Line(text, Length).Replace('`', '\'').Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static string Template()
    {
        using var stream = typeof(GateWorksheet).Assembly.GetManifestResourceStream("worksheets/completion")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
