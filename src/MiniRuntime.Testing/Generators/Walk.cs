using System.Text;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>A run from its start to where it was left, call by call of the core. It prints as a story that a person can follow.</summary>
public sealed class Walk
{
    private readonly List<Leg> _legs = [];
    private readonly List<Input> _past = [];
    private ApprovalRequest? _latestRequest;

    internal Walk(Setup setup, Run run, Stamp begins)
    {
        (Setup, Run) = (setup, run);
        Add(new Leg(LegKind.Start, setup, null, null, begins, setup.Agent.Start(run, begins), 0));
    }

    /// <summary>What the run is for.</summary>
    public Run Run { get; }

    /// <summary>The calls of the core.</summary>
    public IReadOnlyList<Leg> Legs => _legs;

    /// <summary>The events that were kept.</summary>
    public Seq<TraceEvent> Trace { get; private set; } = [];

    /// <summary>The state at the end.</summary>
    public State Final => _legs[^1].After;

    /// <summary>The calls that an input caused.</summary>
    public IEnumerable<Leg> Steps => _legs.Where(static leg => leg.Kind == LegKind.Step);

    /// <summary>The agent that began.</summary>
    internal Setup Setup { get; }

    internal Agent Agent => Setup.Agent;

    /// <summary>What the core threw, when the walk was to stop there; it never should.</summary>
    internal string? Failure { get; private set; }

    /// <summary>Every packet that a model was given.</summary>
    internal IEnumerable<(Leg Leg, ContextPacket Packet)> Packets =>
        _legs.Where(static leg => leg.Begun?.AskModel is not null).Select(static leg => (leg, leg.Begun!.AskModel!.Packet));

    internal static Walk Of(Journey journey, bool stopAtError = false)
    {
        var walk = new Walk(journey.Setup, journey.Run, journey.Begins.At(null));
        var setup = journey.Setup;
        foreach (var move in journey.Moves)
        {
            if (move is Crash crash)
            {
                setup = journey.Setups[crash.Successor % journey.Setups.Count];
                walk.TakeUp(setup, crash.Lost);
                continue;
            }
            var state = walk.Final;
            var input = move.Against(new View(state, walk._past, walk._latestRequest))!;
            var stamp = move.When.At(state.Spent.Now);
            try
            {
                walk.Step(setup, input, stamp);
            }
            catch (Exception e) when (stopAtError)
            {
                walk.Failure = $"{input} {stamp}\n    → {e.GetType().Name}: {e.Message}";
                break;
            }
        }
        return walk;
    }

    internal Leg Step(Setup setup, Input input, Stamp stamp)
    {
        _past.Add(input);
        return Add(new Leg(LegKind.Step, setup, Final, input, stamp, setup.Agent.Step(Final, input, stamp), 0));
    }

    // Only what belongs to the last step can be lost, and never the run's first event.
    internal Leg TakeUp(Setup setup, int eventsLost)
    {
        var lost = Math.Min(eventsLost, Math.Min(_legs[^1].Kept, Trace.Count - 1));
        Trace = Trace.Take(Trace.Count - lost).ToSeq();
        _legs[^1] = _legs[^1] with { Kept = _legs[^1].Kept - lost };
        var state = Agent.Fold(Trace).State!;
        return Add(new Leg(LegKind.TakenUp, setup, state, null, Stamp.None, setup.Agent.Resume(state), 0));
    }

    private Leg Add(Leg leg)
    {
        leg = leg with { Kept = leg.Events.Count };
        _legs.Add(leg);
        foreach (var traced in leg.Events)
        {
            Trace = Trace.Add(traced);
            _latestRequest = traced.Fact.CallJudged?.Request ?? _latestRequest;
        }
        return leg;
    }

    /// <summary>The agents, the run, and what came in, each with what became of it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        // By content hash: a crash often leaves a run to an agent that is the same.
        var setups = _legs.Select(static leg => leg.Setup).Distinct().ToList();
        for (var i = 0; i < setups.Count; i++) text.AppendLine(setups.Count > 1 ? $"agent {i + 1}: {setups[i]}" : $"agent: {setups[i]}");
        text.AppendLine(Print.Run(Run));
        foreach (var leg in _legs)
        {
            var agent = setups.Count > 1 ? $" (agent {setups.IndexOf(leg.Setup) + 1})" : "";
            text.AppendLine(Print.Leg(leg, agent));
        }
        return text.Append(Failure).ToString();
    }
}

/// <summary>What a call of the core was.</summary>
public enum LegKind
{
    /// <summary>The run began.</summary>
    Start,

    /// <summary>Something came in.</summary>
    Step,

    /// <summary>The run was taken up from its journal.</summary>
    TakenUp,
}

/// <summary>One call of the core: what went in and what came out.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Setup">The agent in charge.</param>
/// <param name="Before">The state before; null at the start.</param>
/// <param name="Input">What came in; null when nothing did.</param>
/// <param name="Stamp">When it came in, and what it cost.</param>
/// <param name="Result">What came out.</param>
/// <param name="Kept">How many of its events were kept: all of them, unless a crash came right after.</param>
public sealed record Leg(LegKind Kind, Setup Setup, State? Before, Input? Input, Stamp Stamp, StepResult Result, int Kept)
{
    /// <summary>The state after.</summary>
    public State After => Result.State;

    /// <summary>The events, kept or not.</summary>
    public Seq<TraceEvent> Events => Result.Events;

    /// <summary>The work that was asked for; null when there was none.</summary>
    public Effect? Work => Result.Work;

    /// <summary>The work that can have begun: none of it, when an event before it was lost.</summary>
    public Effect? Begun => Kept == Events.Count ? Work : null;

    /// <summary>Why the input was ignored; null when it was accepted, or there was none.</summary>
    public string? Ignored => Input is null ? null : Events[0].Fact.Ignored?.Reason;
}
