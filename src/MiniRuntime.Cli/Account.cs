using MiniRuntime.Core;
using MiniRuntime.Shell;
using Spectre.Console;

namespace MiniRuntime.Cli;

/// <summary>A readable account of a run, as it happens: what was proposed, what policy said and why, what ran, why it stopped.</summary>
internal sealed class Account
{
    private readonly Page _page;
    private readonly Dictionary<string, string> _tools = new(StringComparer.Ordinal);
    private int _step = -1;

    public Account(Page page, Scenario scenario)
    {
        _page = page;
        _page.Heading($"{scenario.Run.Id}: {scenario.Run.Goal}");
    }

    /// <summary>Shows what a step brought.</summary>
    public void Show(StepResult step)
    {
        foreach (var effect in step.Effects)
        {
            if (effect.Record is { } record) Show(record.Event);
            else if (effect.AskApproval is { } ask)
                Line("waiting", $"for approval of {ask.Call.Tool.Name} ({ask.Reason}), request {ask.Request.Id}", Page.Warning);
            else if (effect.AskReply is { } reply) Line("waiting", $"for a reply to {reply.QuestionId}", Page.Warning);
            else if (effect.AskResolution is { } doubt)
                Line("waiting", $"for a person to find out whether {doubt.Call.Tool.Name} ({doubt.Call.Id}) happened", Page.Warning);
        }
    }

    /// <summary>Shows how it ended, the verdicts of evals and laws, and these events.</summary>
    public void End(State state, Seq<EvalResult> evals, Seq<LawResult> laws, IReadOnlyList<TraceEvent> events)
    {
        var next = state.Phase.Executing is null && state.Phase.Thinking is null ? "a person" : "its next input";
        if (state.Stopped is null) Line("waiting", $"the run has not stopped: it waits for {next}", Page.Warning, indent: "");
        foreach (var result in evals) _page.Verdict("eval", result.CaseId, result.Reasons);
        foreach (var result in laws) _page.Verdict("law", result.Law, result.Reasons);
        if (events.Count > 0) _page.Heading("trace");
        foreach (var traced in events) _page.Json(Codec.TraceEvent.Encode(traced).ToString());
        _page.Space();
    }

    private void Show(TraceEvent traced)
    {
        if (traced.Fact.Stopped is null && traced.Fact.RunStarted is null && traced.Step != _step)
            _page.Heading($"step {_step = traced.Step}");
        traced.Fact.Match((account: this, traced),
            runStarted: static (_, _) => Done,
            contextBuilt: static (at, built) => at.account.Line("context", Context(built), Page.Quiet),
            accepted: static (at, accepted) => at.account.Show(accepted.Input),
            ignored: static (at, ignored) => at.account.Line("ignored", $"{ignored.Input.Kind}: {ignored.Reason}", Page.Warning),
            callRefused: static (at, refused) => at.account.Line("refused", $"{refused.Tool}: {refused.Reason}", Page.Bad),
            callJudged: static (at, judged) => at.account.Show(judged),
            callAuthorized: static (at, permit) => permit.Attempt == 1
                ? Done
                : at.account.Line("repeats", $"{at.account._tools.GetValueOrDefault(permit.CallId)}, attempt {permit.Attempt}",
                    Page.Warning),
            otherJudged: static (at, judged) => at.account.Line("policy", string.Join("; ", judged.Verdicts.Select(
                verdict => $"{judged.Action.Name()} {verdict.Ref}: {Verdict(verdict.Decision)}")), Page.Plain),
            stopped: static (at, stopped) => at.account.Show(stopped, at.traced.Step));
    }

