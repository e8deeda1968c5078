namespace Lab12;

// Evolve: state and fact → state. The only way that a state changes. It asks nobody: neither registry nor policy nor budget.
public sealed partial record Agent
{
    private static State Evolve(State state, Fact fact)
    {
        // <exercise-1>
        return fact switch
        {
            ContextBuilt => state with { Phase = new Thinking() },
            Accepted { Input: Proposed { Decision: var decision } } => Seen(state, "decision", decision.Kind) with
            {
                Phase = new Judging(decision),
                Steps = state.Steps + 1,
                Answer = decision is Answer { Text: var text } && !string.IsNullOrWhiteSpace(text) ? text : null,
            },
            CallJudged judged when state.Phase is Judging { Decision: CallTool call } =>
                Seen(state, "policy", $"{judged.Tool}:{judged.Verdict.Status}") with { Phase = new Judged(call, judged.Verdict) },
            CallAuthorized permit when state.Phase is Judged { Call: var call } =>
                state with { Phase = new Executing(call), ToolsCalled = state.ToolsCalled.Add(permit.Tool) },
            Accepted { Input: Returned { Result: var result } } when state.Phase is Executing { Call: var call } =>
                Seen(state, "tool", $"{call.Name}:{result.Status}") with { Phase = new Reported(call, result) },
            Ended ended => state with { Phase = new Stopped(ended.Reason, ended.Why, ended.Tool) },
            _ => state,
        };
        // </exercise-1>
    }

    private static State Seen(State state, string kind, string summary) =>
        state with { Observations = state.Observations.Add(new Observation(kind, summary)) };
}
