using MiniRuntime.Core;

namespace MiniRuntime.Bench;

/// <summary>The agent and the run that everything here is measured on: n proposals of one call, each with the report on it.</summary>
internal sealed class Script
{
    /// <summary>The reading tool that every step calls.</summary>
    public const string Tool = "lookup_policy";

    public Script(int steps, Policy? policy = null)
    {
        var call = new CallTool(Tool, Json.Object.Of(("topic", "returns")));
        var found = new Ok(Json.Object.Of(("text", "Within 30 days.")));
        Run = new Run("bench", "May an opened item be returned?");
        Agent = AgentFor(steps, policy);
        Proposals = [.. Enumerable.Range(0, steps).Select(_ => (Input)call)];
        Reports = [.. Enumerable.Range(0, steps).Select(step => (Input)new ToolReport($"{Run.Id}:{step}", found))];
    }

    public Run Run { get; }

    public Agent Agent { get; }

    public Input[] Proposals { get; }

    public Input[] Reports { get; }

    /// <summary>Three tools, the default policy, and one step more than is proposed, so that the last result leads to a packet too.</summary>
    public static Agent AgentFor(int steps, Policy? policy = null) => new(
        [
            new Tool(Tool, "Looks up a store policy.", SideEffect.Read), new Tool("draft_reply", "Drafts a reply.", SideEffect.Draft),
            new Tool("refund", "Refunds an order.", SideEffect.Write),
        ],
        new Budget(steps + 1), policy);

    /// <summary>
    /// The whole run through the core. The events are kept, newest first, in the same kind of list as the floor keeps its own.
    /// </summary>
    public (State State, Cons<TraceEvent>? Trace) Play()
    {
        var (trace, step) = ((Cons<TraceEvent>?)null, Agent.Start(Run));
        for (var i = 0; i < Proposals.Length; i++)
        {
            trace = Keep(trace, step);
            step = Agent.Step(step.State, Proposals[i]);
            trace = Keep(trace, step);
            step = Agent.Step(step.State, Reports[i]);
        }
        return (step.State, Keep(trace, step));
    }

    /// <summary>The same, going by the list of effects.</summary>
    public (State State, Cons<Effect>? Effects) PlayEffects()
    {
        var kept = (Cons<Effect>?)null;
        var (state, effects) = Agent.Start(Run);
        for (var i = 0; i < 2 * Proposals.Length; i++)
        {
            (state, effects) = Agent.Step(state, i % 2 == 0 ? Proposals[i / 2] : Reports[i / 2]);
            for (var j = 0; j < effects.Count; j++) kept = new Cons<Effect>(effects[j], kept);
        }
        return (state, kept);
    }

    private static Cons<TraceEvent>? Keep(Cons<TraceEvent>? trace, StepResult step)
    {
        for (var i = 0; i < step.Events.Count; i++) trace = new Cons<TraceEvent>(step.Events[i], trace);
        return trace;
    }
}
