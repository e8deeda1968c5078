using System.Globalization;
using MiniRuntime.Core;

namespace MiniRuntime.Cli;

/// <summary>
/// Mistakes that have a name: what a difference shows about the program, in a sentence that says what a runtime owes. They explain a case
/// that failed, and fail none: what they do not know still differs.
/// </summary>
internal static class LabMistake
{
    /// <summary>The mistakes that this answer shows.</summary>
    public static IEnumerable<string> Of(LabCase asked, LabAnswer expected, LabAnswer got) =>
        // All else that differs then says nothing of the program.
        LabAnswer.Text(got.State, "runId") is { } run && run != asked.Id
            ? [$"This is the answer to '{run}', where the one to '{asked.Id}' is due: answers come in the order of the cases."] :
        LabAnswer.Text(got.State, "stopReason") is null ? ["It ended without a stop reason: a run that is over says why."] :
    [
        .. Loop(asked, expected, got), .. Observations(expected, got), .. Executed(asked, expected, got), .. Policy(expected, got),
        .. Context(asked, expected, got), .. Trace(expected, got), .. Evals(expected, got),
    ];

    private static IEnumerable<string> Loop(LabCase asked, LabAnswer expected, LabAnswer got)
    {
        var reason = LabAnswer.Text(got.State, "stopReason");
        var budget = (Number((asked.Scenario["budget"] as Json.Object)?["maxSteps"]), Number(got.State["steps"]));
        if (budget is ({ } max, { } steps) && steps > max)
            yield return $"It took {Count(steps, "step")} on a budget of {max}: nothing that a model or a tool says adds to the budget.";
        var due = LabAnswer.Text(expected.State, "stopReason");
        if (due == "budget_exhausted" && reason == "success" && expected.State["steps"] == got.State["steps"])
            yield return "The budget ended the run, and it calls that a success: a run that was cut off has reached nothing.";
        else if (due == "budget_exhausted" && reason != due)
            yield return "The budget did not end the run: it is looked at before the model is asked.";
        if (due == "success" && reason == "budget_exhausted")
            yield return "The budget ended a run that had its answer: an answer on the last step is one.";
        if (due == "invalid_decision" && reason == "success")
            yield return "A blank answer passed for success: a proposal is validated before it is taken.";
        if (reason != due && expected.State["steps"] == got.State["steps"] && LastSeen(expected) == "stop")
            yield return $"The model stopped as {due}, and the run ended as {reason}: a stop ends it for the reason that it names.";
        if (LabAnswer.Text(expected.State, "answer") is { } whole && LabAnswer.Text(got.State, "answer") is { } part && part != whole
            && Solid(whole).Contains(Solid(part), StringComparison.Ordinal))
            yield return "The answer is not all that the model gave: it is given as it came, with its spaces and line ends.";
    }

    // The step that comes next knows of those before only what was observed.
    private static IEnumerable<string> Observations(LabAnswer expected, LabAnswer got) =>
        Missing(Kinds(expected), Kinds(got)) is { } missing
            ? [$"Observations are missing: {missing}. What is not observed, nobody can go on from."]
            : [];

    private static IEnumerable<string> Executed(LabCase asked, LabAnswer expected, LabAnswer got)
    {
        var registry = LabAnswer.Objects(asked.Scenario["tools"]).Select(static tool => LabAnswer.Text(tool, "name")).ToList();
        foreach (var tool in got.ToolsCalled.Distinct())
        {
            var (due, executed) = (expected.ToolsCalled.Count(other => other == tool), got.ToolsCalled.Count(other => other == tool));
            if (executed <= due) continue;
            var verdict = Verdicts(expected).FirstOrDefault(judged => judged.Tool == tool && judged.Status != "allow").Status;
            yield return !registry.Contains(tool)
                ? $"It executed '{tool}', which is not in the registry: what is not there does not exist."
                : verdict is not null
                    ? $"It executed '{tool}', where policy says {verdict}: the gate stands before the tool."
                    : $"It executed '{tool}' {Count(executed, "time")}, and {due} {(due == 1 ? "is" : "are")} due.";
        }
        if (!expected.ToolsCalled.SequenceEqual(got.ToolsCalled)
            && expected.ToolsCalled.Order(StringComparer.Ordinal).SequenceEqual(got.ToolsCalled.Order(StringComparer.Ordinal)))
            yield return "The tools in toolsCalled stand in another order: it is the path, as it was taken.";
    }

    private static IEnumerable<string> Policy(LabAnswer expected, LabAnswer got)
    {
        foreach (var (due, given) in Verdicts(expected).Zip(Verdicts(got)))
        {
            if (due.Tool != given.Tool || due == given) continue;
            yield return $"Policy said {Verdict(given)} to '{due.Tool}', and has to say {Verdict(due)}: "
                + (due.Reason == Core.Policy.NoRuleMatched ? "a call that no rule matches is denied."
                : due.Status != given.Status ? "the strictest rule that matches wins, wherever it stands."
                : "of equally strict rules the ordinally smallest reason counts.");
        }
    }

