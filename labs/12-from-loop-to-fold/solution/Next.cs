namespace Lab12;

// Next: what follows from the state alone, if anything does. Budget, registry and policy are asked here and nowhere else.
public sealed partial record Agent
{
    private Fact? Next(State state)
    {
        // <exercise-2>
        return state.Phase switch
        {
            Ready or Reported { Result.Status: "ok" } => state.Steps >= MaxSteps
                ? new Ended(StopReason.BudgetExhausted)
                : new ContextBuilt([.. Tools.Select(static tool => tool.Name)]),
            Judging { Decision: Answer } => state.Answer is null
                ? new Ended(StopReason.InvalidDecision, "empty_answer")
                : new Ended(StopReason.Success),
            Judging { Decision: AskHuman } => new Ended(StopReason.Blocked),
            Judging { Decision: Stop stop } => new Ended(stop.Reason),
            Judging { Decision: CallTool call } => Find(call.Name) is { } tool
                ? new CallJudged(tool.Name, Judge(tool))
                : new Ended(StopReason.Refused, "unknown_tool", call.Name),
            Judged judged => Gate(judged.Call.Name, judged.Verdict),
            Reported { Result: { Status: "error" } error, Call: var call } => new Ended(StopReason.ToolFailure, error.Reason, call.Name),
            Reported { Result: { } refused, Call: var call } => new Ended(StopReason.Refused, refused.Reason, call.Name),
            _ => null,
        };
        // </exercise-2>
    }

    private static Fact Gate(string tool, PolicyDecision verdict)
    {
        // <exercise-3>
        if (verdict.Status == Verdict.Deny) return new Ended(StopReason.Refused, verdict.Reason, tool);
        if (verdict.Status == Verdict.ApprovalRequired) return new Ended(StopReason.Blocked, verdict.Reason, tool);
        return new CallAuthorized(tool);
        // </exercise-3>
    }
}
