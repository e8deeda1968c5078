using System.Numerics;
using System.Text.RegularExpressions;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// An accountant who reads only the trace: what the budget was charged, worked out a second time, without asking the core's own
/// <see cref="Spent"/>.
/// </summary>
internal sealed class Ledger
{
    private ApprovalRequest? _open;

    public Budget Budget { get; private set; } = null!;

    public int Steps { get; private set; }

    public int ToolCalls { get; private set; }

    public int InvalidDecisions { get; private set; }

    public int ModelFailures { get; private set; }

    public int ToolFailures { get; private set; }

    public int Refusals { get; private set; }

    public BigInteger Tokens { get; private set; }

    public decimal Cost { get; private set; }

    public DateTimeOffset? Started { get; private set; }

    public DateTimeOffset? Now { get; private set; }

    /// <summary>True when neither money, nor tokens, nor time is left.</summary>
    public bool BillOrTimeIsUp => (Budget.MaxTokens is { } tokens && Tokens >= tokens) || (Budget.MaxCost is { } cost && Cost >= cost)
        || (Budget.Deadline is { } limit && (Now - Started ?? TimeSpan.Zero) >= limit);

    /// <summary>What the core should have counted.</summary>
    public Spent Spent => new(Steps, ToolCalls, InvalidDecisions, ModelFailures, ToolFailures, Refusals,
        Tokens > long.MaxValue ? long.MaxValue : (long)Tokens, Cost, Started, Now);

    public static Ledger Of(IEnumerable<TraceEvent> trace)
    {
        var ledger = new Ledger();
        foreach (var traced in trace) ledger.Enter(traced.Fact);
        return ledger;
    }

    public void Enter(Fact fact)
    {
        if (fact.RunStarted is { } start)
        {
            Budget = start.Budget;
            Pay(start.Stamp);
        }
        if (fact.Ignored is { } ignored) Bill(ignored.Stamp);
        if (fact.Accepted is { } accepted) Enter(accepted);
        if (fact.CallAuthorized is not null) ToolCalls++;
        if (fact.CallJudged is { } judged)
        {
            _open = judged.Request;
            if (judged.Verdict.Deny is not null) Refusals++;
        }
        if (fact.CallRefused is not null) Refusals++;
        if (fact.OtherJudged is { Action: PolicyAction.Answer } answer && answer.Verdicts[0].Decision.Deny is not null) Refusals++;
    }

    private void Enter(Accepted accepted)
    {
        Pay(accepted.Stamp);
        accepted.Input.Match((ledger: this, accepted.Stamp),
            decision: static (at, decision) =>
            {
                if (decision.Answer is { } answer && IsBlank(answer.Text)) at.ledger.InvalidDecisions++;
                return at.ledger.Steps++;
            },
            invalidDecision: static (at, _) => at.ledger.InvalidDecisions += at.ledger.Steps++ >= 0 ? 1 : 0,
            modelFailure: static (at, _) => at.ledger.ModelFailures++,
            toolReport: static (at, report) => at.ledger.Enter(report.Result),
            personSaid: static (at, said) => said.Match(at,
                approve: static (at, approve) => at.Stamp.At is null || at.ledger.TooLate(orUnknown: true) ? at.ledger.Refusals++
                    : approve.EditedInput is null || at.ledger.Steps >= at.ledger.Budget.MaxSteps || at.ledger.BillOrTimeIsUp ? 0
                    : at.ledger.Steps++,
                reject: static (at, _) => at.ledger.Refusals++,
                reply: static (_, _) => 0,
                resolve: static (at, resolve) => resolve.Resolution == Resolution.DidNotHappen ? at.ledger.ToolFailures++ : 0),
            recovered: static (_, _) => 0,
            tick: static (at, _) => at.ledger.TooLate(orUnknown: false) ? at.ledger.Refusals++ : 0,
            cancel: static (_, _) => 0,
            decisions: static (_, _) => 0);
        // Whatever was accepted while a request was open has closed it, if the run was waiting on it.
        _open = null;
    }

    private int Enter(ToolResult result) => result.Match(this,
        ok: static (_, _) => 0,
        refused: static (ledger, _) => ledger.Refusals++,
        error: static (ledger, _) => ledger.ToolFailures++,
        lost: static (_, _) => 0);

    // A request without an expiry was made by a run that knew no time: an approval is too late for it, but no clock ends the wait.
    private bool TooLate(bool orUnknown) => _open is not null && (_open.Expires is { } expires ? Now > expires : orUnknown);

    private void Bill(Stamp stamp)
    {
        Tokens += stamp.Tokens;
        Cost = Saturating(Cost, stamp.Cost);
    }

    // Next to the largest amount a decimal has no places, so what a sum is there is a matter of definition: this one's, and the core's.
    public static decimal Saturating(decimal sum, decimal more) => sum >= decimal.MaxValue - more ? decimal.MaxValue : sum + more;

    // Seen or not, written down a second time.
    public static bool IsBlank(string text) => Regex.IsMatch(text,
        @"\A([\s\p{Cc}\p{Cf}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2065\u2800\u3164\uFE00-\uFE0F\uFFA0\uFFF0-\uFFF8]"
        + @"|[\uDB40-\uDB43].)*\z", RegexOptions.Singleline);

    private void Pay(Stamp stamp)
    {
        Bill(stamp);
        if (stamp.At is not { } at || at <= Now) return;
        Now = at;
        Started ??= at;
    }
}
