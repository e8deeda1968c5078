using MiniRuntime.Core;

namespace MiniRuntime.Bench;

/// <summary>
/// What one would write by hand: one loop, cons lists and the core's own records, without phases, unions of its own or a fold. It looks
/// tools up, asks rules and budget, and records the same five facts for each step, so the difference to the core is what the core's
/// guarantees cost. It cannot be resumed, cannot wait, and knows one way through a step.
/// </summary>
internal static class Floor
{
    /// <summary>A run of proposals, each with the report on it, on which nothing goes wrong.</summary>
    public static FloorRun Play(Dictionary<string, Tool> registry, FloorRule[] rules, Budget budget, string hash, Run run,
        Input[] proposals, Input[] reports)
    {
        var (trace, sequence) = ((Cons<FloorEvent>?)null, 0L);
        var (turns, called, seen) = ((Cons<Turn>?)null, (Cons<string>?)null, (Cons<Observation>?)null);
        var (steps, calls, turnCount) = (0, 0, 0);
        var names = registry.Keys.ToSeq();

        void Record(int step, object fact) => trace = new Cons<FloorEvent>(new FloorEvent(run.Id, sequence++, step, fact), trace);
        void See(ObservationKind kind, string subject, string? detail) => seen = new Cons<Observation>(new(kind, subject, detail), seen);

        for (var i = 0; i < proposals.Length; i++)
        {
            // Enough left to ask the model? Then what it said.
            if (steps >= budget.MaxSteps) break;
            var step = steps++;
            Record(step, new Accepted(proposals[i], Stamp.None));
            if (proposals[i].Decision?.CallTool is not { } proposal) break;
            See(ObservationKind.Decision, "tool", null);

            // The tool, the rules, the budget.
            var id = $"{run.Id}:{step}";
            if (!registry.TryGetValue(proposal.Name, out var tool) || !tool.Enabled) break;
            PolicyDecision? verdict = null;
            foreach (var rule in rules)
            {
                if ((rule.Tool is null || rule.Tool == tool.Name) && (rule.SideEffect is null || rule.SideEffect == tool.Ref.SideEffect))
                    verdict = verdict?.Join(rule.Then) ?? rule.Then;
            }
            Record(step, new CallJudged(id, tool.Ref, verdict ?? new Deny("no_rule_matched"), hash));
            See(ObservationKind.Policy, tool.Name, verdict?.Status);
            if (verdict?.Allow is null || calls >= budget.MaxToolCalls) break;
            Record(step, new CallAuthorized(id, 1));
            calls++;
            called = new Cons<string>(tool.Name, called);

            // What came of it, and what the model sees next.
            if (reports[i].ToolReport is not { } report || report.CallId != id) break;
            Record(step, new Accepted(reports[i], Stamp.None));
            See(ObservationKind.Tool, tool.Name, report.Result.Status);
            turns = new Cons<Turn>(new Turn(id, proposals[i].Decision, null, report.Result), turns);
            turnCount++;
            Record(steps, new ContextBuilt(Math.Max(0, turnCount - 20), names, [], []));
        }
        return new FloorRun(trace, turns, called, seen, steps, calls);
    }
}

internal sealed record FloorRun(
    Cons<FloorEvent>? Trace, Cons<Turn>? Turns, Cons<string>? Called, Cons<Observation>? Seen, int Steps, int Calls);

internal sealed record FloorEvent(string RunId, long Sequence, int Step, object Fact);

internal sealed record FloorRule(PolicyDecision Then, string? Tool, SideEffect? SideEffect);

internal sealed class Cons<T>(T head, Cons<T>? tail)
{
    public T Head { get; } = head;

    public Cons<T>? Tail { get; } = tail;

    /// <summary>From the oldest on.</summary>
    public IEnumerable<T> Reversed()
    {
        var items = new Stack<T>();
        for (var at = this; at is not null; at = at.Tail) items.Push(at.Head);
        return items;
    }
}
