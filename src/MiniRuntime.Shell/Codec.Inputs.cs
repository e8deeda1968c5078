using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// What comes in. An input is { type, … }; an accepted one is an event of that type, with the same fields as its data.
public static partial class Codec
{
    /// <summary><c>{ kind: "answer", text }</c>, <c>{ kind: "tool", name, input }</c>, <c>{ kind: "ask_human", question }</c> or
    /// <c>{ kind: "stop", reason }</c>.</summary>
    public static Codec<Decision> Decision { get; } = new(
        static decision => Object(Fields(decision)), Of(static o => DecisionOf(o, o.OneOf("kind", DecisionKinds))));

    /// <summary><c>{ type, … }</c> with the fields of its case.</summary>
    public static Codec<Input> Input { get; } = new(Write, Of(static o => InputOf(o, o.OneOf("type", InputTypes))));

    /// <summary>As <see cref="Input"/>, with <c>after</c> (seconds), <c>tokens</c> and <c>cost</c>; ids (and the hash of an approval, and
    /// the attempt of a tool's report) that are left out are those of what is open then.</summary>
    public static Codec<ScriptedInput> ScriptedInput { get; } = new(
        static line =>
        {
            var (type, fields) = Parts(line.Input, usualAttempt: 0);
            return Object(
            [
                ("type", type), .. fields.Where(static field => !(Ids.Contains(field.Name) && $"{field.Value}" == "\"\"")),
                ("after", line.After == default ? null : Write(line.After)), ("tokens", line.Tokens == 0 ? null : line.Tokens),
                ("cost", line.Cost == 0 ? null : line.Cost),
            ]);
        },
        ReadScriptedInput);

    /// <summary>A line of a script: <c>{ kind, … }</c> as <see cref="Decision"/> has it, or <c>{ kind: "decisions", decisions }</c>,
    /// <c>{ kind: "invalid_decision", reason, raw }</c>, <c>{ kind: "model_failure", reason }</c>; with <c>tokens</c> and <c>cost</c>.</summary>
    public static Codec<ModelReply> ModelReply { get; } = new(
        static reply => Object(
        [
            .. reply.Input.Decision is { } decision ? Fields(decision) : [("kind", reply.Input.Kind), .. Parts(reply.Input).Data],
            ("tokens", reply.Tokens == 0 ? null : reply.Tokens), ("cost", reply.Cost == 0 ? null : reply.Cost),
        ]),
        ReadModelReply);

    /// <summary><c>{ at, tokens, cost }</c>; what is nothing is left out.</summary>
    public static Codec<Stamp> Stamp { get; } = new(Write, ReadStamp);

    /// <summary><c>{ status: "ok", data }</c>, or <c>{ status, reason }</c> for refused, error and lost.</summary>
    public static Codec<ToolResult> ToolResult { get; } = new(Write, Of(ResultOf));

    internal static JsonText Write(ToolResult result) => result.Match(0,
        ok: static (_, ok) => Object([("status", "ok"), ("data", ok.Data)]),
        refused: static (_, refused) => Object([("status", "refused"), ("reason", refused.Reason)]),
        error: static (_, error) => Object([("status", "error"), ("reason", error.Reason)]),
        lost: static (_, lost) => Object([("status", "lost"), ("reason", lost.Reason)]));

    internal static ScriptedInput ReadScriptedInput(Node node, FaultList faults) => Of<ScriptedInput>(static o =>
    {
        var input = InputOf(o, o.OneOf("type", InputTypes), blanks: true);
        var after = o.Optional("after", As.Duration, TimeSpan.Zero);
        var (tokens, cost) = (o.Optional("tokens", As.Long(0), 0), o.Optional("cost", As.NotNegative, 0));
        return input is null ? null : () => new ScriptedInput(input(), after, tokens, cost);
    })(node, faults);

    internal static ToolResult ReadToolResult(Node node, FaultList faults) => Of(ResultOf)(node, faults);

    internal static Func<Decision>? DecisionOf(ObjectReader o, string? kind)
    {
        switch (kind)
        {
            case "answer":
                var text = o.Required("text", As.Text);
                return () => new Answer(text);
            case "tool":
                var name = o.Required("name", As.Text);
                var input = o.Optional("input", As.Object, Json.Object.Empty);
                return () => new CallTool(name, input);
            case "ask_human":
                var question = o.Required("question", As.Text);
                return () => new AskHuman(question);
            case "stop":
                var reason = o.Required("reason", As.Name<StopReason>(Wire.Name));
                return () => new Stop(reason);
            default:
                return null;
        }
    }

    private static Fields Fields(Decision decision) => decision.Match<string, Fields>(decision.Kind,
        answer: static (kind, answer) => [("kind", kind), ("text", answer.Text)],
        callTool: static (kind, call) => [("kind", kind), ("name", call.Name), ("input", call.Input)],
        askHuman: static (kind, ask) => [("kind", kind), ("question", ask.Question)],
        stop: static (kind, stop) => [("kind", kind), ("reason", stop.Reason.Name())]);

    private static JsonText Write(Input input)
    {
        var (type, fields) = Parts(input);
        return Object([("type", type), .. fields]);
    }

