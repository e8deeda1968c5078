using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// All ways in which the conditions on one field can turn out together, and values that bring them about. Values that the conditions or the
/// schema name are looked at one by one; the line of numbers is cut at the numbers that are named, and texts are told apart by how the
/// patterns turn out. So a way for which there is no value here, and which is not said to be possible, is impossible.
/// </summary>
internal sealed class FieldOutcomes
{
    private const int MaxValues = 12;

    // With more patterns of which nothing is known, their combinations are not listed.
    private const int MaxPatterns = 10;

    private readonly List<FieldOutcome> _all = [];
    private readonly SchemaShapes _schema;
    private readonly IReadOnlyList<Seq<Json>> _sets;
    private readonly IReadOnlyList<SchemaShape> _open;
    private readonly Func<Json, bool> _fits;
    private readonly HashSet<Json> _named;
    private readonly int? _missingAfter;
    private readonly CancellationToken _cancel;

    /// <summary>The outcomes for one field.</summary>
    /// <param name="path">Where the field is.</param>
    /// <param name="conditions">All conditions on it.</param>
    /// <param name="schema">What the input's schema says.</param>
    /// <param name="given">What the field held in calls that are known.</param>
    /// <param name="cancel">Ends the search.</param>
    public FieldOutcomes(FieldPath path, IReadOnlyList<Condition> conditions, SchemaShapes schema, IEnumerable<Json> given,
        CancellationToken cancel)
    {
        (Path, Conditions, _schema, _cancel) = (path, conditions, schema, cancel);
        (_sets, _missingAfter) = schema.At(path);
        _fits = schema.Test(_sets);
        var shapes = _sets.SelectMany(schema.Of).ToList();
        _open = [.. shapes.Where(static shape => shape.Listed is null)];
        var constants = conditions.SelectMany(static condition => condition.In?.Append(condition.Equal!) ?? [condition.Equal!])
            .Where(static value => value is not null).ToList();
        var bounds = conditions.SelectMany(static condition => new[] { condition.Greater, condition.Less }).OfType<decimal>()
            .Select(static number => (Json)number).ToList();
        Json[] named = [.. bounds, .. constants, .. shapes.SelectMany(static shape => shape.Listed ?? [])];
        Json[] simple = [true, false, Json.None];
        _named = [.. named, .. simple];

        // Deeper than any value is, there is nothing.
        if (Turned(true) is null) _open = [];
        foreach (var value in named.Distinct().Where(_fits)) Only(value);
        foreach (var value in given.Concat(shapes.SelectMany(static shape => shape.Shown))) Offer(value);
        // Where forms overlap, and only one of them may hold, what fits changes at their ends.
        Json[] ends = [.. shapes.SelectMany(static shape => new[] { shape.Low?.At, shape.High?.At }).OfType<decimal>()
            .Select(static end => (Json)end)];
        foreach (var end in ends.Where(_fits)) Only(end);
        Numbers([.. bounds.Concat(constants).Concat(ends).OfType<Json.Number>().Select(static number => number.Value).Distinct()
            .Order()]);
        Texts();
        Containers();
        foreach (var value in simple.Where(_fits)) Only(value);
        if (_missingAfter is not null) Only(null);
    }

    /// <summary>Where the field is.</summary>
    public FieldPath Path { get; }

    /// <summary>The conditions on it.</summary>
    public IReadOnlyList<Condition> Conditions { get; }

    /// <summary>What may turn out.</summary>
    public IReadOnlyList<FieldOutcome> All => _all;

    /// <summary>Whether there are more patterns than can be told apart one by one.</summary>
    public bool IsTooMuch { get; private set; }

    /// <summary>How the conditions turn out for an input: <c>+</c>, <c>-</c> or <c>?</c> for each.</summary>
    public string Turned(Json.Object input) => InputSamples.Outcome(input, Conditions);

    /// <summary>And for an input that has only this value there; null where there can be no such input.</summary>
    public string? Turned(Json? value) => Path.Set(Json.Object.Empty, value) is { } input ? Turned(input) : null;

    /// <summary>
    /// Whether no input can have these two outcomes of this field and of one within it: where there is nothing that could hold the
    /// other, or where what holds it is known.
    /// </summary>
    public bool Excludes(FieldOutcome own, FieldOutcomes inner, FieldOutcome other)
    {
        if (!Path.IsAround(inner.Path)) return false;
        // What holds it always holds it.
        if (!own.Only.Contains(null) && other.IsMissing && !(inner._missingAfter >= Path.Parts.Count)) return true;
        if (own.IsObject) return false;
        var isInArray = FieldPath.Index(inner.Path.Parts[Path.Parts.Count]) is not null;
        if (own.IsArray && isInArray) return false;
        var isMissing = other.Turned == inner.Turned((Json?)null);
        if ((own.IsElse || own.IsArray) && isMissing) return false;
        return own.Only.All(value => inner.Turned(Path.Set(Json.Object.Empty, value)!) != other.Turned);
    }

    // One value, and no other that is like it.
    private void Only(Json? value)
    {
        if (Turned(value) is not { } turned) return;
        var outcome = At(turned);
        outcome.MayBe = true;
        outcome.Only.Add(value);
        Offer(value, outcome);
    }

