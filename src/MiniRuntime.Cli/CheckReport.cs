using MiniRuntime.Core;
using MiniRuntime.Shell;
using MiniRuntime.Testing;

namespace MiniRuntime.Cli;

/// <summary>What an exploration found, for people and for programs.</summary>
internal static class CheckReport
{
    // How many letters of a kind are shown; a program is told all.
    private const int Shown = 20;

    /// <summary>The report, readable.</summary>
    public static void Print(Page page, Scenario scenario, Exploration found)
    {
        page.Heading($"{scenario.Run.Id}: every run with this alphabet");
        Print(page, found.Alphabet);
        page.Line("explored", $"{found.States:N0} states, {found.Transitions:N0} transitions", Page.Plain);
        var (label, text, style) = found.Coverage switch
        {
            Coverage.Closed when found.Alphabet.Gaps.Count > 0 => ("closed",
                $"nothing new to find after {found.Depth} inputs, so the verdicts hold for runs of any length with these inputs, but see the gaps",
                Page.Warning),
            Coverage.Closed =>
                ("closed", $"nothing new to find after {found.Depth} inputs, so the verdicts hold for runs of any length", Page.Good),
            Coverage.DepthExhausted => ("depth",
                $"every run of up to {found.Depth} inputs, one proposal at a time; longer ones were not looked at", Page.Plain),
            _ when found.Laws.Count > 0 && found.Laws.All(static verdict => verdict.Counterexample is not null) =>
                ("ended", "every law is broken, so there was nothing more to look for", Page.Plain),
            _ when found.States == 0 => ("stopped", $"{found.Limit}; nothing was explored", Page.Warning),
            _ => ("stopped", $"{found.Limit}; every run of up to {found.Depth} inputs with this alphabet was looked at", Page.Warning),
        };
        page.Line(label, text, style);
        if (found.Laws.Count == 0) page.Line("laws", "the file has none, so nothing was checked; see docs/check.md", Page.Warning);
        foreach (var verdict in found.Laws) Print(page, scenario, found, verdict);
    }

    /// <summary>The report as one JSON document.</summary>
    public static JsonText Document(Scenario scenario, Exploration found) => JsonText.Object(
    [
        ("runId", scenario.Run.Id), ("states", found.States), ("transitions", found.Transitions), ("depth", found.Depth),
        ("closed", found.Coverage == Coverage.Closed),
        ("coverage", found.Coverage switch
        {
            Coverage.Closed => "closed",
            Coverage.DepthExhausted => "depth_exhausted",
            _ => "stopped",
        }),
        ("limit", found.Limit), ("alphabet", Document(found.Alphabet)),
        ("laws", JsonText.Array(found.Laws.Select(verdict => Document(found.Coverage, verdict)))),
    ]);

    private static void Print(Page page, Alphabet alphabet)
    {
        foreach (var calls in alphabet.Proposals.Select(static line => line.Input.Decision?.CallTool).OfType<CallTool>()
            .GroupBy(static call => call.Name, StringComparer.Ordinal))
        {
            foreach (var call in calls.Take(Shown)) page.Line("call", $"{call.Name} {CanonicalJson.Write(call.Input)}", Page.Quiet);
            if (calls.Count() > Shown) page.Line("call", $"{calls.Key}: and {calls.Count() - Shown:N0} more", Page.Quiet);
        }
        var others = alphabet.Proposals.Where(static line => line.Input.Decision?.CallTool is null).ToList();
        if (others.Count > 0) page.Line("or", List(others), Page.Quiet);
        if (alphabet.Results.Count > 0) page.Line("results", List(alphabet.Results), Page.Quiet);
        if (alphabet.Reviews.Count > 0) page.Line("reviews", List(alphabet.Reviews), Page.Quiet);
        if (alphabet.Replies.Count > 0) page.Line("replies", List(alphabet.Replies), Page.Quiet);
        if (alphabet.Resolutions.Count > 0) page.Line("doubts", List(alphabet.Resolutions), Page.Quiet);
        foreach (var missing in alphabet.NotCovered) page.Line("not", missing, Page.Quiet);
        foreach (var gap in alphabet.Gaps) page.Line("gap", gap, Page.Warning);
    }

