using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// What an explorer lets happen in each phase: proposals and answers that stand for all others that neither the policy nor the laws can
/// tell from them. What an exploration finds holds for its alphabet, so it is always shown with it.
/// </summary>
/// <param name="Proposals">What the model may say.</param>
/// <param name="Results">What may come of a call.</param>
/// <param name="Reviews">What a reviewer may say, and the time that an approval has.</param>
/// <param name="Replies">What a person may reply to a question.</param>
/// <param name="Resolutions">What a person may say of a call in doubt.</param>
/// <param name="NotCovered">What no alphabet has a letter for, a sentence each.</param>
/// <param name="Gaps">What this one should have a letter for and has not, a sentence each: there a broken law could hide.</param>
public sealed record Alphabet(Seq<ScriptedInput> Proposals, Seq<ScriptedInput> Results, Seq<ScriptedInput> Reviews,
    Seq<ScriptedInput> Replies, Seq<ScriptedInput> Resolutions, Seq<string> NotCovered, Seq<string> Gaps)
{
    /// <summary>The alphabet of an agent.</summary>
    /// <param name="agent">The agent; its tools, rules and budget give the letters.</param>
    /// <param name="run">The run; its actor is never the reviewer, and its memory has labels.</param>
    /// <param name="laws">The laws; they name labels and fields of inputs too.</param>
    /// <param name="samples">Calls with inputs as they really come, where some are known.</param>
    /// <param name="cancel">Ends the search for inputs.</param>
    /// <returns>
    /// For each tool these inputs (or one drawn from its input schema) and, for each outcome that the conditions of rules and laws can
    /// have, an input that brings it about, boundary values first; each kind of result, alone and with each label; what people can say.
    /// </returns>
    /// <exception cref="ArgumentException">The input schema of a tool is unusable.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; many conditions make many combinations.</exception>
    public static Alphabet Of(Agent agent, Run run, Seq<TrajectoryLaw> laws, IEnumerable<CallTool>? samples = null,
        CancellationToken cancel = default)
    {
        var inputs = new InputSamples(agent, laws, samples ?? [], cancel);
        var (labels, missing) = Labels(agent, run, laws);
        var late = Deadline(agent);
        var calls = agent.Tools.SelectMany(tool => inputs.Of(tool).Select(input => Line(new CallTool(tool.Name, input)))).ToList();
        var answers = new[] { "done" }.Concat(inputs.Answers).Append("").Distinct();
        // A model may stop for any reason; but a stop is a stop, unless a law asks for the reason.
        var stops = laws.Any(static law => law.Demand.Ends is not null) ? Enum.GetValues<StopReason>() : [StopReason.Blocked];
        var reviewer = PersonName.AreAlike(run.Actor ?? "", "reviewer") ? "another_reviewer" : "reviewer";
        var results = new ToolResult[] { new Ok(Json.None), new Refused("refused"), new Error("error"), new Lost("lost") };

        return new Alphabet(
            [
                .. calls, Line(new CallTool(Unknown(agent), Json.Object.Empty)), .. answers.Select(static text => Line(new Answer(text))),
                Line(new AskHuman("What now?")), .. stops.Select(static reason => Line(new Stop(reason))),
                new ScriptedInput(new InvalidDecision("malformed output")), new ScriptedInput(new ModelFailure("no answer")), .. late,
            ],
            [
                .. from result in results from label in labels select new ScriptedInput(new ToolReport("", result, label, attempt: 0)),
                new ScriptedInput(new Recovered()),
            ],
            !agent.Approvals.Enabled ? [] :
            [
                Said(new Approve("", "", reviewer)), Said(new Reject("", reviewer, "rejected")),
                .. calls.Select(call => call.Input.Decision!.CallTool!.Input).Distinct()
                    .Select(input => Said(new Approve("", "", reviewer, input))),
                .. Expiry(agent.Approvals), .. late,
            ],
            !agent.Approvals.Enabled ? [] : [.. labels.Select(label => Said(new Reply("", "yes", reviewer, label))), .. late],
            !agent.Approvals.Enabled ? [] : [.. Enum.GetValues<Resolution>().Select(how => Said(new Resolve("", how, reviewer)))],
            [
                "time stands still, except that an open request for approval expires and a deadline comes", "nothing costs tokens or money",
                "nobody cancels the run from outside",
                "several proposals in one answer: they do what they do one by one, and each counts as an input of its own",
                .. run.Memory.Any(static item => item.Expires is not null)
                    ? new[] { "the run begins now: a start after more memory has expired, or before, is another check" }
                    : [],
            ],
            [.. missing, .. Several(agent, run), .. inputs.Gaps]);
    }

    // Several proposals in one answer do what they do one by one, but for this: no packet is built between them, so that no memory comes into
    // view, and with it no label. Where memory is always in view, it has been since the first packet.
    private static string[] Several(Agent agent, Run run) => run.Memory.Any(static item => item.Labels.Count > 0)
        && (agent.Context.MaxTokens is not null || agent.Policy.Code is not null
            || agent.Policy.Rules.Any(static rule => rule.Action == PolicyAction.MemoryRead))
        ? ["several proposals in one answer: memory with labels may come into view between two that come one at a time"]
        : [];

    // Each set of those that tools, rules, memory or laws name; of many names each alone, and all of them.
    private static (IReadOnlyList<Seq<string>> Sets, IReadOnlyList<string> Missing) Labels(Agent agent, Run run, Seq<TrajectoryLaw> laws)
    {
        string[] names = [.. agent.Tools.SelectMany(static tool => tool.Ref.Labels)
            .Concat(agent.Policy.Rules.SelectMany(static rule => rule.Labels))
            .Concat(run.Memory.SelectMany(static item => item.Labels))
            .Concat(laws.SelectMany(static law => law.Demand.Patterns).Select(static pattern => pattern.Label).OfType<string>())
            .Distinct().Order(StringComparer.Ordinal)];
        if (names.Length > 3)
            return ([[], .. names.Select(static Seq<string> (name) => [name]), names.ToSeq()], ["results with some of many labels"]);
        return (
            [.. Enumerable.Range(0, 1 << names.Length).Select(set => names.Where((_, i) => (set >> i & 1) == 1).ToSeq())
                .OrderBy(static set => set.Count)],
            []);
    }

    private static string Unknown(Agent agent) => Enumerable.Range(0, agent.Tools.Count + 1)
        .Select(static i => i == 0 ? "no_such_tool" : $"no_such_tool_{i}").First(name => agent.Tools.All(tool => tool.Name != name));

    private static ScriptedInput[] Deadline(Agent agent) =>
        agent.Budget.Deadline is { } limit ? [new ScriptedInput(new Tick(), limit)] : [];

    private static ScriptedInput[] Expiry(Approvals approvals) => approvals.ValidFor < TimeSpan.MaxValue
        ? [new ScriptedInput(new Tick(), approvals.ValidFor + TimeSpan.FromTicks(1))]
        : [];

    private static ScriptedInput Line(Decision decision) => new(decision);

    private static ScriptedInput Said(PersonSaid said) => new(said);
}
