using OneOf;

namespace MiniRuntime.Core;

/// <summary>Everything that can reach a run from outside.</summary>
public sealed class Input : OneOfBase<Decision, InvalidDecision, ModelFailure, ToolReport, PersonSaid, Recovered, Tick, Cancel, Decisions>,
    IEquatable<Input>
{
    private Input(OneOf<Decision, InvalidDecision, ModelFailure, ToolReport, PersonSaid, Recovered, Tick, Cancel, Decisions> value)
        : base(value) => Guard.NotNull(Value);

    /// <summary>The model proposed something.</summary>
    public static implicit operator Input(Decision value) => new(value);

    /// <summary>The model proposed an answer.</summary>
    public static implicit operator Input(Answer value) => new((Decision)value);

    /// <summary>The model proposed a tool call.</summary>
    public static implicit operator Input(CallTool value) => new((Decision)value);

    /// <summary>The model proposed a question to a person.</summary>
    public static implicit operator Input(AskHuman value) => new((Decision)value);

    /// <summary>The model proposed to stop.</summary>
    public static implicit operator Input(Stop value) => new((Decision)value);

    /// <summary>The model answered with something unusable.</summary>
    public static implicit operator Input(InvalidDecision value) => new(value);

    /// <summary>The model did not answer.</summary>
    public static implicit operator Input(ModelFailure value) => new(value);

    /// <summary>A tool call came back.</summary>
    public static implicit operator Input(ToolReport value) => new(value);

    /// <summary>A person spoke.</summary>
    public static implicit operator Input(PersonSaid value) => new(value);

    /// <summary>The run was taken up again after its process ended.</summary>
    public static implicit operator Input(Recovered value) => new(value);

    /// <summary>Time passed.</summary>
    public static implicit operator Input(Tick value) => new(value);

    /// <summary>Somebody outside wants the run to end.</summary>
    public static implicit operator Input(Cancel value) => new(value);

    /// <summary>The model proposed several things at once.</summary>
    public static implicit operator Input(Decisions value) => new(value);

    /// <summary>The input, when it is a decision.</summary>
    public Decision? Decision => IsT0 ? AsT0 : null;

    /// <summary>The input, when it is unusable output of the model.</summary>
    public InvalidDecision? InvalidDecision => Value as InvalidDecision;

    /// <summary>The input, when the model did not answer.</summary>
    public ModelFailure? ModelFailure => Value as ModelFailure;

    /// <summary>The input, when it is a tool's report.</summary>
    public ToolReport? ToolReport => IsT3 ? AsT3 : null;

    /// <summary>The input, when a person spoke.</summary>
    public PersonSaid? PersonSaid => IsT4 ? AsT4 : null;

    /// <summary>The input, when the run was taken up again.</summary>
    public Recovered? Recovered => Value as Recovered;

    /// <summary>The input, when it is the time alone.</summary>
    public Tick? Tick => Value as Tick;

    /// <summary>The input, when it ends the run.</summary>
    public Cancel? Cancel => Value as Cancel;

    /// <summary>The input, when it is several proposals.</summary>
    public Decisions? Decisions => Value as Decisions;

    /// <summary>
    /// On the wire: a decision's own kind, or <c>invalid_decision</c>, <c>model_failure</c>, <c>tool_result</c>, <c>person_said</c>,
    /// <c>recovered</c>, <c>tick</c>, <c>cancel</c>, <c>decisions</c>.
    /// </summary>
    public string Kind => Index switch
    {
        0 => AsT0.Kind,
        1 => "invalid_decision",
        2 => "model_failure",
        3 => "tool_result",
        4 => "person_said",
        5 => "recovered",
        6 => "tick",
        7 => "cancel",
        _ => "decisions",
    };

    /// <summary>The result of the function for this case, given the context. All functions can be static.</summary>
    public TResult Match<TContext, TResult>(TContext context, Func<TContext, Decision, TResult> decision,
        Func<TContext, InvalidDecision, TResult> invalidDecision, Func<TContext, ModelFailure, TResult> modelFailure,
        Func<TContext, ToolReport, TResult> toolReport, Func<TContext, PersonSaid, TResult> personSaid,
        Func<TContext, Recovered, TResult> recovered, Func<TContext, Tick, TResult> tick, Func<TContext, Cancel, TResult> cancel,
        Func<TContext, Decisions, TResult> decisions) => Index switch
        {
            0 => decision(context, AsT0),
            1 => invalidDecision(context, AsT1),
            2 => modelFailure(context, AsT2),
            3 => toolReport(context, AsT3),
            4 => personSaid(context, AsT4),
            5 => recovered(context, AsT5),
            6 => tick(context, AsT6),
            7 => cancel(context, AsT7),
            _ => decisions(context, AsT8),
        };

    /// <summary>True when both are the same case with equal contents.</summary>
    public bool Equals(Input? other) => other is not null && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Input);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    /// <summary>The case, as its record prints.</summary>
    public override string ToString() => Value.ToString()!;

    /// <summary>True when both are the same case with equal contents.</summary>
    public static bool operator ==(Input? left, Input? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when case or contents differ.</summary>
    public static bool operator !=(Input? left, Input? right) => !(left == right);
}

