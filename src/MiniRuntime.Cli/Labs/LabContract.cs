using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>What a lab demands of any program: cases, and which parts of an answer count (labs/protocol.md).</summary>
/// <param name="Lab">The lab's number, for example <c>09</c>.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Observations">The kinds of observations that are compared.</param>
/// <param name="Events">The types of events that are compared; none where there is no trace yet.</param>
/// <param name="Cases">The cases, in the order in which a program is given them.</param>
internal sealed record LabContract(string Lab, string Title, Seq<string> Observations, Seq<string> Events, Seq<LabCase> Cases)
{
    /// <summary>The fields of the state that are compared, beside the observations.</summary>
    public Seq<string> State { get; init; } = ["runId", "steps", "stopReason", "answer", "toolsCalled"];

    /// <summary>True when the verdicts of the evals are compared.</summary>
    public bool Evaluations { get; init; } = true;

    /// <summary>The labs that a program can be checked by.</summary>
    public static IReadOnlyList<string> Labs { get; } = ["09", "10", "11"];

    /// <summary>The contract of one of <see cref="Labs"/>, as it was built into this command.</summary>
    public static LabContract Of(string lab)
    {
        using var stream = typeof(LabContract).Assembly.GetManifestResourceStream($"labs/{lab}")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var read = (Json.Object)StrictJson.Parse(copy.ToArray(), JsonSource.File).Value;
        return new LabContract(lab, Text(read, "title"), Texts(read, "observations"), Texts(read, "events"),
            ((Json.Array)read["cases"]!).Items.Cast<Json.Object>().Select(LabCase.Of).ToSeq());
    }

    private static string Text(Json.Object o, string field) => ((Json.String)o[field]!).Value;

    private static Seq<string> Texts(Json.Object o, string field) =>
        ((Json.Array)o[field]!).Items.Select(static item => ((Json.String)item).Value).ToSeq();
}

/// <summary>One case: a scenario, and what has to come of it.</summary>
/// <param name="Id">Its name, the scenario's <c>runId</c>.</param>
/// <param name="Shows">What it is there for, in a sentence without a full stop.</param>
/// <param name="Scenario">The scenario, in the format of docs/scenarios.md.</param>
/// <param name="Expected">The answer that is due: <c>{ state, trace, evaluations }</c>, in it all that is compared.</param>
internal sealed record LabCase(string Id, string Shows, Json.Object Scenario, Json.Object Expected)
{
    /// <summary>The line that a program is given.</summary>
    public byte[] Line => Encoding.UTF8.GetBytes($"{CanonicalJson.Write(Scenario)}\n");

    internal static LabCase Of(Json.Object read)
    {
        var scenario = (Json.Object)read["scenario"]!;
        return new LabCase(((Json.String)scenario["runId"]!).Value, ((Json.String)read["shows"]!).Value, scenario,
            (Json.Object)read["expected"]!);
    }
}