    private bool Show(Input input) => input.Match(this,
        decision: static (account, decision) => account.Line("proposed", decision.Match(0,
            answer: static (_, answer) => $"answer: {answer.Text}",
            callTool: static (_, call) => $"call {call.Name} {CanonicalJson.Write(call.Input)}",
            askHuman: static (_, ask) => $"ask a person: {ask.Question}",
            stop: static (_, stop) => $"stop: {stop.Reason.Name()}"), Page.Plain),
        invalidDecision: static (account, invalid) => account.Line("invalid", $"{invalid.Reason} {invalid.Raw}", Page.Bad),
        modelFailure: static (account, failure) => account.Line("no model", failure.Reason, Page.Bad),
        toolReport: static (account, report) => account.Show(report),
        personSaid: static (account, said) => account.Line("person", said.Match(0,
            approve: static (_, approve) => $"{approve.Reviewer} approves {approve.RequestId}",
            reject: static (_, reject) => $"{reject.Reviewer} rejects {reject.RequestId}: {reject.Reason}",
            reply: static (_, reply) => $"{reply.Person} replies: {reply.Text}",
            resolve: static (_, resolve) => $"{resolve.Person} resolves {resolve.CallId}: {resolve.Resolution.Name()}"), Page.Plain),
        recovered: static (account, _) => account.Line("recovered", "what was executing is in doubt", Page.Warning),
        tick: static (account, _) => account.Line("time", "a deadline or an expiry has come", Page.Warning),
        cancel: static (account, _) => account.Line("cancelled", "from outside", Page.Warning));

    private bool Show(ToolReport report)
    {
        var tool = _tools.GetValueOrDefault(report.CallId, report.CallId);
        var labels = report.Labels.Count == 0 ? "" : $" labelled {string.Join(", ", report.Labels)}";
        return report.Result.Match((account: this, tool, labels),
            ok: static (at, ok) => at.account.Line("ran", $"{at.tool}: ok {CanonicalJson.Write(ok.Data)}{at.labels}", Page.Good),
            refused: static (at, refused) => at.account.Line("ran", $"{at.tool}: refused, {refused.Reason}{at.labels}", Page.Bad),
            error: static (at, error) => at.account.Line("ran", $"{at.tool}: error, {error.Reason}{at.labels}", Page.Bad),
            lost: static (at, lost) =>
                at.account.Line("ran", $"{at.tool}: lost, {lost.Reason} (it may have happened){at.labels}", Page.Bad));
    }

    private bool Show(CallJudged judged)
    {
        _tools[judged.CallId] = judged.Tool.Name;
        var style = judged.Verdict.Match(0, static (_, _) => Page.Good, static (_, _) => Page.Warning, static (_, _) => Page.Bad);
        return Line("policy", $"{judged.Tool.Name} ({judged.Tool.SideEffect.Name()}): {Verdict(judged.Verdict)}", style);
    }

    private bool Show(Stopped stopped, int steps)
    {
        var about = string.Join(", ", new[] { stopped.Tool, stopped.Detail }.OfType<string>());
        return Line("stopped", $"{stopped.Reason.Name()} after {steps} {(steps == 1 ? "step" : "steps")}"
            + (stopped.By == StoppedBy.Model ? ", by the model" : "") + (about.Length > 0 ? $": {about}" : ""),
            stopped.Reason == StopReason.Success ? Page.Good : Page.Bad, indent: "");
    }

    private static string Context(ContextBuilt built) => string.Join("; ", new[]
    {
        built.Tools.Count > 0 ? $"tools {string.Join(", ", built.Tools)}" : "no tools",
        built.Memory.Count > 0 ? $"memory {string.Join(", ", built.Memory)}" : null,
        built.Omitted.Count > 0 ? $"left out {string.Join(", ", built.Omitted.Select(o => $"{o.Ref} ({o.Reason.Name()})"))}" : null,
        built.FirstTurn > 0 ? $"the first {built.FirstTurn} turns left out" : null,
    }.OfType<string>());

    private static string Verdict(PolicyDecision verdict) => verdict.Reason is { } reason ? $"{verdict.Status}, {reason}" : verdict.Status;

    // The arms of a Match give a value, and this is it.
    private static bool Done => true;

    private bool Line(string label, string text, Style style, string indent = "  ")
    {
        _page.Line(label, text, style, indent);
        return Done;
    }
}
