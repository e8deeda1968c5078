using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>What an exploration covered, and what it found. It holds for the alphabet, and only for it.</summary>
/// <param name="States">States found, after merging.</param>
/// <param name="Transitions">Inputs tried.</param>
/// <param name="Depth">Up to how many inputs every run was looked at.</param>
/// <param name="Coverage">Whether there is more to find.</param>
/// <param name="Limit">What stopped it; null where nothing did.</param>
/// <param name="Alphabet">What could happen.</param>
/// <param name="Laws">For each law whether it was broken.</param>
public sealed record Exploration(
    long States, long Transitions, int Depth, Coverage Coverage, string? Limit, Alphabet Alphabet, Seq<LawVerdict> Laws);

/// <summary>Whether there is more to find.</summary>
public enum Coverage
{
    /// <summary>Nothing: no state is left that has not been looked at, so what was found holds for runs of any length.</summary>
    Closed,

    /// <summary>Longer runs: every run up to the depth was looked at.</summary>
    DepthExhausted,

    /// <summary>Some: it was stopped before that, or there is a tool that it has no input for.</summary>
    Stopped,
}

/// <summary>What an exploration says of a law.</summary>
/// <param name="Law">The law.</param>
/// <param name="Counterexample">The shortest run that breaks it; null where none was found.</param>
public sealed record LawVerdict(TrajectoryLaw Law, Counterexample? Counterexample);

/// <summary>A run that breaks a law.</summary>
/// <param name="Inputs">What came in, as a script that can be played again.</param>
/// <param name="Trace">What happened.</param>
/// <param name="Reasons">What the law says of it.</param>
public sealed record Counterexample(Seq<ScriptedInput> Inputs, Seq<TraceEvent> Trace, Seq<string> Reasons)
{
    /// <summary>The run that these inputs make, as the law judges it.</summary>
    internal static Counterexample Of(Agent agent, Run run, TrajectoryLaw law, Seq<ScriptedInput> inputs, DateTimeOffset begins)
    {
        var trace = ScriptedInput.Play(agent, run, inputs, begins).SelectMany(static step => step.Events).ToSeq();
        return new Counterexample(inputs, trace, law.Judge(Trajectory.Of(trace)).Reasons);
    }
}