    private void Offer(Json value)
    {
        if (_fits(value) && Turned(value) is { } turned) Offer(value, At(turned));
    }

    private static void Offer(Json? value, FieldOutcome outcome)
    {
        if (outcome.Values.Count < MaxValues && !outcome.Values.Contains(value)) outcome.Values.Add(value);
    }

    private FieldOutcome At(string turned)
    {
        var outcome = _all.Find(outcome => outcome.Turned == turned);
        if (outcome is null) _all.Add(outcome = new FieldOutcome(turned));
        return outcome;
    }

    // Between each two numbers that are named, and beyond both ends, nothing is told apart.
    private void Numbers(IReadOnlyList<decimal> cuts)
    {
        for (var i = 0; i <= cuts.Count; i++)
        {
            var low = i > 0 ? new Bound(cuts[i - 1], IsIn: false) : null;
            var high = i < cuts.Count ? new Bound(cuts[i], IsIn: false) : null;
            if (NumberLine.Within(low, high, null, out _) is not [var any, ..] || Turned(any) is not { } turned) continue;
            foreach (var shape in _open.Where(static shape => shape.Kinds.Contains("number")))
            {
                var some = NumberLine.Within(low, high, shape, out var mayBe);
                foreach (var number in some) Offer(number);
                if (!mayBe) continue;
                At(turned).MayBe = At(turned).IsElse = true;
            }
        }
    }

    private void Texts()
    {
        string[] named = [.. _named.OfType<Json.String>().Select(static text => text.Value)];
        string[] patterns = [.. Conditions.Select(static condition => condition.Matches).OfType<string>().Distinct()];
        PatternSyntax?[] read = [.. patterns.Select(PatternSyntax.Read)];
        foreach (var shape in _open.Where(static shape => shape.Kinds.Contains("string")).Select(static shape => shape.Text).Distinct())
        {
            foreach (var text in named.Take(MaxValues).Select(static text => text + "_other").Append("something else")) Offer(text);
            var search = TextSearch.Of(read, named, shape, _cancel);
            foreach (var text in search.Texts) Offer(text);
            foreach (var turned in search.Outcomes.SelectMany(Each)) At(turned).MayBe = At(turned).IsElse = true;
        }

        // How the conditions turn out for a text that nobody named, for each way in which patterns of which nothing is known may turn out.
        IEnumerable<string> Each(string outcome)
        {
            var unknown = Enumerable.Range(0, outcome.Length).Where(i => outcome[i] == '.').ToList();
            IsTooMuch |= unknown.Count > MaxPatterns;
            for (var set = 0; set < 1 << Math.Min(unknown.Count, MaxPatterns); set++)
            {
                var holding = patterns
                    .Where((_, i) => outcome[i] == '+' || (unknown.IndexOf(i) is >= 0 and var at && (set >> at & 1) == 1))
                    .ToHashSet(StringComparer.Ordinal);
                yield return Turned(named, holding);
            }
        }
    }

    private string Turned(string[] named, HashSet<string> holding)
    {
        var other = named.Append("").MaxBy(static text => text.Length) + "_";
        var input = Path.Set(Json.Object.Empty, other)!;
        return string.Concat(Conditions.Select(condition =>
        {
            var isOnlyPattern = condition is { Equal: null, In: null, Greater: null, Less: null };
            var rest = isOnlyPattern ? true
                : new Condition(condition.Field, condition.Equal, condition.In, condition.Greater, condition.Less).Holds(input);
            return rest == false || (condition.Matches is { } pattern && !holding.Contains(pattern)) ? '-' : rest is null ? '?' : '+';
        }));
    }

    // Those that are named were looked at; all others are alike, as far as this field goes.
    private void Containers()
    {
        var draw = new SchemaSample(_schema, _cancel);
        foreach (var value in _sets.SelectMany(set => draw.Draw(set, full: false).Concat(draw.Draw(set, full: true))).Take(100))
            Offer(value);
        foreach (var kind in new[] { "array", "object" })
        {
            if (!_open.Any(shape => shape.Kinds.Contains(kind))) continue;
            var like = _named.Where(value => value.Kind == kind).SelectMany(Like).ToList();
            foreach (var value in like.Append(kind == "array" ? new Json.Array([]) : Json.Object.Empty)) Offer(value);
            var other = Enumerable.Range(0, _named.Count + 1).Select(i => Another(kind, $"other{i}"))
                .First(value => !_named.Contains(value));
            Offer(other);
            if (Turned(other) is not { } turned) continue;
            var outcome = At(turned);
            outcome.MayBe = true;
            if (kind == "array") outcome.IsArray = true;
            else outcome.IsObject = true;
        }
    }

    private static Json Another(string kind, string name) =>
        kind == "array" ? new Json.Array([name]) : new Json.Object([new Json.Field(name, true)]);

    private static IEnumerable<Json> Like(Json value) => value switch
    {
        Json.Array { Items: var items } => [new Json.Array([.. items, .. items.Take(1)]), new Json.Array([.. items.Skip(1)]),
            new Json.Array([.. items.Reverse()])],
        Json.Object { Fields: var fields } => [new Json.Object(fields.Skip(1)), new Json.Object(fields.Take(fields.Count - 1))],
        _ => [],
    };
}
