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
            var conditions = _agent.Policy.Rules.Where(static rule => rule.Action == PolicyAction.Answer)
                .SelectMany(static rule => rule.Input).Where(static condition => condition.Field is "text" or "/text").Distinct().ToList();
            var texts = FieldValues.Of(conditions, null).OfType<Json.String>().Prepend(new Json.String("done"));
            return OneOfEach(texts.Select(static text => Json.Object.Of(("text", text))), conditions)
                .Select(static input => ((Json.String)input["text"]!).Value);
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
    public static string Outcome(Json.Object input, List<Condition> conditions) =>
        string.Concat(conditions.Select(condition => condition.Holds(input) switch { true => '+', false => '-', null => '?' }));

    /// <summary>Inputs for a tool: those that are known, and one for each other outcome that was found.</summary>
    public IReadOnlyList<Json.Object> Of(Tool tool)
    {
        var conditions = Concerning(tool, _agent, _laws);
        var known = _given.Where(call => call.Name == tool.Name && _schemas.Fault(call) is null).Select(static call => call.Input).ToList();
        // What must be there, and all that may be: some schemas ask for a field only beside another one.
        Json.Object[] starts = [.. known.Take(1), SchemaSample.Of(tool.InputSchema), SchemaSample.Of(tool.InputSchema, full: true)];
        var tried = starts.SelectMany(start => Variants(tool, start, conditions).Append(start)).Select(Counted)
            .Where(input => _schemas.Fault(new CallTool(tool.Name, input)) is null);
        var found = OneOfEach(tried, conditions).ToList();
        // Each an object of its own, so that a call can be told by the input that it carries.
        var all = (_agent.Policy.Code is null ? OneOfEach(known, conditions).Concat(found) : known.Concat(found)).Distinct()
            .Select(static input => new Json.Object(input.Fields)).ToList();
        Note(tool, conditions, all);
        return all;
    }

    // What was looked for and not found: with it, a run might do what no run here does.
    private void Note(Tool tool, List<Condition> conditions, List<Json.Object> found)
    {
        const string Advice = "propose one in 'decisions'";
        if (found.Count == 0)
        {
            _gaps.Add($"no input was found that fits the schema of {tool.Name}, so no call of it was tried; {Advice}");
            return;
        }
        foreach (var condition in conditions)
        {
            if (found.All(input => condition.Holds(input) != true))
                _gaps.Add($"no input of {tool.Name} was found for which {condition} holds; {Advice}");
            if (found.All(input => condition.Holds(input) != false))
                _gaps.Add($"no input of {tool.Name} was found for which {condition} does not hold; {Advice}");
        }
        var patterns = conditions.Where(static condition => condition.Matches is not null).ToList();
        foreach (var (one, other) in patterns.SelectMany((one, i) => patterns.Skip(i + 1).Select(other => (one, other))))
            if (Path(one.Field).SequenceEqual(Path(other.Field))
                && found.All(input => one.Holds(input) != true || other.Holds(input) != true))
                _gaps.Add($"no input of {tool.Name} was found for which {one} and {other} both hold; if there is one, {Advice}");
        if (_agent.Policy.Code is { } code)
            _gaps.Add($"what '{code.Name}', which is policy written as code, makes of other inputs of {tool.Name}");
    }

    private Json.Object Counted(Json.Object input)
    {
        _cancel.ThrowIfCancellationRequested();
        return input;
    }

    private static bool Fits(string? name, SideEffect? effect, Tool tool) =>
        (name is null || Glob.Matches(name, tool.Name)) && (effect is null || effect == tool.Ref.SideEffect);

    private static IEnumerable<Json.Object> OneOfEach(IEnumerable<Json.Object> inputs, List<Condition> conditions)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return inputs.Where(input => seen.Add(Outcome(input, conditions)));
    }

    // Every combination of what the fields with conditions can hold, the first field changing fastest. A field around another one is set
    // before it.
    private IEnumerable<Json.Object> Variants(Tool tool, Json.Object start, List<Condition> conditions)
    {
        var fields = conditions.GroupBy(static condition => string.Join('/', Path(condition.Field)), StringComparer.Ordinal)
            .Select(group => (Path: Path(group.First().Field), Values: (List<Json?>)
                [.. FieldValues.Of([.. group], SchemaSample.At(tool.InputSchema, Path(group.First().Field)))
                    .Concat(Given(tool, group.First().Field)).Distinct(), null]))
            .OrderBy(static field => field.Path.Length).ToList();
        var combinations = fields.Aggregate(1L, static (product, field) => Math.Min(product * field.Values.Count, int.MaxValue));
        if (combinations > MaxTried)
        {
            var gap = $"some combinations of values of {tool.Name}: {MaxTried} of {combinations} were tried";
            if (!_gaps.Contains(gap)) _gaps.Add(gap);
        }
        // What makes all conditions of one rule or law hold comes first: among very many combinations it might not be met.
        foreach (var together in Together(tool, _agent, _laws))
        {
            var input = (Json)start;
            foreach (var (path, values) in fields)
            {
                var about = together.Where(condition => Path(condition.Field).SequenceEqual(path)).ToList();
                if (about.Count == 0) continue;
                var fitting = values.Select(value => With(input, path, value) as Json.Object)
                    .FirstOrDefault(tried => tried is not null && about.All(condition => condition.Holds(tried) == true));
                input = fitting ?? input;
            }
            yield return (Json.Object)input;
        }
        for (var n = 0; n < Math.Min(combinations, MaxTried); n++)
        {
            var (input, rest) = ((Json)start, n);
            foreach (var (path, values) in fields)
            {
                input = With(input, path, values[rest % values.Count]) ?? input;
                rest /= values.Count;
            }
            yield return (Json.Object)input;
        }
    }

    // What a field held in the calls that are known: for a pattern the best sample there is.
    private IEnumerable<Json> Given(Tool tool, string field) => _given.Where(call => call.Name == tool.Name)
        .Select(call => Path(field) is [var name] ? call.Input[name] : null).OfType<Json>();

    private static string[] Path(string field) => !field.StartsWith('/') ? [field]
        : [.. field[1..].Split('/').Select(static part =>
            part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    // With the value at the path, or without it where the value is null; then nothing is made on the way that is not there.
    private static Json? With(Json? at, ReadOnlySpan<string> path, Json? value)
    {
        if (path.Length == 0) return value;
        var name = path[0];
        var rest = path[1..];
        if (at is Json.Array array || (at is null && value is not null && name == "0"))
        {
            var items = (at as Json.Array)?.Items ?? [];
            if (!int.TryParse(name, out var i) || i < 0 || i > items.Count || (i == items.Count && value is null)) return at;
            var item = With(i < items.Count ? items[i] : null, rest, value);
            return new Json.Array([.. items.Take(i), .. item is null ? Array.Empty<Json>() : [item], .. items.Skip(i + 1)]);
        }
        if (at is not Json.Object && value is null) return at;
        var o = at as Json.Object ?? Json.Object.Empty;
        var inner = With(o[name], rest, value);
        var others = o.Fields.Where(field => field.Name != name);
        return new Json.Object(inner is null ? others : others.Append(new Json.Field(name, inner)));
    }
}
