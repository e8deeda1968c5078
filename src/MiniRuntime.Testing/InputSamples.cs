using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// Inputs that stand for all others: what policy and laws see of an input is how their conditions turn out, so one input for each
/// combination of outcomes is enough. With policy written as code nobody knows what it sees; then every sample stands for itself.
/// </summary>
internal sealed class InputSamples
{
    // How many combinations of values are tried for one tool.
    private const int MaxTried = 20_000;

    private readonly Agent _agent;
    private readonly Seq<TrajectoryLaw> _laws;
    private readonly InputSchemas _schemas;
    private readonly List<CallTool> _given;
    private readonly List<string> _notCovered = [];

    public InputSamples(Agent agent, Seq<TrajectoryLaw> laws, IEnumerable<CallTool> given) =>
        (_agent, _laws, _schemas, _given) = (agent, laws, new InputSchemas(agent.Tools), given.Distinct().ToList());

    /// <summary>What no sample was found for.</summary>
    public IEnumerable<string> NotCovered => _notCovered;

    /// <summary>Texts of answers that the rules about answers tell apart.</summary>
    public IEnumerable<string> Answers
    {
        get
        {
            var conditions = _agent.Policy.Rules.Where(static rule => rule.Action == PolicyAction.Answer)
                .SelectMany(static rule => rule.Input).Where(static condition => condition.Field is "text" or "/text").Distinct().ToList();
            var texts = conditions.SelectMany(static condition => Values(condition)).OfType<Json.String>().Prepend(new Json.String("done"));
            return OneOfEach(texts.Select(static text => Json.Object.Of(("text", text))), conditions)
                .Select(static input => ((Json.String)input["text"]!).Value);
        }
    }

    /// <summary>The conditions that can speak of a tool's input.</summary>
    public static List<Condition> Concerning(Tool tool, Agent agent, Seq<TrajectoryLaw> laws) =>
    [
        .. agent.Policy.Rules.Where(rule => rule.Action == PolicyAction.Tool && Fits(rule.Tool, rule.SideEffect, tool))
            .SelectMany(static rule => rule.Input)
            .Concat(laws.SelectMany(static law => law.Demand.Patterns)
                .Where(pattern => Fits(pattern.Tool, pattern.SideEffect, tool)).SelectMany(static pattern => pattern.Input))
            .Distinct(),
    ];

    /// <summary>How these conditions turn out for an input.</summary>
    public static string Outcome(Json.Object input, List<Condition> conditions) =>
        string.Concat(conditions.Select(condition => condition.Holds(input) switch { true => '+', false => '-', null => '?' }));

    /// <summary>Inputs for a tool: those that are known, and one for each other outcome that was found.</summary>
    public IReadOnlyList<Json.Object> Of(Tool tool)
    {
        var conditions = Concerning(tool, _agent, _laws);
        var known = _given.Where(call => call.Name == tool.Name && _schemas.Fault(call) is null).Select(static call => call.Input).ToList();
        var start = known.FirstOrDefault() ?? SchemaSample.Of(tool.InputSchema);
        if (known.Count == 0 && _schemas.Fault(new CallTool(tool.Name, start)) is { } fault && conditions.Count == 0)
            _notCovered.Add($"calls of {tool.Name} with an input that fits its schema, since none was found; propose one in 'decisions' ({fault})");
        var tried = Variants(tool, start, conditions).Append(start)
            .Where(input => _schemas.Fault(new CallTool(tool.Name, input)) is null);
        var found = OneOfEach(tried, conditions).ToList();
        foreach (var condition in conditions.Where(static condition => condition.Matches is not null))
            if (!found.Concat(known).Any(input => condition.Holds(input) == true))
                _notCovered.Add($"inputs of {tool.Name} whose {condition.Field} matches {condition.Matches}, since none was found; "
                    + "propose one in 'decisions'");
        // Each an object of its own, so that a call can be told by the input that it carries.
        var all = (_agent.Policy.Code is null ? OneOfEach(known, conditions).Concat(found) : known.Concat(found)).Distinct();
        return [.. all.Select(static input => new Json.Object(input.Fields))];
    }

