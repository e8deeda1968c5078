using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// The search for inputs: for each field with conditions the outcomes that there can be, then every combination of them. What may be
/// possible and was not found is told.
/// </summary>
internal sealed class InputSearch
{
    // How many combinations are looked at, and how many inputs are tried for them.
    private const int MaxCombinations = 20_000;
    private const int MaxTried = 100_000;
    private const int MaxStarts = 12;
    private const int MaxValues = 3;
    private const int MaxNamed = 3;

    private readonly string _what;
    private readonly string _advice;
    private readonly Func<Json.Object, bool> _fits;
    private readonly List<FieldOutcomes> _fields;
    private readonly List<Json.Object> _starts;
    private readonly Dictionary<string, Json.Object> _found = new(StringComparer.Ordinal);
    private readonly List<HashSet<string>> _seen;
    private readonly CancellationToken _cancel;
    private int _tried;

    /// <summary>Searches.</summary>
    /// <param name="what">What is searched for, for the gaps.</param>
    /// <param name="advice">What to do about a gap.</param>
    /// <param name="schema">What its schema says.</param>
    /// <param name="fits">Whether an input really fits the schema.</param>
    /// <param name="together">The conditions of each rule and each pattern of a law.</param>
    /// <param name="known">Inputs that are known, and fit.</param>
    /// <param name="cancel">Ends the search.</param>
    public InputSearch(string what, string advice, SchemaShapes schema, Func<Json.Object, bool> fits,
        IReadOnlyList<Seq<Condition>> together, IReadOnlyList<Json.Object> known, CancellationToken cancel)
    {
        (_what, _advice, _fits, _cancel) = (what, advice, fits, cancel);
        _starts = [.. known.Take(MaxStarts / 2), .. new SchemaSample(schema, cancel).Inputs().Distinct().Take(MaxStarts)];
        // A field around another one is set before it.
        _fields = [.. together.SelectMany(static conditions => conditions).Distinct()
            .GroupBy(static condition => FieldPath.Of(condition.Field))
            .Select(group => new FieldOutcomes(group.Key, [.. group], schema, known.Select(group.Key.In).OfType<Json>(), cancel))
            .OrderBy(static field => field.Path.Parts.Count)];
        _seen = [.. _fields.Select(static _ => new HashSet<string>(StringComparer.Ordinal))];
        foreach (var conditions in together) Meet(conditions);
        for (var i = 0; i < _fields.Count; i++) Alone(i);
        Combine();
        foreach (var input in _starts) Try(input);
        foreach (var input in known) Note(input);
    }

    /// <summary>An input for each combination of outcomes that was found.</summary>
    public IEnumerable<Json.Object> Found => _found.Values;

    /// <summary>What was not found and may be possible, a sentence each.</summary>
    public IEnumerable<string> Gaps => [.. _fields.SelectMany(OfField), .. OfSeveral()];

    // What makes all conditions of one rule or law hold comes first: among very many combinations it might not be met.
    private void Meet(Seq<Condition> together)
    {
        foreach (var start in _starts)
        {
            Json.Object? input = start;
            foreach (var field in _fields)
            {
                var about = together.Where(condition => FieldPath.Of(condition.Field) == field.Path).ToList();
                if (about.Count == 0) continue;
                input = field.All.SelectMany(static outcome => outcome.Values).Select(value => field.Path.Set(input, value))
                    .FirstOrDefault(tried => tried is not null && about.All(condition => condition.Holds(tried) == true)) ?? input;
            }
            if (Try(input)) return;
        }
    }

    // Each outcome of a field by itself: of many fields the combinations do not get to all of them.
    private void Alone(int field)
    {
        foreach (var outcome in _fields[field].All)
            foreach (var start in _starts)
                foreach (var value in outcome.Values.Take(MaxValues))
                    if (!_seen[field].Contains(outcome.Turned)) Try(_fields[field].Path.Set(start, value));
    }

    private void Combine()
    {
        foreach (var wanted in Combinations(static (_, outcome) => outcome.Values.Count > 0, out _).Take(MaxCombinations))
        {
            if (_tried >= MaxTried) return;
            if (!IsExcluded(wanted)) Look(wanted);
        }
    }

