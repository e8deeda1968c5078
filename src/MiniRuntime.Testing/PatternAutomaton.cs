namespace MiniRuntime.Testing;

/// <summary>
/// A pattern as a machine that reads a text letter by letter and knows at each place whether what it has read matches. Its states are
/// made as they are reached.
/// </summary>
internal sealed class PatternAutomaton
{
    private const int MaxPlaces = 20_000;

    // Where a set is given, a letter of it leads to Next; where not, both are free.
    private readonly List<(CharSet? Set, int Next, int Other)> _places = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<(int[] Places, bool Accepts, int[] Steps)> _states = [];
    private char[] _letters = [];

    private PatternAutomaton() => _places.Add((null, -1, -1));

    /// <summary>The sets of characters that it tells apart.</summary>
    public IEnumerable<CharSet> Sets => _places.Select(static place => place.Set).OfType<CharSet>().Distinct();

    /// <summary>The machine for a pattern; null where it would be too large.</summary>
    public static PatternAutomaton? Of(PatternNode pattern)
    {
        var machine = new PatternAutomaton();
        var start = machine.Add(pattern, 0);
        if (start < 0) return null;
        machine._places.Add((null, start, -1));
        return machine;
    }

    /// <summary>Begins, with the letters that stand for all.</summary>
    /// <returns>The state in which nothing is read.</returns>
    public int Start(char[] letters, SearchWork work)
    {
        _letters = letters;
        _states.Clear();
        _numbers.Clear();
        return Number([_places.Count - 1], work);
    }

    /// <summary>Whether what was read matches.</summary>
    public bool Accepts(int state) => _states[state].Accepts;

    /// <summary>Whether nothing that follows can make it match.</summary>
    public bool IsDead(int state) => _states[state].Places.Length == 0;

    /// <summary>The state after one letter more.</summary>
    public int Step(int state, int letter, SearchWork work)
    {
        var (places, _, steps) = _states[state];
        if (steps[letter] >= 0) return steps[letter];
        work.Spend(places.Length);
        return steps[letter] = Number(
            places.Where(place => _places[place].Set is { } set && set.Has(_letters[letter])).Select(place => _places[place].Next), work);
    }

    // The state of all that can be reached freely from these places. Only places that read, and the last one, tell states apart.
    private int Number(IEnumerable<int> places, SearchWork work)
    {
        var (seen, open) = (new HashSet<int>(), new Stack<int>(places));
        while (open.TryPop(out var place))
        {
            if (!seen.Add(place)) continue;
            var (set, next, other) = _places[place];
            if (set is not null) continue;
            if (next >= 0) open.Push(next);
            if (other >= 0) open.Push(other);
        }
        work.Spend(seen.Count);
        int[] kept = [.. seen.Where(place => place == 0 || _places[place].Set is not null).Order()];
        var key = string.Join(',', kept);
        if (_numbers.TryGetValue(key, out var number)) return number;
        var steps = new int[_letters.Length];
        Array.Fill(steps, -1);
        _states.Add((kept, kept is [0, ..], steps));
        return _numbers[key] = _states.Count - 1;
    }

    // The place where the node begins if what follows it begins at next; -1 where it is too much.
    private int Add(PatternNode node, int next)
    {
        switch (node)
        {
            case var _ when next < 0 || _places.Count > MaxPlaces:
                return -1;
            case PatternNode.One one:
                return Place(one.Set, next, -1);
            case PatternNode.Row row:
                for (var i = row.Nodes.Count - 1; i >= 0; i--) next = Add(row.Nodes[i], next);
                return next;
            case PatternNode.Either either:
                var starts = either.Nodes.Select(form => Add(form, next)).ToList();
                // A place that leads nowhere where there is no form at all.
                return starts.Contains(-1) ? -1
                    : starts.Count == 0 ? Place(null, -1, -1)
                    : starts.Aggregate((all, start) => Place(null, start, all));
            case PatternNode.Repeat repeat:
                return Repeated(repeat, next);
            default:
                return next;
        }
    }

    private int Repeated(PatternNode.Repeat repeat, int next)
    {
        var at = next;
        if (repeat.Most is { } most)
        {
            for (var i = repeat.Least; i < most && at >= 0; i++)
                at = Add(repeat.Node, at) is >= 0 and var once ? Place(null, once, next) : -1;
        }
        else
        {
            var loop = at = Place(null, -1, next);
            var start = Add(repeat.Node, loop);
            if (start < 0) return -1;
            _places[loop] = (null, start, next);
        }
        for (var i = 0; i < repeat.Least && at >= 0; i++) at = Add(repeat.Node, at);
        return at;
    }

    private int Place(CharSet? set, int next, int other)
    {
        _places.Add((set, next, other));
        return _places.Count - 1;
    }
}
