using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// A run: what it is given, what it used up, what it remembers of itself.
public static partial class Codec
{
    /// <summary><c>{ id, goal, actor, tenant, route, memory }</c>.</summary>
    public static Codec<Run> Run { get; } = new(Write, ReadRun);

    /// <summary><c>{ id, scope, text, expires, labels }</c>.</summary>
    public static Codec<MemoryItem> MemoryItem { get; } = new(Write, ReadMemoryItem);

    /// <summary><c>{ steps, toolCalls, invalidDecisions, modelFailures, toolFailures, refusals, tokens, cost, started, now }</c>.</summary>
    public static Codec<Spent> Spent { get; } = new(Write, Of<Spent>(static o =>
    {
        var (steps, toolCalls) = (o.Required("steps", As.Int(0)), o.Required("toolCalls", As.Int(0)));
        var (invalid, model) = (o.Required("invalidDecisions", As.Int(0)), o.Required("modelFailures", As.Int(0)));
        var (tool, refusals) = (o.Required("toolFailures", As.Int(0)), o.Required("refusals", As.Int(0)));
        var (tokens, cost) = (o.Required("tokens", As.Long(0)), o.Required("cost", As.NotNegative));
        var (started, now) = (o.OptionalValue("started", As.Time), o.OptionalValue("now", As.Time));
        return () => new Spent(steps, toolCalls, invalid, model, tool, refusals, tokens, cost, started, now);
    }));

    /// <summary><c>{ kind, subject, detail }</c>.</summary>
    public static Codec<Observation> Observation { get; } = new(
        static seen => Object([("kind", seen.Kind.Name()), ("subject", seen.Subject), ("detail", seen.Detail)]),
        Of<Observation>(static o =>
        {
            var (kind, subject) = (o.Required("kind", As.Name<ObservationKind>(Wire.Name)), o.Required("subject", As.Text));
            var detail = o.Optional("detail", As.Text);
            return () => new Observation(kind, subject, detail);
        }));

    /// <summary><c>{ id, proposal, raw, result }</c>.</summary>
    public static Codec<Turn> Turn { get; } = new(Write, Of<Turn>(static o =>
    {
        var id = o.Required("id", As.Text);
        var proposal = o.Optional("proposal", Of(static o => DecisionOf(o, o.OneOf("kind", DecisionKinds))));
        var (raw, result) = (o.Optional("raw", As.Text), o.Required("result", ReadToolResult));
        return () => new Turn(id, proposal, raw, result);
    }));

    internal static JsonText Write(Spent spent) => Object(
    [
        ("steps", spent.Steps), ("toolCalls", spent.ToolCalls), ("invalidDecisions", spent.InvalidDecisions),
        ("modelFailures", spent.ModelFailures), ("toolFailures", spent.ToolFailures), ("refusals", spent.Refusals),
        ("tokens", spent.Tokens), ("cost", spent.Cost), ("started", Write(spent.Started)), ("now", Write(spent.Now)),
    ]);

    internal static MemoryItem ReadMemoryItem(Node node, FaultList faults) => Of<MemoryItem>(static o =>
    {
        var id = o.Required("id", As.Checked(static id => _ = new MemoryItem(id, MemoryScope.Task, "")));
        var (scope, text) = (o.Required("scope", As.Name<MemoryScope>(Wire.Name)), o.Required("text", As.Text));
        var (expires, labels) = (o.OptionalValue("expires", As.Time), ReadLabels(o));
        return () => new MemoryItem(id, scope, text, expires, labels);
    })(node, faults);

    internal static string ReadRunId(Node node, FaultList faults) => As.Checked(static id => _ = new Run(id, ""))(node, faults);

    private static JsonText Write(Run run) => Object(
    [
        ("id", run.Id), ("goal", run.Goal), ("actor", run.Actor), ("tenant", run.Tenant), ("route", run.Route),
        ("memory", List(run.Memory, Write)),
    ]);

    private static Run ReadRun(Node node, FaultList faults) => Of<Run>(static o =>
    {
        var (id, goal) = (o.Required("id", ReadRunId), o.Required("goal", As.Text));
        var (actor, tenant) = (o.Optional("actor", As.Text), o.Optional("tenant", As.Text));
        var (route, memory) = (o.Optional("route", As.Text), o.Optional("memory", As.List(ReadMemoryItem)));
        return () => new Run(id, goal, actor, tenant, route, memory);
    })(node, faults);

    private static JsonText Write(MemoryItem item) => Object(
    [
        ("id", item.Id), ("scope", item.Scope.Name()), ("text", item.Text), ("expires", Write(item.Expires)),
        ("labels", Labels(item.Labels)),
    ]);

    private static JsonText Write(Turn turn) => Object(
    [
        ("id", turn.Id), ("proposal", turn.Proposal is { } proposal ? Object(Fields(proposal)) : null), ("raw", turn.Raw),
        ("result", Write(turn.Result)),
    ]);
}
