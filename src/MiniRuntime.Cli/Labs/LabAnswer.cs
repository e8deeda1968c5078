using MiniRuntime.Core;

namespace MiniRuntime.Cli;

/// <summary>An answer to a case: those parts of it that a lab compares. What is missing or of another kind is empty here.</summary>
internal sealed class LabAnswer
{
    /// <param name="contract">The lab.</param>
    /// <param name="answer"><c>{ state, trace, evaluations }</c>, as it was given.</param>
    public LabAnswer(LabContract contract, Json.Object answer)
    {
        var clean = (Json.Object)WithoutNulls(answer);
        State = clean["state"] as Json.Object ?? Json.Object.Empty;
        Observations = new Json.Array(Objects(State["observations"])
            .Where(seen => contract.Observations.Contains(Text(seen, "kind")))
            .Select(static Json (seen) => Json.Object.Of(("kind", seen["kind"]), ("summary", seen["summary"]))).ToSeq());
        Events = [.. Objects(clean["trace"]).Where(traced => contract.Events.Contains(Text(traced, "type")))];
        var evaluations = contract.Evaluations ? Objects(clean["evaluations"]) : [];
        Evaluations = new Json.Array(evaluations.Select(static Json (verdict) => Json.Object.Of(
            ("caseId", verdict["caseId"]), ("status", verdict["status"]), ("reasons", verdict["reasons"] ?? new Json.Array([])))).ToSeq());
    }

    /// <summary>The state.</summary>
    public Json.Object State { get; }

    /// <summary>The observations of the kinds that are compared: <c>{ kind, summary }</c>.</summary>
    public Json.Array Observations { get; }

    /// <summary>The events of the types that are compared.</summary>
    public IReadOnlyList<Json.Object> Events { get; }

    /// <summary>The verdicts of the evals: <c>{ caseId, status, reasons }</c>.</summary>
    public Json.Array Evaluations { get; }

    /// <summary>The names of the tools that were executed.</summary>
    public IReadOnlyList<string> ToolsCalled =>
        [.. (State["toolsCalled"] as Json.Array)?.Items.OfType<Json.String>().Select(static name => name.Value) ?? []];

    /// <summary>A text in an object, or null.</summary>
    public static string? Text(Json? value, string field) => ((value as Json.Object)?[field] as Json.String)?.Value;

    /// <summary>The objects in an array; none where it is not one.</summary>
    public static IEnumerable<Json.Object> Objects(Json? value) => (value as Json.Array)?.Items.OfType<Json.Object>() ?? [];

    // A field that is null is one that is absent.
    private static Json WithoutNulls(Json value) => value switch
    {
        Json.Object o => new Json.Object(o.Fields.Where(static field => field.Value is not Json.Null)
            .Select(static field => new Json.Field(field.Name, WithoutNulls(field.Value)))),
        Json.Array a => new Json.Array(a.Items.Select(WithoutNulls).ToSeq()),
        _ => value,
    };
}
