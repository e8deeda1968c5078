using System.Diagnostics;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// Looks at every run that an agent admits, breadth first, by calling the real <see cref="Agent.Step"/>: each input of an
/// <see cref="Alphabet"/> in each state that can be reached, up to a depth. States between which nothing that follows can tell are one
/// (<see cref="StateKey"/>). A law that is broken is shown with the shortest run that breaks it.
/// </summary>
public sealed class Explorer
{
    // How many transitions go by between two looks at clock, memory and the person who waits.
    private const int Pause = 1 << 13;

    private readonly Agent _agent;
    private readonly Run _run;
    private readonly Alphabet _alphabet;
    private readonly ExplorerOptions _options;
    private readonly Letters _letters;
    private readonly StateKeys _keys;
    private readonly LawBook _laws;

    // The tree of states found: for each the one that it was reached from, and by which letter.
    private readonly List<(int From, int Letter)> _found = [];
    private readonly HashSet<StateKey> _seen = [];
    private readonly Counterexample?[] _broken;
    private long _transitions;

    private Explorer(Agent agent, Run run, Seq<TrajectoryLaw> laws, Alphabet alphabet, ExplorerOptions options)
    {
        (_agent, _run, _alphabet, _options) = (agent, run, alphabet, options);
        _letters = new Letters(agent, alphabet, options.Begins);
        _laws = new LawBook(laws);
        _keys = new StateKeys(agent, run, laws);
        _broken = new Counterexample?[laws.Count];
    }

    /// <summary>Explores.</summary>
    /// <param name="agent">The agent whose policy is checked.</param>
    /// <param name="run">The run that every path begins with.</param>
    /// <param name="laws">The laws that every path must keep.</param>
    /// <param name="alphabet">What may happen; by default <see cref="Alphabet.Of"/>.</param>
    /// <param name="options">Depth and limits.</param>
    /// <param name="progress">Told now and then how far it has got.</param>
    /// <param name="cancel">Ends the exploration; what was covered is reported.</param>
    /// <returns>What was covered, and for each law whether it was broken.</returns>
    public static Exploration Explore(Agent agent, Run run, Seq<TrajectoryLaw> laws, Alphabet? alphabet = null,
        ExplorerOptions? options = null, Action<ExplorerProgress>? progress = null, CancellationToken cancel = default)
    {
        alphabet ??= Alphabet.Of(agent, run, laws, cancel: cancel);
        return new Explorer(agent, run, laws, alphabet, options ?? new ExplorerOptions()).Explore(progress, cancel);
    }

    private Exploration Explore(Action<ExplorerProgress>? progress, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var level = new List<Place>();
        var start = Follow(_agent.Start(_run, _letters.Start), default);
        if (Add(start, -1, -1)) level.Add(start with { Number = 0 });
        var depth = 0;
        for (; level.Count > 0 && depth < _options.Depth; depth++)
        {
            var next = new List<Place>();
            foreach (var place in level)
            {
                foreach (var letter in _letters.In(place.State.Phase))
                {
                    if (++_transitions % Pause == 0 || _found.Count >= _options.MaxStates)
                    {
                        progress?.Invoke(new ExplorerProgress(depth + 1, _found.Count, _transitions, clock.Elapsed));
                        if (Limit(clock, cancel) is { } limit) return Report(depth, Coverage.Stopped, limit);
                    }
                    var input = _letters.Input(letter, place.State);
                    var step = _agent.Step(place.State, input, _letters.Stamp(letter, place.State.Spent.Now));
                    var reached = Follow(step, place);
                    if (Add(reached, place.Number, letter) && reached.State.Stopped is null)
                        next.Add(reached with { Number = _found.Count - 1 });
                }
                if (_broken.Length > 0 && _broken.All(static found => found is not null))
                    return Report(depth, Coverage.Stopped, "every law is broken");
            }
            level = next;
        }
        return level.Count == 0 ? Report(depth, Coverage.Closed, null) : Report(depth, Coverage.DepthExhausted, null);
    }

    // The laws follow the calls: what was executed before the latest call is settled, the latest one may still pick up labels.
    private Place Follow(StepResult step, Place from)
    {
        var (settled, latest) = (from.Settled, from.Latest);
        foreach (var traced in step.Events)
        {
            var now = ExecutedCall.Latest(latest, traced, step.State);
            if (latest is not null && now!.Id != latest.Id) settled = _laws.Advance(settled, latest);
            latest = now;
        }
        var progress = latest is null ? settled
            : ReferenceEquals(latest, from.Latest) ? from.Progress
            : _laws.Advance(settled, latest);
        return new Place(step.State, settled, latest, progress, from.Number);
    }

    // True when nothing like it was seen before. A place like it would break the same laws: their progress is part of the key.
    private bool Add(Place place, int from, int letter)
    {
        if (_options.Merges && !_seen.Add(_keys.Of(place.State, place.Settled, place.Progress, place.Latest))) return false;
        _found.Add((from, letter));
        foreach (var law in _laws.BrokenBy(place.Progress, place.State.Stopped)) _broken[law] ??= Breaking(law, _found.Count - 1);
        return true;
    }

    private Counterexample Breaking(int law, int number)
    {
        var script = new List<ScriptedInput>();
        for (var at = number; _found[at].From >= 0; at = _found[at].From) script.Add(_letters[_found[at].Letter]);
        script.Reverse();
        return Counterexample.Of(_agent, _run, _laws[law], script.ToSeq(), _options.Begins);
    }

    private string? Limit(Stopwatch clock, CancellationToken cancel) =>
        cancel.IsCancellationRequested ? "interrupted"
        : _found.Count >= _options.MaxStates ? $"{_options.MaxStates} states"
        : clock.Elapsed >= _options.MaxTime ? $"{_options.MaxTime.TotalSeconds:0.###} seconds"
        : GC.GetTotalMemory(false) >= _options.MaxMemory ? $"{_options.MaxMemory / 1024 / 1024} MiB of memory"
        : null;

    private Exploration Report(int depth, Coverage coverage, string? limit) => new(_found.Count, _transitions, depth, coverage, limit,
        _alphabet, _laws.Laws.Select((law, i) => new LawVerdict(law, _broken[i])).ToSeq());

    // Where the exploration stands: a state, how far the laws had got before the latest call, that call, how far they have got with it, and
    // the state's number in the tree.
    private readonly record struct Place(State State, int Settled, ExecutedCall? Latest, int Progress, int Number);
}

/// <summary>How far an exploration goes.</summary>
public sealed record ExplorerOptions
{
    /// <summary>How many inputs a run may get.</summary>
    public int Depth { get; init; } = 100;

    /// <summary>When the run begins: what has expired by then is not shown to the model.</summary>
    public DateTimeOffset Begins { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>How many states may be found; two million need about 2 GiB.</summary>
    public int MaxStates { get; init; } = 5_000_000;

    /// <summary>How long it may take.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.MaxValue;

    /// <summary>How much managed memory may be in use, in bytes.</summary>
    public long MaxMemory { get; init; } = 8L * 1024 * 1024 * 1024;

    /// <summary>Whether states are merged. Without it the same is found more slowly, which is how merging is tested.</summary>
    public bool Merges { get; init; } = true;
}

/// <summary>How far an exploration has got.</summary>
/// <param name="Depth">The depth that it looks at now.</param>
/// <param name="States">States found.</param>
/// <param name="Transitions">Inputs tried.</param>
/// <param name="Elapsed">How long it has taken.</param>
public sealed record ExplorerProgress(int Depth, int States, long Transitions, TimeSpan Elapsed);