    private static bool Fits(string? name, SideEffect? effect, Tool tool) =>
        (name is null || Glob.Matches(name, tool.Name)) && (effect is null || effect == tool.Ref.SideEffect);

    private static IEnumerable<Json.Object> OneOfEach(IEnumerable<Json.Object> inputs, List<Condition> conditions)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return inputs.Where(input => seen.Add(Outcome(input, conditions)));
    }

    // Every combination of what the fields with conditions can hold, the first field changing fastest.
    private IEnumerable<Json.Object> Variants(Tool tool, Json.Object start, List<Condition> conditions)
    {
        var fields = conditions.GroupBy(static condition => condition.Field)
            .Select(group => (group.Key, Values: group.SelectMany(Values).Concat(Given(tool, group.Key)).Distinct().Cast<Json?>()
                .Append(null).ToList()))
            .ToList();
        var combinations = fields.Aggregate(1L, static (product, field) => Math.Min(product * field.Values.Count, int.MaxValue));
        if (combinations > MaxTried)
            _notCovered.Add($"some combinations of values of {tool.Name}: {MaxTried} of {combinations} were tried");
        for (var n = 0; n < Math.Min(combinations, MaxTried); n++)
        {
            var (input, rest) = (start, n);
            foreach (var (field, values) in fields)
            {
                input = With(input, field, values[rest % values.Count]);
                rest /= values.Count;
            }
            yield return input;
        }
    }

    // What a field held in the calls that are known: for a pattern the best sample there is.
    private IEnumerable<Json> Given(Tool tool, string field) => _given.Where(call => call.Name == tool.Name)
        .Select(call => field.StartsWith('/') ? null : call.Input[field]).OfType<Json>();

    // The boundary first, then either side of it; then what is of another kind.
    private static IEnumerable<Json> Values(Condition condition)
    {
        foreach (var value in condition.In?.Prepend(condition.Equal!) ?? [condition.Equal!])
        {
            if (value is null) continue;
            yield return value;
            yield return Other(value);
        }
        foreach (var bound in new[] { condition.Greater, condition.Less }.OfType<decimal>())
        {
            yield return bound;
            if (bound < decimal.MaxValue) yield return bound + 1;
            if (bound > decimal.MinValue) yield return bound - 1;
        }
        if (condition.Matches is { } pattern)
        {
            if (PatternSample.Of(pattern) is { } text) yield return text;
            yield return "";
            yield return "something else";
        }
        yield return condition.Greater is null && condition.Less is null ? 0 : "text";
    }

    private static Json Other(Json value) => value switch
    {
        Json.String text => text.Value + "_other",
        Json.Number number => number.Value < decimal.MaxValue ? number.Value + 1 : 0m,
        Json.Bool truth => !truth.Value,
        Json.Array or Json.Object => value == Json.Object.Empty ? new Json.Object([new Json.Field("other", true)]) : Json.Object.Empty,
        _ => "other",
    };

    // With the field set, or taken out where the value is null. What lies in the way of a pointer is replaced by objects.
    private static Json.Object With(Json.Object input, string field, Json? value) => field.StartsWith('/')
        ? With(input, [.. field[1..].Split('/').Select(static part => part.Replace("~1", "/", StringComparison.Ordinal)
            .Replace("~0", "~", StringComparison.Ordinal))], value)
        : With(input, (ReadOnlySpan<string>)[field], value);

    private static Json.Object With(Json.Object input, ReadOnlySpan<string> path, Json? value)
    {
        var name = path[0];
        if (path.Length > 1) value = With(input[name] as Json.Object ?? Json.Object.Empty, path[1..], value);
        var others = input.Fields.Where(field => field.Name != name);
        return new Json.Object(value is null ? others : others.Append(new Json.Field(name, value)));
    }
}
