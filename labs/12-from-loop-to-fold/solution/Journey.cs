using System.Text;

namespace Lab12;

/// <summary>Given: a run as data. An agent, all that came in, and where that led: a fold, and nothing else.</summary>
public sealed record Journey(Agent Agent, Items<Input> Inputs, State State, Items<Fact> Trace)
{
    /// <summary>The run of this agent in which just this came in, in this order.</summary>
    public static Journey Of(Agent agent, IEnumerable<Input> inputs)
    {
        var start = agent.Start();
        return inputs.Aggregate(new Journey(agent, [], start.State, start.Facts), static (run, input) =>
        {
            var (state, facts) = run.Agent.Step(run.State, input);
            return new Journey(run.Agent, run.Inputs.Add(input), state, [.. run.Trace, .. facts]);
        });
    }

    /// <summary>The run as a story: each input, and below it what came of it.</summary>
    public override string ToString()
    {
        var (told, at) = (new StringBuilder($"\nA budget of {Agent.MaxSteps}"), Agent.Start());
        foreach (var input in Inputs)
        {
            at = Agent.Step(at.State, input);
            told.Append($"\n{Words(input)}\n    → {(at.Facts.Count == 0 ? "not its turn" : string.Join(", ", at.Facts.Select(Words)))}");
        }
        return told.ToString();
    }

    private static string Words(Input input) => input switch
    {
        Proposed { Decision: CallTool call } => $"proposed: call {call.Name}",
        Proposed { Decision: var decision } => $"proposed: {decision}",
        Returned { Result: var result } => $"returned: {result.Status}",
        _ => $"{input}",
    };

    private static string Words(Fact fact) => fact switch
    {
        ContextBuilt => "context built",
        Accepted => "accepted",
        CallJudged judged => $"judged {judged.Tool}: {judged.Verdict.Status}",
        CallAuthorized permit => $"AUTHORIZED {permit.Tool}",
        Ended ended => $"ended: {ended.Reason}",
        _ => $"{fact}",
    };
}
