using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// The journal. An event is { runId, sequence, step, type, data }; nothing in its data repeats what an earlier event holds.
public static partial class Codec
{
    /// <summary><c>{ runId, sequence, step, type, data }</c>: a line of a journal. For programs that show traces to people there is
    /// <see cref="TraceView"/>.</summary>
    public static Codec<TraceEvent> TraceEvent { get; } = new(
        static traced =>
        {
            var (type, data) = Parts(traced.Fact);
            return Event(traced, type, data);
        },
        Of<TraceEvent>(static o =>
        {
            var (runId, sequence) = (o.Required("runId", ReadRunId), o.Required("sequence", As.Long(0)));
            var (step, fact) = (o.Required("step", As.Int(0)), ReadFact(o));
            return () => new TraceEvent(runId, sequence, step, fact);
        }));

    /// <summary><c>{ type, data }</c>.</summary>
    public static Codec<Fact> Fact { get; } = new(
        static fact =>
        {
            var (type, data) = Parts(fact);
            return Object([("type", type), ("data", Object(data))]);
        },
        Of<Fact>(static o =>
        {
            var fact = ReadFact(o);
            return () => fact;
        }));

    internal static JsonText Event(TraceEvent traced, string type, Fields data) => Object(
    [
        ("runId", traced.RunId), ("sequence", traced.Sequence), ("step", traced.Step), ("type", type), ("data", Object(data)),
    ]);

    internal static (string Type, Fields Data) Parts(Fact fact) => fact.Match<int, (string, Fields)>(0,
        runStarted: static (_, start) => ("run_started",
        [
            ("run", Write(start.Run)), ("budget", Write(start.Budget)), ("agentHash", start.AgentHash), ("stamp", Stamped(start.Stamp)),
        ]),
        contextBuilt: static (_, built) => ("context_built",
        [
            ("firstTurn", built.FirstTurn), ("toolsDisclosed", Texts(built.Tools)), ("memoryRefs", Texts(built.Memory)),
            ("omittedRefs", List(built.Omitted, Write)),
        ]),
        accepted: static (_, accepted) =>
        {
            var (type, fields) = Parts(accepted.Input);
            return (type, [.. fields, ("queued", accepted.Queued ? true : null), ("stamp", Stamped(accepted.Stamp))]);
        },
        ignored: static (_, ignored) => ("ignored",
            [("input", Write(ignored.Input)), ("reason", ignored.Reason), ("stamp", Stamped(ignored.Stamp))]),
        callRefused: static (_, refused) => ("call_refused",
            [("callId", refused.CallId), ("tool", refused.Tool), ("reason", refused.Reason)]),
        callJudged: static (_, judged) => ("policy_decision",
        [
            ("callId", judged.CallId), .. Fields(judged.Tool, "tool"), ("policy", Write(judged.Verdict)), ("agentHash", judged.AgentHash),
            ("request", judged.Request is { } request ? Write(request) : null),
        ]),
        callAuthorized: static (_, permit) => ("call_authorized", [("callId", permit.CallId), ("attempt", permit.Attempt)]),
        otherJudged: static (_, judged) => (
            judged.Action == PolicyAction.Answer ? "answer_policy" : "memory_policy", [("verdicts", List(judged.Verdicts, Write))]),
        stopped: static (_, stopped) => ("stop", Fields(stopped)));

    internal static Fields Fields(Stopped stopped) =>
    [
        ("stopReason", stopped.Reason.Name()), ("by", stopped.By.Name()), ("reason", stopped.Detail), ("tool", stopped.Tool),
    ];

    private static Fact ReadFact(ObjectReader o)
    {
        var type = o.OneOf("type", FactTypes);
        return type is null ? null! : o.Required("data", Of(data => FactOf(data, type)));
    }

    private static Func<Fact>? FactOf(ObjectReader o, string type)
    {
        switch (type)
        {
            case "run_started":
                var (run, budget) = (o.Required("run", ReadRun), o.Required("budget", ReadBudget(int.MaxValue)));
                var (startHash, started) = (o.Required("agentHash", As.Text), ReadStamp(o));
                return () => new RunStarted(run, budget, startHash, started);
            case "context_built":
                var (first, tools) = (o.Required("firstTurn", As.Int(0)), o.Required("toolsDisclosed", As.Texts));
                var memory = o.Required("memoryRefs", As.Texts);
                var omitted = o.Required("omittedRefs", As.List(ReadOmission));
                return () => new ContextBuilt(first, tools, memory, omitted);
            case "ignored":
                var (ignored, why) = (o.Required("input", ReadInput), o.Required("reason", As.Text));
                var arrived = ReadStamp(o);
                return () => new Ignored(ignored, why, arrived);
            case "call_refused":
                var (refused, name) = (o.Required("callId", As.Text), o.Required("tool", As.Text));
                var reason = o.Required("reason", As.Text);
                return () => new CallRefused(refused, name, reason);
            case "policy_decision":
                var (judged, tool) = (o.Required("callId", As.Text), RefOf(o, "tool"));
                var (verdict, request) = (o.Required("policy", ReadPolicyDecision), o.Optional("request", ReadRequest));
                var judge = o.Required("agentHash", As.Text);
                return () => new CallJudged(judged, tool(), verdict, judge, request);
            case "call_authorized":
                var (call, attempt) = (o.Required("callId", As.Text), o.Required("attempt", As.Int(1)));
                return () => new CallAuthorized(call, attempt);
            case "answer_policy" or "memory_policy":
                var verdicts = o.Required("verdicts", As.List(ReadVerdict));
                return () => new OtherJudged(type == "answer_policy" ? PolicyAction.Answer : PolicyAction.MemoryRead, verdicts);
            case "stop":
                return StoppedOf(o);
            default:
                var (input, queued, stamp) = (InputOf(o, type), o.Optional("queued", As.Bool, false), ReadStamp(o));
                return () => new Accepted(input!(), stamp, queued);
        }
    }

    private static Func<Fact> StoppedOf(ObjectReader o)
    {
        var reason = o.Required("stopReason", As.Name<StopReason>(Wire.Name));
        var by = o.Required("by", As.Name<StoppedBy>(Wire.Name));
        var (detail, tool) = (o.Optional("reason", As.Text), o.Optional("tool", As.Text));
        return () => new Stopped(reason, by, detail, tool);
    }

    internal static JsonText Write(Omission omission) => Object([("ref", omission.Ref), ("reason", omission.Reason.Name())]);

    private static Omission ReadOmission(Node node, FaultList faults) => Of<Omission>(static o =>
    {
        var (item, reason) = (o.Required("ref", As.Text), o.Required("reason", As.Name<OmissionReason>(Wire.Name)));
        return () => new Omission(item, reason);
    })(node, faults);

    private static JsonText Write(Verdict verdict) => Object([("ref", verdict.Ref), ("policy", Write(verdict.Decision))]);

    private static Verdict ReadVerdict(Node node, FaultList faults) => Of<Verdict>(static o =>
    {
        var (judged, decision) = (o.Required("ref", As.Text), o.Required("policy", ReadPolicyDecision));
        return () => new Verdict(judged, decision);
    })(node, faults);

    private static JsonText? Stamped(Stamp stamp) => stamp == Core.Stamp.None ? null : Write(stamp);

    private static Stamp ReadStamp(ObjectReader o) => o.Optional("stamp", ReadStamp, Core.Stamp.None);

    private static Input ReadInput(Node node, FaultList faults) => Of(static o => InputOf(o, o.OneOf("type", InputTypes)))(node, faults);
}