    // One value after the other, in one start after the other; and what is within another field also as it is there.
    private void Look(FieldOutcome[] wanted)
    {
        var key = Key(wanted.Select(static outcome => outcome.Turned));
        var nested = _fields.Where(field => _fields.Any(outer => outer.Path.IsAround(field.Path))).ToHashSet();
        for (var value = 0; value < MaxValues && wanted.Any(outcome => value < outcome.Values.Count); value++)
        {
            foreach (var start in _starts)
            {
                if (_found.ContainsKey(key)) return;
                Try(With(_ => true));
                if (nested.Count > 0) Try(With(field => !nested.Contains(field)));

                Json.Object? With(Func<FieldOutcomes, bool> set)
                {
                    Json.Object? input = start;
                    for (var i = 0; i < wanted.Length && input is not null; i++)
                    {
                        var values = wanted[i].Values;
                        if (set(_fields[i])) input = _fields[i].Path.Set(input, values[Math.Min(value, values.Count - 1)]);
                    }
                    return input;
                }
            }
        }
    }

    private bool Try(Json.Object? input)
    {
        _cancel.ThrowIfCancellationRequested();
        _tried++;
        if (input is null || !_fits(input)) return false;
        Note(input);
        return true;
    }

    private void Note(Json.Object input)
    {
        string[] turned = [.. _fields.Select(field => field.Turned(input))];
        for (var i = 0; i < turned.Length; i++) _seen[i].Add(turned[i]);
        _found.TryAdd(Key(turned), input);
    }

    private bool IsExcluded(IReadOnlyList<FieldOutcome> outcomes)
    {
        for (var i = 0; i < outcomes.Count; i++)
            for (var j = i + 1; j < outcomes.Count; j++)
                if (_fields[i].Excludes(outcomes[i], _fields[j], outcomes[j])) return true;
        return false;
    }

    private IEnumerable<string> OfField(FieldOutcomes field)
    {
        var seen = _seen[_fields.IndexOf(field)];
        var missing = field.All.Where(outcome => outcome.MayBe && !seen.Contains(outcome.Turned)).ToList();
        foreach (var outcome in missing.Take(MaxNamed))
            yield return $"no {_what} was found for which {Words(field, outcome.Turned)}; if there is one, {_advice}";
        var name = field.Conditions[0].Field;
        if (missing.Count > MaxNamed)
            yield return $"no {_what} was found for {missing.Count - MaxNamed} more outcomes of the conditions on {name};"
                + $" if there are any, {_advice}";
        if (field.IsTooMuch)
            yield return $"some outcomes of the patterns for {name}: they are too many to look for an {_what} for each";
    }

    // Of the outcomes that each field was seen to have, those that were not seen together.
    private IEnumerable<string> OfSeveral()
    {
        if (_fields.Count < 2) yield break;
        var combinations = Combinations((i, outcome) => _seen[i].Contains(outcome.Turned), out var all);
        if (all > MaxCombinations)
        {
            yield return $"some combinations of values for {_what}: {MaxCombinations} of {all} were tried";
            yield break;
        }
        var (missing, example) = (0, "");
        foreach (var turned in combinations)
        {
            _cancel.ThrowIfCancellationRequested();
            if (_found.ContainsKey(Key(turned.Select(static outcome => outcome.Turned))) || IsExcluded(turned)) continue;
            if (++missing == 1) example = string.Join(", ", _fields.Select((field, i) => Words(field, turned[i].Turned)));
        }
        if (missing > 0)
            yield return $"no {_what} was found for {missing} of {all} combinations of outcomes of several fields, such as: {example};"
                + $" if there is one, {_advice}";
    }

    // An outcome of each field, the first field changing fastest; and how many such combinations there are.
    private IEnumerable<FieldOutcome[]> Combinations(Func<int, FieldOutcome, bool> takes, out long all)
    {
        var outcomes = _fields.Select((field, i) => field.All.Where(outcome => takes(i, outcome)).ToList()).ToList();
        all = outcomes.Aggregate(1L, static (product, some) => Math.Min(product * some.Count, int.MaxValue));
        return Each((int)all);

        IEnumerable<FieldOutcome[]> Each(int count)
        {
            for (var n = 0; n < count; n++)
            {
                var rest = n;
                yield return [.. outcomes.Select(some =>
                {
                    var outcome = some[rest % some.Count];
                    rest /= some.Count;
                    return outcome;
                })];
            }
        }
    }

    private static string Key(IEnumerable<string> turned) => string.Join('|', turned);

    private static string Words(FieldOutcomes field, string turned)
    {
        const int Most = 6;
        var words = field.Conditions.Zip(turned).OrderBy(static pair => "+-?".IndexOf(pair.Second, StringComparison.Ordinal))
            .Select(static pair => $"{pair.First} {(pair.Second switch { '+' => "holds", '-' => "does not hold", _ => "cannot say" })}")
            .ToList();
        return string.Join(" and ", words.Take(Most)) + (words.Count > Most ? $" and {words.Count - Most} more turn out some way" : "");
    }
}
