using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// All that enters a run.
public sealed partial class Secrets
{
    /// <summary>What a run is for, with placeholders.</summary>
    public Run Redact(Run run) => _held.Count == 0 ? run : new Run(
        run.Id, Redact(run.Goal), Maybe(run.Actor), Maybe(run.Tenant), Maybe(run.Route),
        run.Memory.Select(item => new MemoryItem(item.Id, item.Scope, Redact(item.Text), item.Expires, item.Labels)));

    /// <summary>What comes in, with placeholders.</summary>
    public Input Redact(Input input) => _held.Count == 0 ? input : input.Match(
        this,
        decision: static (secrets, decision) => secrets.Redact(decision),
        invalidDecision: static (secrets, invalid) => new InvalidDecision(secrets.Redact(invalid.Reason), secrets.Maybe(invalid.Raw)),
        modelFailure: static (secrets, failure) => new ModelFailure(secrets.Redact(failure.Reason)),
        toolReport: static (secrets, report) => new ToolReport(report.CallId, secrets.Redact(report.Result), report.Labels, report.Attempt),
        personSaid: static (secrets, said) => secrets.Redact(said),
        recovered: static (_, recovered) => (Input)recovered,
        tick: static (_, tick) => tick,
        cancel: static (_, cancel) => cancel,
        decisions: static (secrets, decisions) => Several.Of(decisions.Items.Select(secrets.Redact)));

    /// <summary>What came of a call, with placeholders.</summary>
    public ToolResult Redact(ToolResult result) => _held.Count == 0 ? result : result.Match(
        this,
        ok: static (secrets, ok) => new Ok(secrets.Redacted(ok.Data)),
        refused: static (secrets, refused) => (ToolResult)new Refused(secrets.Redact(refused.Reason)),
        error: static (secrets, error) => new Error(secrets.Redact(error.Reason)),
        lost: static (secrets, lost) => new Lost(secrets.Redact(lost.Reason)));

    private Input Redact(Decision decision) => decision.Match(
        this,
        answer: static (secrets, answer) => (Decision)new Answer(secrets.Redact(answer.Text)),
        callTool: static (secrets, call) => new CallTool(secrets.Redact(call.Name), secrets.Redact(call.Input)),
        askHuman: static (secrets, ask) => new AskHuman(secrets.Redact(ask.Question)),
        stop: static (_, stop) => stop);

    private Input Redact(PersonSaid said) => said.Match(
        this,
        approve: static (secrets, approve) => (PersonSaid)new Approve(approve.RequestId, approve.Hash, secrets.Redact(approve.Reviewer),
            approve.EditedInput is { } edited ? secrets.Redact(edited) : null),
        reject: static (secrets, reject) => new Reject(reject.RequestId, secrets.Redact(reject.Reviewer), secrets.Redact(reject.Reason)),
        reply: static (secrets, reply) => new Reply(reply.QuestionId, secrets.Redact(reply.Text), secrets.Redact(reply.Person),
            reply.Labels),
        resolve: static (secrets, resolve) => new Resolve(resolve.CallId, resolve.Resolution, secrets.Redact(resolve.Person),
            resolve.Data is { } data ? secrets.Redact(data) : null));

    private string? Maybe(string? text) => text is null ? null : Redact(text);
}
