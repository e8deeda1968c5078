using MiniRuntime.Core;
using MiniRuntime.Shell;
using Spectre.Console;

namespace MiniRuntime.Cli;

/// <summary>A readable account of a run, as it happens: what was proposed, what policy said and why, what ran, why it stopped.</summary>
internal sealed class Account
{
    // How much of a text from outside is shown on one line.
    private const int Length = 400;

    private static readonly Style _plain = Style.Plain;
    private static readonly Style _quiet = new(Color.Grey);
    private static readonly Style _good = new(Color.Green);
    private static readonly Style _warning = new(Color.Yellow);
    private static readonly Style _bad = new(Color.Red);
    private static readonly Style _strong = new(decoration: Decoration.Bold);

    private readonly IAnsiConsole _console;
    private readonly Dictionary<string, string> _tools = new(StringComparer.Ordinal);
    private int _step = -1;

    public Account(IAnsiConsole console, Scenario scenario)
    {
        _console = console;
        Write(_strong, $"{scenario.Run.Id}: {Escape.Line(scenario.Run.Goal, Length)}");
    }

    /// <summary>Shows what a step brought.</summary>
    public void Show(StepResult step)
    {
        foreach (var effect in step.Effects)
        {
            if (effect.Record is { } record) Show(record.Event);
            else if (effect.AskApproval is { } ask)
                Line("waiting", $"for approval of {ask.Call.Tool.Name} ({ask.Reason}), request {ask.Request.Id}", _warning);
            else if (effect.AskReply is { } reply) Line("waiting", $"for a reply to {reply.QuestionId}", _warning);
            else if (effect.AskResolution is { } doubt)
                Line("waiting", $"for a person to find out whether {doubt.Call.Tool.Name} ({doubt.Call.Id}) happened", _warning);
        }
    }

    /// <summary>Shows how it ended, the verdicts of evals and laws, and these events.</summary>
    public void End(State state, Seq<EvalResult> evals, Seq<LawResult> laws, IReadOnlyList<TraceEvent> events)
    {
        if (state.Stopped is null) Line("waiting", $"the run has not stopped: it waits {(state.Phase.Executing is null && state.Phase.Thinking is null ? "for a person" : "for its next input")}", _warning, indent: "");
        foreach (var result in evals) Verdict("eval", result.CaseId, result.Reasons);
        foreach (var result in laws) Verdict("law", result.Law, result.Reasons);
        if (events.Count > 0) Write(_strong, "trace");
        foreach (var traced in events)
            Write(_quiet, $"  {Escape.Json(Codec.TraceEvent.Encode(traced).ToString())}");
        _console.WriteLine();
    }

    private void Show(TraceEvent traced)
    {
        if (traced.Fact.Stopped is null && traced.Fact.RunStarted is null && traced.Step != _step)
            Write(_strong, $"step {_step = traced.Step}");
        traced.Fact.Match((account: this, traced),
            runStarted: static (_, _) => Done,
            contextBuilt: static (at, built) => at.account.Line("context", Context(built), _quiet),
            accepted: static (at, accepted) => at.account.Show(accepted.Input),
            ignored: static (at, ignored) => at.account.Line("ignored", $"{ignored.Input.Kind}: {ignored.Reason}", _warning),
            callRefused: static (at, refused) => at.account.Line("refused", $"{refused.Tool}: {refused.Reason}", _bad),
            callJudged: static (at, judged) => at.account.Show(judged),
            callAuthorized: static (at, permit) => permit.Attempt == 1
                ? Done
                : at.account.Line("repeats", $"{at.account._tools.GetValueOrDefault(permit.CallId)}, attempt {permit.Attempt}", _warning),
            otherJudged: static (at, judged) => at.account.Line("policy", string.Join("; ", judged.Verdicts.Select(
                verdict => $"{judged.Action.Name()} {verdict.Ref}: {Verdict(verdict.Decision)}")), _plain),
            stopped: static (at, stopped) => at.account.Show(stopped, at.traced.Step));
    }

    private bool Show(Input input) => input.Match(this,
        decision: static (account, decision) => account.Line("proposed", decision.Match(0,
            answer: static (_, answer) => $"answer: {answer.Text}",
            callTool: static (_, call) => $"call {call.Name} {CanonicalJson.Write(call.Input)}",
            askHuman: static (_, ask) => $"ask a person: {ask.Question}",
            stop: static (_, stop) => $"stop: {stop.Reason.Name()}"), _plain),
        invalidDecision: static (account, invalid) => account.Line("invalid", $"{invalid.Reason} {invalid.Raw}", _bad),
        modelFailure: static (account, failure) => account.Line("no model", failure.Reason, _bad),
        toolReport: static (account, report) => account.Show(report),
        personSaid: static (account, said) => account.Line("person", said.Match(0,
            approve: static (_, approve) => $"{approve.Reviewer} approves {approve.RequestId}",
            reject: static (_, reject) => $"{reject.Reviewer} rejects {reject.RequestId}: {reject.Reason}",
            reply: static (_, reply) => $"{reply.Person} replies: {reply.Text}",
            resolve: static (_, resolve) => $"{resolve.Person} resolves {resolve.CallId}: {resolve.Resolution.Name()}"), _plain),
        recovered: static (account, _) => account.Line("recovered", "what was executing is in doubt", _warning),
        tick: static (account, _) => account.Line("time", "a deadline or an expiry has come", _warning),
        cancel: static (account, _) => account.Line("cancelled", "from outside", _warning));

    private bool Show(ToolReport report)
    {
        var tool = _tools.GetValueOrDefault(report.CallId, report.CallId);
        return report.Result.Match((account: this, tool),
            ok: static (at, ok) => at.account.Line("ran", $"{at.tool}: ok {CanonicalJson.Write(ok.Data)}", _good),
            refused: static (at, refused) => at.account.Line("ran", $"{at.tool}: refused, {refused.Reason}", _bad),
            error: static (at, error) => at.account.Line("ran", $"{at.tool}: error, {error.Reason}", _bad),
            lost: static (at, lost) => at.account.Line("ran", $"{at.tool}: lost, {lost.Reason} (it may have happened)", _bad));
    }

    private bool Show(CallJudged judged)
    {
        _tools[judged.CallId] = judged.Tool.Name;
        var style = judged.Verdict.Match(0, static (_, _) => _good, static (_, _) => _warning, static (_, _) => _bad);
        return Line("policy", $"{judged.Tool.Name} ({judged.Tool.SideEffect.Name()}): {Verdict(judged.Verdict)}", style);
    }

    private bool Show(Stopped stopped, int steps)
    {
        var about = string.Join(", ", new[] { stopped.Tool, stopped.Detail }.OfType<string>());
        return Line("stopped", $"{stopped.Reason.Name()} after {steps} {(steps == 1 ? "step" : "steps")}"
            + (stopped.By == StoppedBy.Model ? ", by the model" : "") + (about.Length > 0 ? $": {about}" : ""),
            stopped.Reason == StopReason.Success ? _good : _bad, indent: "");
    }

    private void Verdict(string label, string name, Seq<string> reasons)
    {
        Line(label, $"{(reasons.Count == 0 ? "pass" : "FAIL")} {name}", reasons.Count == 0 ? _good : _bad, indent: "");
        foreach (var reason in reasons) Line("", reason, _bad, indent: "");
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
        _console.Write(new Text($"{indent}{label,-10}", _quiet));
        Write(style, Escape.Line(text, Length));
        return Done;
    }

    // As text, never as markup: a bracket in it is a bracket.
    private void Write(Style style, string text)
    {
        _console.Write(new Text(text, style));
        _console.WriteLine();
    }
}
