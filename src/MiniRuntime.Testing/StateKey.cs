using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// All of a state that can matter later: two states with one key admit the same inputs, and what follows differs in names and history only.
/// Left out are ids, the number of events and packets, results and observations (the model sees them, but a model may propose anything
/// anyway), and who approved.
/// </summary>
/// <param name="Phase">The phase's name, and for a call in doubt whether only a person can settle it; for an end its reason.</param>
/// <param name="Call">The call that is open, as policy and laws tell calls apart.</param>
/// <param name="Labels">What the run has picked up.</param>
/// <param name="Settled">How far the laws had got before the open call; the same as after it where none is open.</param>
/// <param name="CallLabels">What the run has picked up from the open call.</param>
/// <param name="Flags">Of the open call: whether it was approved, and whether it may have happened.</param>
/// <param name="Steps">Steps spent.</param>
/// <param name="ToolCalls">Tool calls spent.</param>
/// <param name="ModelTrouble">Invalid decisions and model failures spent.</param>
/// <param name="CallTrouble">Tool failures and refusals spent.</param>
/// <param name="Tokens">Tokens spent.</param>
/// <param name="Cost">Money spent.</param>
/// <param name="Now">The time, as far as a deadline or an expiry can still come.</param>
/// <param name="Expires">How long the open request holds.</param>
/// <param name="History">The number of observations, where a packet's size depends on it; otherwise 0.</param>
/// <param name="Queue">What was proposed at once and has yet to be taken.</param>
internal readonly record struct StateKey(int Phase, int Call, int Labels, int Settled, int CallLabels, int Flags, int Steps, int ToolCalls,
    long ModelTrouble, long CallTrouble, long Tokens, decimal Cost, long Now, long Expires, int History, int Queue)
{
    public bool Equals(StateKey other) => Phase == other.Phase && Call == other.Call && Labels == other.Labels && Settled == other.Settled
        && CallLabels == other.CallLabels && Flags == other.Flags && Steps == other.Steps && ToolCalls == other.ToolCalls
        && ModelTrouble == other.ModelTrouble && CallTrouble == other.CallTrouble && Tokens == other.Tokens && Cost == other.Cost
        && Now == other.Now && Expires == other.Expires && History == other.History && Queue == other.Queue;

    public override int GetHashCode() => HashCode.Combine(
        HashCode.Combine(Phase, Call, Labels, Settled, CallLabels, Flags), Steps, ToolCalls, ModelTrouble, CallTrouble, Tokens,
        HashCode.Combine(Now, Expires, History, Queue));
}

/// <summary>Makes the keys of one exploration. Sets of labels and kinds of calls become small numbers.</summary>
internal sealed class StateKeys
{
    private readonly Dictionary<Seq<string>, int> _labels = [];
    private readonly Dictionary<string, Dictionary<Json.Object, int>> _calls;
    private readonly Dictionary<(string Tool, string Outcome), int> _kinds = [];
    private readonly Dictionary<Seq<Input>, int> _queues = [];
    private readonly Dictionary<string, List<Condition>> _conditions;
    private readonly DateTimeOffset _lastExpiry;
    private readonly TimeSpan? _deadline;
    private readonly bool _sizeMatters;
    private readonly bool _codeSeesAll;
    private Seq<string>? _latestLabels;
    private int _latestNumber;

    public StateKeys(Agent agent, Run run, Seq<TrajectoryLaw> laws)
    {
        _deadline = agent.Budget.Deadline;
        _lastExpiry = run.Memory.Max(static item => item.Expires) ?? DateTimeOffset.MinValue;
        _sizeMatters = agent.Context.MaxTokens is not null && run.Memory.Count > 0;
        _codeSeesAll = agent.Policy.Code is not null;
        _calls = agent.Tools.ToDictionary(static tool => tool.Name,
            static _ => new Dictionary<Json.Object, int>(ReferenceEqualityComparer.Instance), StringComparer.Ordinal);
        _conditions = agent.Tools.ToDictionary(static tool => tool.Name, tool => InputSamples.Concerning(tool, agent, laws),
            StringComparer.Ordinal);
    }

    /// <summary>The key of a state, given how far the laws had got before the latest call and with it.</summary>
    public StateKey Of(State state, int settled, int progress, ExecutedCall? latest)
    {
        var (phase, spent) = (state.Phase, state.Spent);
        if (phase.Stopped is { } stopped)
            return new StateKey(-1 - (int)stopped.Reason, 0, 0, progress, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        var open = phase.Call;
        var executed = latest is not null && open?.Id == latest.Id ? latest : null;
        return new StateKey(
            phase.Thinking is not null ? 0 : phase.Executing is not null ? 1 : phase.AwaitingApproval is not null ? 2
                : phase.InDoubt is { } doubt ? (doubt.NeedsPerson ? 4 : 3) : 5,
            open is null ? 0 : Number(open.Proposal),
            Number(state.Labels),
            executed is null ? progress : settled,
            executed is null ? 0 : Number(executed.Labels),
            (open?.MayHaveHappened == true ? 1 : 0) + (executed?.Approved == true ? 2 : 0),
            spent.Steps, spent.ToolCalls,
            ((long)spent.InvalidDecisions << 32) + spent.ModelFailures,
            ((long)spent.ToolFailures << 32) + spent.Refusals,
            spent.Tokens, spent.Cost, Time(spent),
            phase.AwaitingApproval?.Request.Expires is { } expires && spent.Now is { } now ? (expires - now).Ticks : 0,
            _sizeMatters ? state.Observations.Count : 0,
            state.Queue.Count == 0 ? 0 : Number(state.Queue));
    }

    // Time matters until the last deadline and expiry have come; to policy written as code it may matter for ever.
    private long Time(Spent spent)
    {
        if (spent is not { Now: { } now, Started: { } started }) return 0;
        if (_codeSeesAll) return now.UtcTicks;
        var last = _deadline is { } limit && limit < DateTimeOffset.MaxValue - started ? started + limit : started;
        if (_lastExpiry > last) last = _lastExpiry;
        return (now < last ? now : last).UtcTicks;
    }

    // Calls of one tool are alike where all conditions turn out alike; with policy written as code nobody knows what it looks at. Inputs
    // are the alphabet's own objects, so that they are looked at once.
    private int Number(CallTool call)
    {
        var known = _calls[call.Name];
        if (known.TryGetValue(call.Input, out var kind)) return kind;
        var outcome = _codeSeesAll ? $"{call.Input}" : InputSamples.Outcome(call.Input, _conditions[call.Name]);
        if (!_kinds.TryGetValue((call.Name, outcome), out kind)) _kinds[(call.Name, outcome)] = kind = _kinds.Count + 1;
        return known[call.Input] = kind;
    }

    private int Number(Seq<Input> queue)
    {
        if (!_queues.TryGetValue(queue, out var number)) _queues[queue] = number = _queues.Count + 1;
        return number;
    }

    private int Number(Seq<string> labels)
    {
        if (labels.Count == 0) return 0;
        if (ReferenceEquals(labels, _latestLabels)) return _latestNumber;
        if (!_labels.TryGetValue(labels, out var number)) _labels[labels] = number = _labels.Count + 1;
        (_latestLabels, _latestNumber) = (labels, number);
        return number;
    }
}
