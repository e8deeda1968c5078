using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// What the runtime promises of a run, whatever happened to its processes, held against what the world knows. It goes by the facts of the
/// trace and, where it can, asks nothing of the core that made them.
/// </summary>
internal sealed class Promises
{
    private readonly Agent _agent;
    private readonly Outside _outside;
    private readonly Dictionary<string, ToolRef> _tools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _permits = new(StringComparer.Ordinal);
    private readonly HashSet<string> _closed = new(StringComparer.Ordinal);
    private string? _open;
    private bool _inDoubt;

    private Promises(Agent agent, Outside outside) => (_agent, _outside) = (agent, outside);

    /// <summary>The first promise that is broken; null when all are kept.</summary>
    public static string? Broken(Agent agent, Seq<TraceEvent> trace, Outside outside, IReadOnlyList<TraceEvent> acknowledged,
        IReadOnlyList<State> said)
    {
        var states = Agent.States(trace).Select(static at => at.State).ToList();
        if (states.Count < trace.Count) return $"event {states.Count} cannot stand where it stands";
        for (var i = 0; i < trace.Count; i++)
            if (trace[i].Sequence != i) return $"event {i} has the number {trace[i].Sequence}";
        foreach (var traced in acknowledged)
        {
            if (traced.Sequence >= trace.Count || trace[(int)traced.Sequence] != traced)
                return $"event {traced.Sequence} was kept, and is gone";
        }
        foreach (var state in said)
        {
            if (state.Events > states.Count || states[(int)state.Events - 1] != state)
                return $"a runtime returned a state that its journal does not give: {state}";
        }
        if (states.Count == 0 || states[^1].Stopped is null) return "the run has not ended, and nobody sees to it";
        if (Replay.Of(agent, trace) is { Difference: { } difference }) return $"a replay differs. {difference}";
        var promises = new Promises(agent, outside);
        string? first = null;
        foreach (var traced in trace)
        {
            var broken = promises.Check(traced.Fact);
            first ??= broken;
        }
        // What happened in the world counts more than what the trace says of it.
        return promises.Effects() ?? first;
    }

    private string? Check(Fact fact)
    {
        if (fact.CallJudged is { } judged) _tools[judged.CallId] = judged.Tool;
        if (fact.Ignored is not null) return null;
        if (fact.CallAuthorized is { } permit) return Permitted(permit.CallId);
        var input = fact.Accepted?.Input;
        if (_open is { } open && Forgets(fact, input, open)) return $"what became of {open} is not known, and nobody was asked";
        if (input is null) return null;
        if (input.ToolReport is { } report) return report.Result.Status == "lost" ? Lost() : Closed(report.CallId, report.Result);
        if (input.Kind == "recovered") return Lost();
        if (input.Kind == "cancel") _open = null;
        return input.PersonSaid?.Match(this,
            approve: static (promises, approve) => promises.Once(approve.RequestId),
            reject: static (promises, reject) => promises.Once(reject.RequestId),
            reply: static (promises, reply) => promises.Once(reply.QuestionId),
            resolve: static (promises, resolve) => promises.Resolved(resolve));
    }

    private string? Permitted(string id)
    {
        var times = _permits[id] = _permits.GetValueOrDefault(id) + 1;
        if (times > 1 && !MayRepeat(id)) return $"a write was repeated by guess: {id}";
        if (_open is { } other && other != id && (!_inDoubt || !MayRepeat(other)))
            return $"what became of {other} is not known, and {id} was permitted";
        if (_closed.Contains(id)) return $"{id} was permitted after its result was known";
        (_open, _inDoubt) = (id, false);
        return null;
    }

    private string? Lost()
    {
        _inDoubt = true;
        return null;
    }

    // A call that was handed out ends with a result or in doubt, and a write in doubt with a person's word, before anything else goes on.
    private bool Forgets(Fact fact, Input? input, string open) => !_inDoubt
        ? input is not ({ ToolReport: not null } or { Kind: "recovered" or "cancel" })
        : !MayRepeat(open) && input?.PersonSaid?.Resolve is null && input?.Kind != "cancel"
            && !(fact.Stopped is { Reason: StopReason.Blocked, Detail: "in_doubt" } && !_agent.Approvals.Enabled);

    // Said here once more: the core's own word for it is what is being checked.
    private bool MayRepeat(string id) => _tools[id].SideEffect != SideEffect.Write || _tools[id].Idempotent;

    private string? Resolved(Resolve resolve)
    {
        if (resolve.Resolution == Resolution.Abandon)
        {
            _open = null;
            return Once(resolve.CallId);
        }
        return Closed(resolve.CallId, resolve.Resolution == Resolution.Happened ? new Ok(Json.None) : new Error("did_not_happen"));
    }

    private string? Closed(string id, ToolResult result)
    {
        _open = null;
        var times = _outside.Times(id);
        if (result.Ok is not null && times == 0) return $"{id} is recorded as done, and never took effect";
        if (result.Ok is null && times > 0 && _tools[id].SideEffect == SideEffect.Write)
            return $"{id} is recorded as not done, and took effect";
        return Once(id);
    }

    private string? Once(string id) => _closed.Add(id) ? null : $"{id} has two results, or two answers";

    private string? Effects()
    {
        foreach (var times in _outside.Happened.GroupBy(static call => call.Id))
        {
            if (!_permits.TryGetValue(times.Key, out var permits)) return $"{times.Key} took effect, and was never permitted";
            var most = _tools[times.Key] switch { { Idempotent: true } => 1, { SideEffect: SideEffect.Write } => 1, _ => permits };
            if (times.Count() > most) return $"{times.Key} took effect {times.Count()} times";
        }
        return null;
    }
}
