using System.Text;

namespace MiniRuntime.Properties;

/// <summary>
/// An agent, a run and what the world does: a whole story, from the start. It prints as what really came in and what became of it.
/// </summary>
public record Journey(Setup Setup, Run Run, Moment Begins, Seq<Move> Moves)
{
    /// <summary>The agents that a crash may leave the run to; the first is the one that begins.</summary>
    internal virtual Seq<Setup> Setups => [Setup];

    internal Path Walk() => new(this);

    public override string ToString()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Setups.Count; i++) text.AppendLine().Append($"agent {i}: {Setups[i]}");
        text.AppendLine().AppendLine(Print.Run(Run));
        var path = new Path(this, stopAtError: true);
        foreach (var leg in path.Legs)
        {
            text.Append(leg.Input is null ? $"{leg.Kind}" : $"{leg.Input}");
            if (leg.Kind != LegKind.TakenUp) text.Append($" {Print.Stamp(leg.Stamp)}{Print.Bill(leg.Stamp)}");
            if (Setups.Count > 1) text.Append($" (agent {Setups.IndexOf(leg.Setup)})");
            var facts = leg.Events.Select(traced => Print.Fact(traced.Fact)).ToList();
            text.Append($"\n    → {string.Join(", ", facts.DefaultIfEmpty("nothing new"))}");
            if (leg.Kept < facts.Count) text.Append($" (the last {facts.Count - leg.Kept} lost)");
            text.AppendLine($"; now {leg.After.Phase.Name}");
        }
        return text.Append(path.Failure).ToString();
    }
}

/// <summary>A journey with crashes, after which the same or another agent takes the run up from its journal.</summary>
public sealed record Saga(Setup Setup, Run Run, Moment Begins, Seq<Move> Moves, Seq<Setup> Successors) : Journey(Setup, Run, Begins, Moves)
{
    internal override Seq<Setup> Setups => [Setup, .. Successors];

    public override string ToString() => base.ToString();
}

/// <summary>What one leg of a walk was.</summary>
public enum LegKind
{
    Start,
    Step,
    TakenUp,
}

/// <summary>One call of the core: what went in and what came out.</summary>
/// <param name="Kept">How many of its events were kept: all of them, unless a crash came right after.</param>
internal sealed record Leg(LegKind Kind, Setup Setup, State? Before, Input? Input, Stamp Stamp, StepResult Result, int Kept)
{
    public State After => Result.State;

    public IEnumerable<TraceEvent> Events => Result.Effects.Select(effect => effect.Record?.Event).OfType<TraceEvent>();

    /// <summary>The work that was asked for; null when there was none.</summary>
    public Effect? Work => Result.Effects.LastOrDefault(effect => effect.Record is null);

    /// <summary>The work that can have begun: none of it, when an event before it was lost.</summary>
    public Effect? Begun => Kept == Events.Count() ? Work : null;

    /// <summary>Why the input was ignored; null when it was accepted, or there was none.</summary>
    public string? Ignored => Input is null ? null : Events.First().Fact.Ignored?.Reason;
}

/// <summary>A journey walked from its start to its end, leg by leg.</summary>
internal sealed class Path
{
    public Path(Journey journey, bool stopAtError = false)
    {
        Journey = journey;
        var setup = journey.Setup;
        var past = new List<Input>();
        var trace = new List<TraceEvent>();
        ApprovalRequest? last = null;
        var begin = journey.Begins.At(null);
        Add(new Leg(LegKind.Start, setup, null, null, begin, setup.Agent.Start(journey.Run, begin), 0));
        foreach (var move in journey.Moves)
        {
            var state = Legs[^1].After;
            if (move is Crash crash)
            {
                // Only what belongs to the last step can be lost, and never the run's first event.
                var lost = Math.Min(crash.Lost, Math.Min(Legs[^1].Kept, trace.Count - 1));
                trace.RemoveRange(trace.Count - lost, lost);
                Legs[^1] = Legs[^1] with { Kept = Legs[^1].Kept - lost };
                state = Agent.Fold(trace).AsT0;
                setup = journey.Setups[crash.Successor % journey.Setups.Count];
                Add(new Leg(LegKind.TakenUp, setup, state, null, Stamp.None, setup.Agent.Resume(state), 0));
                continue;
            }
            var input = move.Against(new View(state, past, last))!;
            var stamp = move.When.At(state.Spent.Now);
            past.Add(input);
            try
            {
                Add(new Leg(LegKind.Step, setup, state, input, stamp, setup.Agent.Step(state, input, stamp), 0));
            }
            catch (Exception e) when (stopAtError)
            {
                Failure = $"{input} {stamp}\n    → {e.GetType().Name}: {e.Message}";
                break;
            }
        }
        Trace = trace.ToSeq();

        void Add(Leg leg)
        {
            Legs.Add(leg with { Kept = leg.Events.Count() });
            trace.AddRange(leg.Events);
            last = leg.Events.Select(traced => traced.Fact.CallJudged?.Request).LastOrDefault(request => request is not null) ?? last;
        }
    }

    public Journey Journey { get; }

    public List<Leg> Legs { get; } = [];

    /// <summary>The events that were kept.</summary>
    public Seq<TraceEvent> Trace { get; }

    /// <summary>What the core threw, when the walk was to stop there; it never should.</summary>
    public string? Failure { get; }

    public State Final => Legs[^1].After;

    public Agent Agent => Journey.Setup.Agent;

    /// <summary>The legs that had an input.</summary>
    public IEnumerable<Leg> Steps => Legs.Where(leg => leg.Kind == LegKind.Step);

    /// <summary>Every packet that a model was given.</summary>
    public IEnumerable<(Leg Leg, ContextPacket Packet)> Packets =>
        Legs.Where(leg => leg.Begun?.AskModel is not null).Select(leg => (leg, leg.Begun!.AskModel!.Packet));
}

internal static class Lists
{
    public static int IndexOf<T>(this Seq<T> items, T item)
    {
        for (var i = 0; i < items.Count; i++)
            if (EqualityComparer<T>.Default.Equals(items[i], item)) return i;
        return -1;
    }
}