    // The type, and the fields beside it. A report's attempt is left out where it is the usual one.
    private static (string Type, Fields Data) Parts(Input input, int usualAttempt = 1) => input.Match<int, (string, Fields)>(usualAttempt,
        decision: static (_, decision) => ("decision", Fields(decision)),
        invalidDecision: static (_, invalid) => ("invalid_decision", [("reason", invalid.Reason), ("raw", invalid.Raw)]),
        modelFailure: static (_, failure) => ("model_failure", [("reason", failure.Reason)]),
        toolReport: static (usual, report) => ("tool_result",
        [
            ("callId", report.CallId), ("attempt", report.Attempt == usual ? null : report.Attempt), ("result", Write(report.Result)),
            ("labels", Labels(report.Labels)),
        ]),
        personSaid: static (_, said) => ("person_said", Fields(said)),
        recovered: static (_, _) => ("recovered", []),
        tick: static (_, _) => ("tick", []),
        cancel: static (_, _) => ("cancel", []),
        decisions: static (_, decisions) => ("decisions", [("decisions", List(decisions.Items, WriteProposal))]));

    // One of several proposals: a decision, or what came in the place of one.
    internal static JsonText WriteProposal(Input proposal) => proposal.Decision is { } decision
        ? Object(Fields(decision))
        : Object([("kind", proposal.Kind), .. Parts(proposal).Data]);

    internal static ModelReply ReadModelReply(Node node, FaultList faults) => Of<ModelReply>(static o =>
    {
        var kind = o.OneOf("kind", LineKinds);
        Func<Input> said;
        if (kind == "model_failure")
        {
            var reason = o.Required("reason", As.Text);
            said = () => new ModelFailure(reason);
        }
        else if (kind == "decisions")
        {
            var several = DecisionsOf(o);
            said = () => several();
        }
        else
        {
            var one = ProposalOf(o, kind);
            said = () => one!();
        }
        var (tokens, cost) = (o.Optional("tokens", As.Long(0), 0), o.Optional("cost", As.NotNegative, 0));
        return () => Shell.ModelReply.Of(said(), new Stamp(null, tokens, cost))!;
    })(node, faults);

    private static Func<Decisions> DecisionsOf(ObjectReader o)
    {
        var proposals = o.Required("decisions", As.List(static (node, faults) => Of(static o => ProposalOf(o, o.OneOf("kind", ProposalKinds)))(node, faults)));
        if (proposals is { Count: 0 }) o.Fault("decisions", "There is no decision in it; give one at least.");
        return () => Several.Of(proposals!);
    }

    private static Func<Input>? ProposalOf(ObjectReader o, string? kind)
    {
        if (kind == "invalid_decision")
        {
            var invalid = InvalidOf(o);
            return () => invalid();
        }
        var decision = DecisionOf(o, kind);
        return () => decision!();
    }

    private static Func<InvalidDecision> InvalidOf(ObjectReader o)
    {
        var (reason, raw) = (o.Required("reason", As.Text), o.Optional("raw", As.Text));
        if (raw?.Length > InvalidDecision.MaxRaw) o.Fault("raw", $"It is longer than {InvalidDecision.MaxRaw} characters; cut it.");
        return () => new InvalidDecision(reason, raw);
    }

    private static Func<Input>? InputOf(ObjectReader o, string? type, bool blanks = false)
    {
        switch (type)
        {
            case "decision":
                var decision = DecisionOf(o, o.OneOf("kind", DecisionKinds));
                return () => decision!();
            case "invalid_decision":
                var invalid = InvalidOf(o);
                return () => invalid();
            case "model_failure":
                var failed = o.Required("reason", As.Text);
                return () => new ModelFailure(failed);
            case "tool_result":
                var (callId, result) = (Id(o, "callId", blanks), o.Required("result", ReadToolResult));
                var (attempt, labels) = (o.Optional("attempt", As.Int(0), blanks ? 0 : 1), ReadLabels(o));
                return () => new ToolReport(callId, result, labels, attempt);
            case "person_said":
                var said = SaidOf(o, blanks);
                return () => said!();
            case "recovered":
                return () => new Recovered();
            case "tick":
                return () => new Tick();
            case "cancel":
                return () => new Cancel();
            case "decisions":
                var decisions = DecisionsOf(o);
                return () => decisions();
            default:
                return null;
        }
    }

    private static JsonText Write(Stamp stamp) => Object(
    [
        ("at", Write(stamp.At)), ("tokens", stamp.Tokens == 0 ? null : stamp.Tokens), ("cost", stamp.Cost == 0 ? null : stamp.Cost),
    ]);

    private static Stamp ReadStamp(Node node, FaultList faults) => Of<Stamp>(static o =>
    {
        var at = o.OptionalValue("at", As.Time);
        var tokens = o.Optional("tokens", As.Long(0), 0);
        var cost = o.Optional("cost", As.NotNegative, 0);
        return () => new Stamp(at, tokens, cost);
    })(node, faults);

    private static Func<ToolResult>? ResultOf(ObjectReader o)
    {
        var status = o.OneOf("status", "ok", "refused", "error", "lost");
        if (status is null) return null;
        if (status == "ok")
        {
            var data = o.Optional("data", As.Value, Json.None);
            return () => new Ok(data);
        }
        var reason = o.Required("reason", As.Text);
        return status switch
        {
            "refused" => () => new Refused(reason),
            "error" => () => new Error(reason),
            _ => () => new Lost(reason),
        };
    }
}
