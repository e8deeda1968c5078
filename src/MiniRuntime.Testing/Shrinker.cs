using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// Takes a run that goes wrong and leaves out all that has nothing to do with it, by playing what is left through the core again.
/// </summary>
public static class Shrinker
{
    /// <summary>The inputs of a recorded run, as a script in which lines can be left out.</summary>
    /// <param name="trace">The run's events.</param>
    /// <returns>All that came in, ignored inputs included, each as long after the one before it as it was.</returns>
    public static Seq<ScriptedInput> Script(IEnumerable<TraceEvent> trace)
    {
        var (script, before) = (new List<ScriptedInput>(), (State?)null);
        foreach (var (traced, state) in Agent.States(trace))
        {
            var (input, stamp) = traced.Fact.Accepted is { Queued: false } accepted ? (accepted.Input, accepted.Stamp)
                : (traced.Fact.Ignored?.Input, traced.Fact.Ignored?.Stamp);
            if (input is not null && stamp is not null && before is not null)
                script.Add(new ScriptedInput(
                    ScriptedInput.Blank(input, before), After(before.Spent.Now, stamp.At), stamp.Tokens, stamp.Cost));
            before = state;
        }
        return script.ToSeq();
    }

    /// <summary>
    /// A sub-sequence that still goes wrong, and from which no input can be left out: without any one of them it does not.
    /// </summary>
    /// <param name="agent">The agent.</param>
    /// <param name="run">The run.</param>
    /// <param name="script">All that comes in.</param>
    /// <param name="begins">When the run begins.</param>
    /// <param name="goesWrong">What is wrong with a run, as a question about its path.</param>
    /// <param name="shorter">Told of each shorter script that goes wrong, as it is found.</param>
    /// <param name="cancel">Ends the shrinking.</param>
    /// <returns>The shorter script; null when this one does not go wrong.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Seq<ScriptedInput>? Shrink(Agent agent, Run run, Seq<ScriptedInput> script, DateTimeOffset begins,
        Func<Trajectory, bool> goesWrong, Action<Seq<ScriptedInput>>? shorter = null, CancellationToken cancel = default)
    {
        if (!Fails(script)) return null;
        // Large pieces first. A line that was needed at first may be left out later, so single lines are tried until all are needed.
        for (var size = script.Count / 2; size > 1; size /= 2) LeaveOut(size);
        while (LeaveOut(1)) { }
        return script;

        bool Fails(Seq<ScriptedInput> inputs)
        {
            cancel.ThrowIfCancellationRequested();
            return goesWrong(Path(agent, run, inputs, begins));
        }

        bool LeaveOut(int size)
        {
            var before = script.Count;
            for (var from = 0; from < script.Count;)
            {
                var rest = script.Take(from).Concat(script.Skip(from + size)).ToSeq();
                if (!Fails(rest))
                {
                    from += size;
                    continue;
                }
                script = rest;
                shorter?.Invoke(script);
            }
            return script.Count < before;
        }
    }

    /// <summary>The path of the run that a script makes.</summary>
    public static Trajectory Path(Agent agent, Run run, Seq<ScriptedInput> script, DateTimeOffset begins) => Trajectory.Of(
        ScriptedInput.Play(agent, run, script, begins).SelectMany(static step => step.Events));

    private static TimeSpan After(DateTimeOffset? before, DateTimeOffset? at) =>
        before is { } then && at is { } now && now > then ? now - then : TimeSpan.Zero;
}
