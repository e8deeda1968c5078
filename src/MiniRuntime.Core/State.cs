using System.Globalization;

namespace MiniRuntime.Core;

/// <summary>
/// Where a run stands. A value: two states are equal when all that they hold is equal. It can be had only from an agent
/// (<see cref="Agent.Start"/>, <see cref="Agent.Step"/>, <see cref="Agent.Fold"/>): there is no other way to make or to change one.
/// </summary>
public sealed class State : IEquatable<State>
{
    // How many tokens all turns up to each one have: a packet is chosen by it, and looks at few turns for that.
    private readonly Seq<long> _tokens = Seq<long>.Empty;

    internal State(RunStarted start)
    {
        Start = start;
        Phase = new Ready();
        Spent = Spent.Nothing.Pay(start.Stamp);
        Events = 1;
    }

    /// <summary>The state after one more event: all that it changes stands here, and the rest stays.</summary>
    internal State(State before, Phase phase, Spent? spent = null, Seq<Observation>? seen = null, Turn? turn = null,
        Seq<string>? labels = null, string? called = null, string? answer = null, int? packets = null, Seq<Input>? queue = null)
    {
        Start = before.Start;
        Phase = phase;
        Spent = spent ?? before.Spent;
        Observations = seen ?? before.Observations;
        Turns = turn is null ? before.Turns : before.Turns.Add(turn);
        _tokens = turn is null
            ? before._tokens
            : before._tokens.Add(before.TokensUpTo(before.Turns.Count) + ContextPacket.Tokens(turn.Length));
        ToolsCalled = called is null ? before.ToolsCalled : before.ToolsCalled.Add(called);
        Labels = labels ?? before.Labels;
        Answer = answer ?? before.Answer;
        Packets = packets ?? before.Packets;
        // A step that begins without a packet is the next proposal's in the queue, and takes it out.
        var takes = before.Phase.Ready is not null && Spent.Steps > before.Spent.Steps;
        Queue = queue ?? (takes ? before.Queue.From(1) : before.Queue);
        Events = before.Events + 1;
    }

    /// <summary>How the run began: what it is for, its budget, its first agent.</summary>
    public RunStarted Start { get; }

    /// <summary>What the run is doing.</summary>
    public Phase Phase { get; }

    /// <summary>What it has used up.</summary>
    public Spent Spent { get; }

    /// <summary>Its short history.</summary>
    public Seq<Observation> Observations { get; } = Seq<Observation>.Empty;

    /// <summary>Proposals and what came of them, with their data.</summary>
    public Seq<Turn> Turns { get; } = Seq<Turn>.Empty;

    /// <summary>The tools whose calls were handed out, in order. A call that is repeated stands once.</summary>
    public Seq<string> ToolsCalled { get; } = Seq<string>.Empty;

    /// <summary>The labels that the run has picked up; a set, in ordinal order. It only grows.</summary>
    public Seq<string> Labels { get; } = Seq<string>.Empty;

    /// <summary>The answer, when the run ended with one.</summary>
    public string? Answer { get; }

    /// <summary>What the model proposed in its latest answer and what has yet to be taken: each a decision or an invalid one.</summary>
    public Seq<Input> Queue { get; } = Seq<Input>.Empty;

    /// <summary>How many packets were built for the model.</summary>
    public int Packets { get; }

    /// <summary>How many events the trace has; the next one's number.</summary>
    public long Events { get; }

    /// <summary>The run.</summary>
    public Run Run => Start.Run;

    /// <summary>The run's name.</summary>
    public string RunId => Start.Run.Id;

    /// <summary>How the run ended, or null while it goes on.</summary>
    public Stopped? Stopped => Phase.Stopped;

    /// <summary>Where the run stands, in a few words: <c>1/6 steps, 3 observations</c>.</summary>
    public string Summary => ContextPacket.SummaryOf(Spent.Steps, Start.Budget.MaxSteps, Observations.Count);

    /// <summary>
    /// The number of the step that this fact would belong to: the open one's, or that of the step to come; for the end, the steps charged.
    /// </summary>
    internal int StepOf(Fact fact) => Phase.IsBetweenSteps || fact.Stopped is not null ? Spent.Steps : Spent.Steps - 1;

    /// <summary>True when the model is to be asked next.</summary>
    internal bool NeedsPacket => Phase.Ready is { Ending: null } && Queue.Count == 0;

    /// <summary>True when this is the proposal whose turn it is.</summary>
    internal bool IsNext(Input proposal) => Phase.Ready is { Ending: null } && Queue.Count > 0 && Queue[0] == proposal;

    /// <summary>An estimate of the tokens that the turns from this one on have (see <see cref="ContextPacket"/>).</summary>
    internal long TokensFrom(int turn) => TokensUpTo(Turns.Count) - TokensUpTo(turn);

    private long TokensUpTo(int turn) => turn == 0 ? 0 : _tokens[turn - 1];

    /// <summary>The id of what the step with this number opens.</summary>
    internal string IdOf(int step) => string.Concat(RunId, ":", step.ToString(NumberFormatInfo.InvariantInfo));

    /// <summary>True when both hold the same.</summary>
    public bool Equals(State? other) => ReferenceEquals(this, other) || (other is not null
        && Events == other.Events && Packets == other.Packets && Answer == other.Answer && Spent == other.Spent && Phase == other.Phase
        && Labels == other.Labels && Start == other.Start && ToolsCalled == other.ToolsCalled && Observations == other.Observations
        && Turns == other.Turns && Queue == other.Queue);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as State);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RunId, Events, Phase, Spent);

    /// <summary>One line, for people and for counterexamples.</summary>
    public override string ToString() => $"State {{ {RunId}, {Phase}, {Spent}, Labels = {Labels}, Events = {Events} }}";

    /// <summary>True when both hold the same.</summary>
    public static bool operator ==(State? left, State? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when they differ.</summary>
    public static bool operator !=(State? left, State? right) => !(left == right);
}
