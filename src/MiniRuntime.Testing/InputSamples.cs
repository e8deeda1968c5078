using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// Inputs that stand for all others: what policy and laws see of an input is how their conditions turn out, so one input for each
/// combination of outcomes is enough. With policy written as code nobody knows what it sees; then every sample stands for itself.
/// </summary>
internal sealed class InputSamples
{
    // An answer is a text, and no more.
    private static readonly Json _answer = Json.Object.Of(("required", new Json.Array(["text"])),
        ("additionalProperties", false), ("properties", Json.Object.Of(("text", Json.Object.Of(("type", "string"), ("default", "done"))))));

    private const string Advice = "propose one in 'decisions', or show one in 'examples' of the tool's input schema";

    private readonly Agent _agent;
    private readonly Seq<TrajectoryLaw> _laws;
    private readonly InputSchemas _schemas;
    private readonly List<CallTool> _given;
    private readonly List<string> _gaps = [];
    private readonly CancellationToken _cancel;

    public InputSamples(Agent agent, Seq<TrajectoryLaw> laws, IEnumerable<CallTool> given, CancellationToken cancel = default) =>
        (_agent, _laws, _schemas, _given, _cancel) = (agent, laws, new InputSchemas(agent.Tools), given.Distinct().ToList(), cancel);

    /// <summary>What no sample was found for.</summary>
    public IEnumerable<string> Gaps => _gaps;

    /// <summary>Texts of answers that the rules about answers tell apart.</summary>
    public IEnumerable<string> Answers
    {
        get
        {
            var rules = _agent.Policy.Rules.Where(static rule => rule.Action == PolicyAction.Answer)
                .Select(static rule => rule.Input).ToList();
            var schema = new SchemaShapes(_answer);
            var search = new InputSearch("answer", "nothing here holds for it", schema, schema.Test([schema.Whole]), rules, [], _cancel);
            _gaps.AddRange(search.Gaps);
            return search.Found.Select(static input => ((Json.String)input["text"]!).Value);
        }
    }

    /// <summary>The conditions that can speak of a tool's input.</summary>
    public static List<Condition> Concerning(Tool tool, Agent agent, Seq<TrajectoryLaw> laws) =>
        [.. Together(tool, agent, laws).SelectMany(static conditions => conditions).Distinct()];

    // Those of each rule and of each pattern of a law.
    private static IEnumerable<Seq<Condition>> Together(Tool tool, Agent agent, Seq<TrajectoryLaw> laws) =>
        agent.Policy.Rules.Where(rule => rule.Action == PolicyAction.Tool && Fits(rule.Tool, rule.SideEffect, tool))
            .Select(static rule => rule.Input)
            .Concat(laws.SelectMany(static law => law.Demand.Patterns)
                .Where(pattern => Fits(pattern.Tool, pattern.SideEffect, tool)).Select(static pattern => pattern.Input))
            .Where(static conditions => conditions.Count > 0);

    /// <summary>How these conditions turn out for an input.</summary>
    public static string Outcome(Json.Object input, IEnumerable<Condition> conditions) =>
        string.Concat(conditions.Select(condition => condition.Holds(input) switch { true => '+', false => '-', null => '?' }));

    /// <summary>Inputs for a tool: those that are known, and one for each other outcome that was found.</summary>
    public IReadOnlyList<Json.Object> Of(Tool tool)
    {
        bool Fits(Json.Object input) => _schemas.Fault(new CallTool(tool.Name, input)) is null;
        var known = _given.Where(call => call.Name == tool.Name).Select(static call => call.Input).Where(Fits).ToList();
        // The input of a disabled tool is not checked.
        var schema = new SchemaShapes(tool.Enabled ? tool.InputSchema : null);
        var search = new InputSearch($"input of {tool.Name}", Advice, schema, Fits, [.. Together(tool, _agent, _laws)], known, _cancel);
        var conditions = Concerning(tool, _agent, _laws);
        // Each an object of its own, so that a call can be told by the input that it carries.
        var all = (_agent.Policy.Code is null ? OneOfEach(known, conditions) : known).Concat(OneOfEach(search.Found, conditions)).Distinct()
            .Select(static input => new Json.Object(input.Fields)).ToList();
        if (all.Count == 0)
        {
            _gaps.Add($"no input was found that fits the schema of {tool.Name}, so no call of it was tried; {Advice}");
            return all;
        }
        _gaps.AddRange(search.Gaps);
        if (_agent.Policy.Code is { } code)
            _gaps.Add($"what '{code.Name}', which is policy written as code, makes of other inputs of {tool.Name}");
        return all;
    }

    private static bool Fits(string? name, SideEffect? effect, Tool tool) =>
        (name is null || Glob.Matches(name, tool.Name)) && (effect is null || effect == tool.Ref.SideEffect);

    private static IEnumerable<Json.Object> OneOfEach(IEnumerable<Json.Object> inputs, List<Condition> conditions)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return inputs.Where(input => seen.Add(Outcome(input, conditions)));
    }
}