/// <summary>
/// Several proposals in one answer of the model, one or more. They wait in the state's queue, and each is taken in its turn as if the model
/// had proposed it then: charged, traced and judged by itself, with no question to the model in between.
/// </summary>
public sealed record Decisions
{
    /// <summary>A first proposal.</summary>
    public Decisions(Decision first) => Items = [Guard.NotNull(first)];

    /// <summary>A first proposal that is unusable.</summary>
    public Decisions(InvalidDecision first) => Items = [Guard.NotNull(first)];

    private Decisions(Seq<Input> items) => Items = items;

    /// <summary>The proposals, in the model's order: each a decision or an invalid one.</summary>
    public Seq<Input> Items { get; }

    /// <summary>With one more proposal.</summary>
    public Decisions Then(Decision next) => new(Items.Add(Guard.NotNull(next)));

    /// <summary>With one more proposal, an unusable one.</summary>
    public Decisions Then(InvalidDecision next) => new(Items.Add(Guard.NotNull(next)));
}

/// <summary>
/// Model output that did not parse, or whose tool input broke the tool's schema. Charged like a decision, and as an invalid one.
/// </summary>
public sealed record InvalidDecision
{
    /// <summary>How much of the raw output is kept, in UTF-16 units.</summary>
    public const int MaxRaw = 4096;

    /// <summary>Unusable output.</summary>
    /// <param name="reason">What was wrong with it, for the model and for people.</param>
    /// <param name="raw">What the model said; cut to <see cref="MaxRaw"/>.</param>
    public InvalidDecision(string reason, string? raw = null)
    {
        Reason = Guard.Text(reason);
        Raw = raw is null ? null : Guard.Text(Guard.Cap(raw, MaxRaw));
    }

    /// <summary>What was wrong.</summary>
    public string Reason { get; }

    /// <summary>What the model said, cut to <see cref="MaxRaw"/>; null where it is not known.</summary>
    public string? Raw { get; }
}

/// <summary>The model gave no answer at all: unreachable, timed out, crashed. Charged as a model failure.</summary>
public sealed record ModelFailure(string Reason)
{
    /// <summary>What is known.</summary>
    public string Reason { get; } = Guard.Text(Reason);
}

/// <summary>What came of one attempt of the tool call with this id.</summary>
public sealed record ToolReport
{
    /// <summary>A report.</summary>
    /// <param name="callId">The id from the permit.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="labels">Labels of this result, on top of those that the registry gives to the tool.</param>
    /// <param name="attempt">Which permit it answers (<see cref="Call.Attempts"/>): 1 unless the call was repeated; 0 answers none.</param>
    public ToolReport(string callId, ToolResult result, IEnumerable<string>? labels = null, int attempt = 1)
    {
        CallId = Guard.Text(callId);
        Result = Guard.NotNull(result);
        Labels = LabelSet.Of(labels);
        Attempt = Guard.NotNegative(attempt);
    }

    /// <summary>The id from the permit.</summary>
    public string CallId { get; }

    /// <summary>What came of the call.</summary>
    public ToolResult Result { get; }

    /// <summary>Labels of this result beside the tool's own; a set, in ordinal order.</summary>
    public Seq<string> Labels { get; }

    /// <summary>Which permit it answers. A report of an earlier attempt is ignored: it says nothing of the one that runs.</summary>
    public int Attempt { get; }
}

/// <summary>The run was taken up again from its trace: what was executing is now in doubt. In any other phase it is ignored.</summary>
public sealed record Recovered;

/// <summary>Only the time: deadlines and expiries. Ignored when nothing is due.</summary>
public sealed record Tick;

/// <summary>End the run. Where a call may have happened and nobody knows, the end says so: <c>in_doubt</c>, with the tool.</summary>
public sealed record Cancel;
