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
    private const int Pause = 1 << 10;

    // How long nothing is told while inputs are looked for.
    private static readonly TimeSpan _often = TimeSpan.FromSeconds(0.2);

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
    /// <param name="alphabet">
    /// What may happen; by default <see cref="Alphabet.Of"/> with the samples of the options, which is looked for within their time.
    /// </param>
    /// <param name="options">Depth and limits.</param>
    /// <param name="progress">Told now and then how far it has got.</param>
    /// <param name="cancel">Ends the exploration; what was covered is reported.</param>
    /// <returns>What was covered, and for each law whether it was broken.</returns>
    /// <exception cref="ArgumentException">The input schema of a tool is unusable.</exception>
    public static Exploration Explore(Agent agent, Run run, Seq<TrajectoryLaw> laws, Alphabet? alphabet = null,
        ExplorerOptions? options = null, Action<ExplorerProgress>? progress = null, CancellationToken cancel = default)
    {
        var clock = Stopwatch.StartNew();
        options ??= new ExplorerOptions();
        alphabet ??= Find(agent, run, laws, options, clock, progress, cancel);
        if (alphabet is not null) return new Explorer(agent, run, laws, alphabet, options).Explore(clock, progress, cancel);
        var limit = cancel.IsCancellationRequested ? "interrupted" : Seconds(options);
        return new Exploration(0, 0, 0, Coverage.Stopped, $"{limit}, while inputs were looked for",
            new Alphabet([], [], [], [], [], [], []), laws.Select(static law => new LawVerdict(law, null)).ToSeq());
    }

    // Null where the time ended, or somebody did not want to wait any longer.
    private static Alphabet? Find(Agent agent, Run run, Seq<TrajectoryLaw> laws, ExplorerOptions options, Stopwatch clock,
        Action<ExplorerProgress>? progress, CancellationToken cancel)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (options.MaxTime <= TimeSpan.Zero) ended.Cancel();
        // A timer has no room for more than that, and nobody waits for so long.
        else if (options.MaxTime < TimeSpan.FromDays(24)) ended.CancelAfter(options.MaxTime);
        var search = Task.Run(() => Alphabet.Of(agent, run, laws, options.Samples, ended.Token), CancellationToken.None);
        while (Task.WaitAny([search], _often) < 0) progress?.Invoke(new ExplorerProgress(0, 0, 0, clock.Elapsed));
        try
        {
            return search.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return null;
        }
    }

    private Exploration Explore(Stopwatch clock, Action<ExplorerProgress>? progress, CancellationToken cancel)
    {
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
        return Untried() is { } untried ? Report(depth, Coverage.Stopped, untried)
            : Report(depth, level.Count == 0 ? Coverage.Closed : Coverage.DepthExhausted, null);
    }

    // What was not looked at at all, where all else was.
    private string? Untried()
    {
        var called = _alphabet.Proposals.SelectMany(static line => line.Input.Decisions?.Items ?? [line.Input])
            .Select(static input => input.Decision?.CallTool?.Name).ToHashSet(StringComparer.Ordinal);
        var untried = _agent.Tools.Where(tool => tool.Enabled && !called.Contains(tool.Name)).Select(static tool => tool.Name).ToList();
        return untried.Count > 0 ? $"no call of {string.Join(", ", untried)} was tried"
            : _options.Strict && _alphabet.Gaps.Count > 0 ? $"{_alphabet.Gaps.Count} {(_alphabet.Gaps.Count == 1 ? "gap" : "gaps")}"
            : null;
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
        : clock.Elapsed >= _options.MaxTime ? Seconds(_options)
        : IsFull() ? $"{_options.MaxMemory / 1024 / 1024} MiB of memory"
        : null;

    private static string Seconds(ExplorerOptions options) => $"{options.MaxTime.TotalSeconds:0.###} seconds";

    // What nobody needs any more does not count. To find that out takes long, so it is not done for the sake of the last tenth.
    private bool IsFull() => GC.GetTotalMemory(false) >= _options.MaxMemory
        && GC.GetTotalMemory(true) >= _options.MaxMemory - (_options.MaxMemory / 10);

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

    /// <summary>
    /// How much managed memory may be in use, in bytes; by default two thirds of what the process is granted, 8 GiB at most.
    /// </summary>
    public long MaxMemory { get; init; } = Math.Min(8L * 1024 * 1024 * 1024, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3 * 2);

    /// <summary>Calls with inputs as they really come, for an alphabet that is looked for.</summary>
    public IEnumerable<CallTool> Samples { get; init; } = [];

    /// <summary>Whether a gap in the alphabet is a limit: then nothing is called closed that has one.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether states are merged. Without it the same is found more slowly, which is how merging is tested.</summary>
    public bool Merges { get; init; } = true;
}

/// <summary>How far an exploration has got.</summary>
/// <param name="Depth">The depth that it looks at now; 0 while it looks for inputs.</param>
/// <param name="States">States found.</param>
/// <param name="Transitions">Inputs tried.</param>
/// <param name="Elapsed">How long it has taken.</param>
public sealed record ExplorerProgress(int Depth, int States, long Transitions, TimeSpan Elapsed);