    private static IEnumerable<string> Context(LabCase asked, LabAnswer expected, LabAnswer got)
    {
        var memory = LabAnswer.Objects(asked.Scenario["memory"]).ToList();
        var (due, given) = (Packets(expected).FirstOrDefault(), Packets(got).FirstOrDefault());
        if (due is null || given is null) yield break;
        foreach (var item in memory)
        {
            var (id, scope) = (LabAnswer.Text(item, "id")!, LabAnswer.Text(item, "scope"));
            if (Names(given, id) && !Names(due, id))
                yield return $"The model was shown '{id}', whose scope, {scope}, is not shown here: "
                    + "memory is out unless a rule lets it in.";
            if (!Names(given, id) && Names(due, id))
                yield return $"The model was not shown '{id}', whose scope, {scope}, is shown here.";
            if (Omits(due, id) && !Omits(given, id))
                yield return $"Nothing says that '{id}' was left out, and why (out_of_scope): what is left out is on record.";
        }

        static bool Names(Json.Object packet, string id) => (packet["memoryRefs"] as Json.Array)?.Items.Contains(id) ?? false;

        static bool Omits(Json.Object packet, string id) =>
            LabAnswer.Objects(packet["omittedRefs"]).Any(omitted => LabAnswer.Text(omitted, "ref") == id
                && LabAnswer.Text(omitted, "reason") == "out_of_scope");
    }

    private static IEnumerable<string> Trace(LabAnswer expected, LabAnswer got)
    {
        if (Missing(expected.Events.Select(Type), got.Events.Select(Type)) is { } missing)
            yield return $"Events are missing in the trace: {missing}. What is not traced has not happened.";
        foreach (var (type, reason) in Reasons(expected).Except(Reasons(got)))
            if (got.Events.Any(traced => Type(traced) == type))
                yield return $"The reason '{reason}' is not in the {type} event: a trace says why.";
    }

    private static IEnumerable<string> Evals(LabAnswer expected, LabAnswer got)
    {
        foreach (var due in LabAnswer.Objects(expected.Evaluations))
        {
            var id = LabAnswer.Text(due, "caseId");
            var given = LabAnswer.Objects(got.Evaluations).FirstOrDefault(verdict => LabAnswer.Text(verdict, "caseId") == id);
            var forbidden = Texts(due["reasons"])
                .FirstOrDefault(static reason => reason.StartsWith("forbidden tool was called", StringComparison.Ordinal));
            if (given is null) yield return $"The eval {id} was not judged.";
            else if (LabAnswer.Text(due, "status") == "fail" && LabAnswer.Text(given, "status") == "pass")
                yield return $"The eval {id} passed, and has to fail{(forbidden is null ? "" : $" ({forbidden})")}: "
                    + "it judges the path, whatever the answer says.";
            else if (LabAnswer.Text(due, "status") == "pass" && LabAnswer.Text(given, "status") == "fail")
                yield return $"The eval {id} failed, and has to pass: a tool is called when it is executed, not when it is proposed.";
            else if (Texts(due["reasons"]).Except(Texts(given["reasons"])).FirstOrDefault() is { } left)
                yield return $"The eval {id} does not give the reason '{left}': one that fails gives all its reasons.";
        }
    }

    // For example: decision (0 of 2), tool (1 of 2).
    private static string? Missing(IEnumerable<string?> due, IEnumerable<string?> given)
    {
        var missing = (from name in due.OfType<string>().CountBy(static name => name)
                       let count = given.Count(other => other == name.Key)
                       where count < name.Value
                       select $"{name.Key} ({count} of {name.Value})").ToList();
        return missing.Count == 0 ? null : string.Join(", ", missing);
    }

    private static IEnumerable<string?> Kinds(LabAnswer answer) =>
        LabAnswer.Objects(answer.Observations).Select(static seen => LabAnswer.Text(seen, "kind"));

    private static string? LastSeen(LabAnswer answer) =>
        LabAnswer.Objects(answer.Observations).Select(static seen => LabAnswer.Text(seen, "summary")).LastOrDefault();

    private static string Solid(string text) => string.Concat(text.Where(static c => !char.IsWhiteSpace(c)));

    private static IEnumerable<string> Texts(Json? list) =>
        (list as Json.Array)?.Items.OfType<Json.String>().Select(static text => text.Value) ?? [];

    private static IEnumerable<(string? Tool, string? Status, string? Reason)> Verdicts(LabAnswer answer) =>
        from traced in answer.Events
        where Type(traced) == "policy_decision"
        let data = traced["data"] as Json.Object
        select (LabAnswer.Text(data, "tool"), LabAnswer.Text(data?["policy"], "status"), LabAnswer.Text(data?["policy"], "reason"));

    private static IEnumerable<(string? Type, string Reason)> Reasons(LabAnswer answer) =>
        from traced in answer.Events
        where Type(traced) is "tool_result" or "stop"
        let data = traced["data"] as Json.Object
        let reason = LabAnswer.Text(data, "reason") ?? LabAnswer.Text(data?["result"], "reason")
        where reason is not null
        select (Type(traced), reason);

    private static IEnumerable<Json.Object> Packets(LabAnswer answer) =>
        answer.Events.Where(static traced => Type(traced) == "context_built").Select(static traced => traced["data"]).OfType<Json.Object>();

    private static string? Type(Json.Object traced) => LabAnswer.Text(traced, "type");

    private static string Verdict((string? Tool, string? Status, string? Reason) judged) =>
        $"{judged.Status ?? "nothing"}{(judged.Reason is null ? "" : $" ({judged.Reason})")}";

    private static decimal? Number(Json? value) => (value as Json.Number)?.Value;

    private static string Count(decimal count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
