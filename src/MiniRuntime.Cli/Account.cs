using MiniRuntime.Core;
using MiniRuntime.Shell;
using Spectre.Console;

namespace MiniRuntime.Cli;

/// <summary>A readable account of a run, as it happens: what was proposed, what policy said and why, what ran, why it stopped.</summary>
internal sealed class Account
{
    private readonly Page _page;
    private readonly OpenStore? _store;
    private readonly Dictionary<string, string> _tools = new(StringComparer.Ordinal);
    private ApprovalRequest? _asked;
    private int _step = -1;

    /// <summary>Begins an account.</summary>
    /// <param name="page">Where it is told.</param>
    /// <param name="run">The run.</param>
    /// <param name="store">Where the run is kept, so that it can go on after it waited; null where it is not.</param>
    public Account(Page page, Run run, OpenStore? store = null)
    {
        (_page, _store) = (page, store);
        _page.Heading($"{run.Id}: {run.Goal}");
    }

    /// <summary>Shows what a step brought.</summary>
    public void Show(StepResult step)
    {
        foreach (var traced in step.Events) Show(traced);
        if (_store is not null || step.Work is not { } work) return;
        if (work.AskApproval is { } ask)
            Line("waiting", $"for approval of {ask.Call.Proposal.Name} {CanonicalJson.Write(ask.Call.Proposal.Input)} ({ask.Reason}), request {ask.Request.Id}",
                Page.Warning);
        else if (work.AskReply is { } reply) Line("waiting", $"for a reply to {reply.QuestionId}", Page.Warning);
        else if (work.AskResolution is { } doubt)
            Line("waiting", $"for a person to find out whether {doubt.Call.Tool.Name} ({doubt.Call.Id}) happened", Page.Warning);
    }

    /// <summary>Shows how it ended, the verdicts of evals and laws, and these events.</summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="evals">The verdicts of evals.</param>
    /// <param name="laws">The verdicts of laws.</param>
    /// <param name="events">The events to show.</param>
    public void End(State state, Seq<EvalResult> evals, Seq<LawResult> laws, IReadOnlyList<TraceEvent> events)
    {
        if (state.Stopped is null && _store is not null)
            Open(_page, Waiting.For(state), StoredRun.ResumeOf(state.RunId, hasScenario: true), _store);
        else if (state.Stopped is null)
        {
            var next = Waiting.For(state) is null ? "its next input" : "a person";
            Line("waiting", $"the run has not stopped: it waits for {next}", Page.Warning, indent: "");
        }
        foreach (var result in evals) _page.Verdict("eval", result.CaseId, result.Reasons);
        foreach (var result in laws) _page.Verdict("law", result.Law, result.Reasons);
        if (events.Count > 0) _page.Heading("trace");
        foreach (var traced in events) _page.Json(Codec.TraceEvent.Encode(traced).ToString());
        _page.Space();
    }

    /// <summary>Takes note of an event that was shown before, or by somebody else: later ones speak of it.</summary>
    public void Heard(TraceEvent traced)
    {
        if (traced.Fact.CallJudged is { } judged) (_tools[judged.CallId], _asked) = (judged.Tool.Name, judged.Request);
        // What was approved in time is no longer asked for, and does not expire as that.
        if (traced.Fact.Accepted is { Input.PersonSaid.Approve: not null } accepted && !IsLate(accepted)) _asked = null;
    }

    /// <summary>Shows how a run that has not stopped goes on.</summary>
    /// <param name="page">Where it is told.</param>
    /// <param name="waiting">What it waits for a person to say.</param>
    /// <param name="resume">The command that takes it up, but for the store.</param>
    /// <param name="store">Where it is kept.</param>
    public static void Open(Page page, Waiting? waiting, string resume, OpenStore store)
    {
        if (waiting is not null) waiting.Print(page, store);
        else page.Uncut("left", $"the run goes on with: {resume}{store.Option}", Page.Warning);
    }

    /// <summary>Shows an event.</summary>
    public void Show(TraceEvent traced)
    {
        Heard(traced);
        if (traced.Fact.Stopped is null && traced.Fact.RunStarted is null && traced.Step != _step)
            _page.Heading($"step {_step = traced.Step}");
        traced.Fact.Match((account: this, traced),
            runStarted: static (_, _) => Done,
            contextBuilt: static (at, built) => at.account.Line("context", Context(built), Page.Quiet),
            accepted: static (at, accepted) => at.account.Show(accepted),
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

    private bool Show(Accepted accepted) => IsLate(accepted) && (accepted.Input.Tick is not null || accepted.Input.PersonSaid is not null)
        ? (accepted.Input.Tick is not null || Show(accepted.Input)) && Line("expired", $"{_asked!.Id}: approval_expired", Page.Bad)
        : Show(accepted.Input);

    // Whether it came when the approval that is asked for could not be given any more.
    private bool IsLate(Accepted accepted) => _asked?.Expires < accepted.Stamp.At;

    private bool Show(Input input) => input.Match(this,
        decision: static (account, decision) => account.Line("proposed", Words(decision), Page.Plain),
        invalidDecision: static (account, invalid) => account.Line("invalid", $"{invalid.Reason} {invalid.Raw}", Page.Bad),
        modelFailure: static (account, failure) => account.Line("no model", failure.Reason, Page.Bad),
        toolReport: static (account, report) => account.Show(report),
        personSaid: static (account, said) => account.Line("person", said.Match(0,
            approve: static (_, approve) => $"{approve.Reviewer} approves {approve.RequestId}"
                + (approve.EditedInput is { } edited ? $" with the input {CanonicalJson.Write(edited)}" : ""),
            reject: static (_, reject) => $"{reject.Reviewer} rejects {reject.RequestId}: {reject.Reason}",
            reply: static (_, reply) => $"{reply.Person} replies: {reply.Text}",
            resolve: static (_, resolve) => $"{resolve.Person} resolves {resolve.CallId}: {resolve.Resolution.Name()}"), Page.Plain),
        recovered: static (account, _) => account.Line("recovered", "what was executing is in doubt", Page.Warning),
        tick: static (account, _) => account.Line("time", "a deadline or an expiry has come", Page.Warning),
        cancel: static (account, _) => account.Line("cancelled", "from outside", Page.Warning),
        decisions: static (account, decisions) =>
            account.Line("proposed", $"{decisions.Items.Count} at once, taken one by one", Page.Plain));

    private static string Words(Decision decision) => decision.Match(0,
        answer: static (_, answer) => $"answer: {answer.Text}",
        callTool: static (_, call) => $"call {call.Name} {CanonicalJson.Write(call.Input)}",
        askHuman: static (_, ask) => $"ask a person: {ask.Question}",
        stop: static (_, stop) => $"stop: {stop.Reason.Name()}");

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
