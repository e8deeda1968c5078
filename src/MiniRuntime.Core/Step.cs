namespace MiniRuntime.Core;

// The control boundary, top to bottom. A run is a fold:
//
//     (State, Input) → (State, Effects)
//
// What came in becomes exactly one fact (Decide). The fact changes the state (Evolve). While something follows from the state alone, that
// is the next fact (Next). Every fact is recorded, and last comes the one piece of work that the world now owes (Pending). Four files,
// one function each; nothing else in MiniRuntime decides anything about a run.
public sealed partial class Agent
{
    /// <summary>Begins a run: the first facts and the first piece of work.</summary>
    /// <param name="run">What the run is for.</param>
    /// <param name="stamp">When it begins; its time counts for deadlines and expiries.</param>
    /// <returns>The first state, and the effects to perform.</returns>
    public StepResult Start(Run run, Stamp? stamp = null)
    {
        var started = new TraceEvent(Guard.NotNull(run).Id, 0, 0, new RunStarted(run, Budget, Hash, stamp ?? Stamp.None));
        return Follow(Evolve(null, started)!, started);
    }

    /// <summary>
    /// The control boundary: what came in is decided upon, and the run moves as far as it can by itself. Total: no input makes it throw,
    /// and one that does not fit is traced as <see cref="Ignored"/>. Deterministic: the same arguments give the same result, to the byte.
    /// </summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="input">What came in. A proposal converts: <c>agent.Step(state, new Answer("42"))</c>.</param>
    /// <param name="stamp">When it came in, and what it cost.</param>
    /// <returns>
    /// The state afterwards, and the effects: <see cref="Record"/> for each new event in order, then the work newly owed. An ignored
    /// input causes none.
    /// </returns>
    public StepResult Step(State state, Input input, Stamp? stamp = null)
    {
        var fact = Decide(Guard.NotNull(state), Guard.NotNull(input), stamp ?? Stamp.None);
        var (after, traced) = Apply(state, fact);
        return fact.Ignored is null ? Follow(after, traced) : new StepResult(after, [traced], null);
    }

    /// <summary>
    /// Goes on without any input: finishes a step that a journal was cut in the middle of, and lets a changed agent look again at what a
    /// person is being asked. Where nothing follows by itself the state stays as it is, with no effects; <see cref="Pending"/> says what
    /// is owed. Two agents that took turns on one waiting run would ask anew at each turn, without end: let one at a time govern a run.
    /// </summary>
    /// <param name="state">Where the run stands.</param>
    /// <returns>The state afterwards, and the effects, as for <see cref="Step"/>.</returns>
    public StepResult Resume(State state) => Follow(state, null);

    /// <summary>The state after a whole trace: <c>fold(Evolve, trace)</c>. What is not in the trace has not happened.</summary>
    /// <param name="trace">A run's events from the first on, as they were recorded; a prefix of them gives the state at that point.</param>
    /// <returns>
    /// The state; or the first event that cannot be, because it breaks the numbering, the order of phases, or is of another run. The
    /// trace is trusted beyond that: who can write a journal can write what happened.
    /// </returns>
    public static FoldResult Fold(IEnumerable<TraceEvent> trace)
    {
        State? state = null;
        foreach (var traced in Guard.NotNull(trace))
        {
            if (Evolve(state, traced) is not { } next) return new FoldResult(new TraceFault(state?.Events ?? 0, traced));
            state = next;
        }
        return state is null ? new FoldResult(new TraceFault(0, null)) : new FoldResult(state);
    }

    /// <summary>The state after each event of a trace, for whoever shows or judges a path.</summary>
    /// <param name="trace">A run's events from the first on.</param>
    /// <returns>Each event with the state after it. It ends before the first event that cannot be (see <see cref="Fold"/>).</returns>
    public static IEnumerable<(TraceEvent Event, State State)> States(IEnumerable<TraceEvent> trace)
    {
        State? state = null;
        foreach (var traced in trace)
        {
            state = Evolve(state, traced);
            if (state is null) yield break;
            yield return (traced, state);
        }
    }

    private StepResult Follow(State state, TraceEvent? first)
    {
        // Room for what a step gives as a rule.
        var (events, count) = (new TraceEvent[4], 0);
        if (first is not null) events[count++] = first;
        while (Next(state) is { } fact)
        {
            if (count == events.Length) Array.Resize(ref events, 2 * count);
            (state, events[count++]) = Apply(state, fact);
        }
        return new StepResult(state, Seq<TraceEvent>.Over(events, count), count > 0 ? Owed(state) : null);
    }

    // Decide and Next give only facts that fit the phase (a law says so), so this fold step cannot fail.
    private static (State State, TraceEvent Event) Apply(State state, Fact fact)
    {
        var traced = new TraceEvent(state.RunId, state.Events, state.StepOf(fact), fact);
        return (Evolve(state, traced)!, traced);
    }
}

/// <summary>What a step gives: the state afterwards, and what the world is asked to do.</summary>
/// <param name="State">The state afterwards.</param>
/// <param name="Events">The new events, in order, to be kept before anything else is done.</param>
/// <param name="Work">The work newly owed, or null.</param>
public sealed record StepResult(State State, Seq<TraceEvent> Events, Effect? Work)
{
    /// <summary>
    /// Both as effects, in the order in which to perform them: a <see cref="Record"/> for each event, then the work. Made when asked for.
    /// </summary>
    public Seq<Effect> Effects => Work is null ? Records : Records.Add(Work);

    private Seq<Effect> Records => Events.Select(static traced => (Effect)new Record(traced)).ToSeq();

    /// <summary>The result as the core's signature has it: <c>var (state, effects) = agent.Step(…)</c>.</summary>
    public void Deconstruct(out State state, out Seq<Effect> effects) => (state, effects) = (State, Effects);
}
