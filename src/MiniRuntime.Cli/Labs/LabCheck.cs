using MiniRuntime.Core;

namespace MiniRuntime.Cli;

/// <summary>Compares a program's answer with what a case demands.</summary>
internal static class LabCheck
{
    /// <summary>What differs between the answer and the case, and what mistake that shows.</summary>
    /// <param name="contract">The lab.</param>
    /// <param name="asked">The case.</param>
    /// <param name="given">The answer, as the program gave it.</param>
    public static LabResult Compare(LabContract contract, LabCase asked, Json.Object given)
    {
        var (expected, got) = (new LabAnswer(contract, asked.Expected), new LabAnswer(contract, given));
        var differences = new List<LabDifference>();
        if (given["state"] is not Json.Object) Differ("state", "an object", given["state"]);
        else
        {
            foreach (var field in contract.State) Same($"state.{field}", expected.State[field], got.State[field]);
            if (contract.Observations.Count > 0) Same("state.observations", expected.Observations, got.Observations);
        }
        if (contract.Events.Count > 0) SameEvents(expected.Events, got.Events);
        if (contract.Evaluations && asked.Expected["evaluations"] is not null) Same("evaluations", expected.Evaluations, got.Evaluations);
        return new LabResult(asked, differences.Count == 0 ? [] : LabMistake.Of(asked, expected, got).ToSeq(), differences.ToSeq());

        void Same(string path, Json? want, Json? have)
        {
            // One that is missing shifts all that follow, so the first difference in a list is the one to look at.
            if (want is Json.Array wanted && have is Json.Array had)
            {
                var at = 0;
                while (at < wanted.Items.Count && at < had.Items.Count && wanted.Items[at] == had.Items[at]) at++;
                if (at < Math.Max(wanted.Items.Count, had.Items.Count))
                    Differ($"{path}[{at}]", At(wanted, at)?.ToString(), At(had, at));
            }
            else if (want != have) Differ(path, want?.ToString(), have);
        }

        void SameEvents(IReadOnlyList<Json.Object> want, IReadOnlyList<Json.Object> have)
        {
            for (var at = 0; at < Math.Max(want.Count, have.Count); at++)
            {
                var (wanted, had) = (at < want.Count ? want[at] : null, at < have.Count ? have[at] : null);
                if (Head(wanted) != Head(had))
                {
                    Differ($"trace[{at}]", Head(wanted)?.ToString(), Head(had));
                    return;
                }
                foreach (var field in ((Json.Object)wanted!["data"]!).Fields)
                    Same($"trace[{at}].data.{field.Name}", field.Value, (had!["data"] as Json.Object)?[field.Name]);
            }
        }

        void Differ(string path, string? want, Json? have) =>
            differences.Add(new LabDifference(path, want ?? "nothing", have?.ToString() ?? "nothing"));
    }

    private static Json? At(Json.Array list, int at) => at < list.Items.Count ? list.Items[at] : null;

    private static Json.Object? Head(Json.Object? traced) =>
        traced is null ? null : Json.Object.Of(("step", traced["step"]), ("type", traced["type"]));
}

/// <summary>What came of one case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Mistakes">What the differences show, a sentence each, where it is a mistake that has a name.</param>
/// <param name="Differences">What differs; none when the case passed.</param>
internal sealed record LabResult(LabCase Case, Seq<string> Mistakes, Seq<LabDifference> Differences)
{
    /// <summary>True when the answer is as it has to be.</summary>
    public bool Passed => Differences.Count == 0;
}

/// <summary>A place where an answer differs.</summary>
/// <param name="Path">Where, for example <c>state.stopReason</c>. Places in lists count only what is compared, 0 first.</param>
/// <param name="Expected">What has to stand there, as JSON; or <c>nothing</c>.</param>
/// <param name="Got">What stands there. It comes from the program: escape it before a terminal shows it.</param>
internal sealed record LabDifference(string Path, string Expected, string Got)
{
    /// <summary>For example <c>state.steps: expected 3, got 5</c>.</summary>
    public override string ToString() => $"{Path}: expected {Expected}, got {Got}";
}