    private static void Print(Page page, Scenario scenario, Exploration found, LawVerdict verdict)
    {
        if (verdict.Counterexample is not { } counterexample)
        {
            var farther = found.Coverage == Coverage.Closed ? "" : " (as far as was looked)";
            if (found.Coverage == Coverage.Stopped)
                page.Line("law", $"???? {verdict.Law.Name}: not broken so far", Page.Warning, indent: "");
            else if (found.Alphabet.Gaps.Count > 0)
                page.Line("law", $"pass {verdict.Law.Name}{farther}, but for the gaps above", Page.Warning, indent: "");
            else page.Verdict("law", $"{verdict.Law.Name}{farther}", []);
            return;
        }
        page.Verdict("law", verdict.Law.Name, counterexample.Reasons);
        var inputs = counterexample.Inputs.Count == 1 ? "1 input" : $"{counterexample.Inputs.Count} inputs";
        page.Line("", $"the shortest run that breaks it ({inputs}, one proposal at a time):", Page.Plain, indent: "");
        var account = new Account(page, scenario.Run);
        ScenarioRun.Play(scenario, counterexample.Inputs, TimeProvider.System.GetUtcNow(), account.Show);
        page.Space();
    }

    private static string List(IEnumerable<ScriptedInput> lines)
    {
        var words = lines.Select(Words).Distinct().ToList();
        return string.Join(", ", words.Count <= Shown ? words : words.Take(Shown).Append($"and {words.Count - Shown:N0} more"));
    }

    private static string Words(ScriptedInput line) => line.Input.Match(line,
        decision: static (_, decision) => decision.Match(0,
            answer: static (_, answer) =>
                string.IsNullOrWhiteSpace(answer.Text) ? "a blank answer" : $"answer {CanonicalJson.Write(answer.Text)}",
            callTool: static (_, call) => call.Name,
            askHuman: static (_, _) => "ask a person",
            stop: static (_, stop) => $"stop as {stop.Reason.Name()}"),
        invalidDecision: static (_, _) => "malformed output",
        modelFailure: static (_, _) => "no output",
        toolReport: static (_, report) => $"{report.Result.Status}{Labelled(report.Labels)}",
        personSaid: static (_, said) => said.Match(0,
            approve: static (_, approve) => approve.EditedInput is null ? "approve" : "approve with one of the tool's inputs",
            reject: static (_, _) => "reject",
            reply: static (_, reply) => $"a reply{Labelled(reply.Labels)}",
            resolve: static (_, resolve) => resolve.Resolution.Name()),
        recovered: static (_, _) => "a crash",
        tick: static (line, _) => $"{line.After.TotalSeconds:0} s pass",
        cancel: static (_, _) => "cancel",
        decisions: static (_, decisions) => $"{decisions.Items.Count} at once");

    private static string Labelled(Seq<string> labels) => labels.Count == 0 ? "" : $" labelled {string.Join(", ", labels)}";

    private static JsonText Document(Alphabet alphabet) => JsonText.Object(
    [
        ("proposals", Document(alphabet.Proposals)), ("results", Document(alphabet.Results)), ("reviews", Document(alphabet.Reviews)),
        ("replies", Document(alphabet.Replies)), ("resolutions", Document(alphabet.Resolutions)),
        ("notCovered", JsonText.Array(alphabet.NotCovered.Select(static JsonText (text) => text))),
        ("gaps", JsonText.Array(alphabet.Gaps.Select(static JsonText (text) => text))),
    ]);

    private static JsonText Document(Seq<ScriptedInput> lines) => JsonText.Array(lines.Select(Codec.ScriptedInput.Encode));

    private static JsonText Document(Coverage coverage, LawVerdict verdict) => JsonText.Object(
    [
        ("law", verdict.Law.Name),
        ("status", verdict.Counterexample is not null ? "fail" : coverage == Coverage.Stopped ? "unknown" : "pass"),
        ("reasons", verdict.Counterexample is { } found ? JsonText.Array(found.Reasons.Select(static JsonText (text) => text)) : null),
        ("counterexample", verdict.Counterexample is { } example
            ? JsonText.Object([("inputs", Document(example.Inputs)), ("trace", JsonText.Array(TraceView.Of(example.Trace)))])
            : null),
    ]);
}
