using System.Text;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// Short texts for every way in which patterns can turn out together: all of them read the same text at once, every letter that they tell
/// apart is tried, and what was reached once is not looked at again. Where that comes to an end, what was not found is no text at all.
/// </summary>
internal sealed class TextSearch
{
    private const long MaxWork = 8_000_000;
    private const int MaxStates = 50_000;
    private const int MaxTexts = 3;

    private static readonly PatternNode _wellFormed = new PatternNode.Repeat(new PatternNode.Either([new PatternNode.One(CharSet.Ordinary),
        new PatternNode.Row([new PatternNode.One(CharSet.High), new PatternNode.One(CharSet.Low)])]), 0, null);

    private readonly List<PatternAutomaton> _machines = [];
    private readonly bool[] _isExact;
    private readonly int _needed;
    private readonly SearchWork _work;
    private readonly Dictionary<string, List<string>> _texts = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<PatternSyntax?> _patterns;

    // The tree of what was read: the machines' states, how many characters, the one before, and the letter that led here.
    private readonly List<(int[] States, int Length, int From, int Letter)> _reached = [];

    private TextSearch(IReadOnlyList<PatternSyntax?> patterns, IEnumerable<string> except, TextShape shape, CancellationToken cancel)
    {
        (_work, _patterns) = (new SearchWork(MaxWork, cancel), patterns);
        _isExact = [.. patterns.Select(static pattern => pattern?.IsExact == true)];
        // A pattern that is not read takes part as one that matches nothing, and nothing is concluded from it.
        foreach (var (pattern, i) in patterns.Select(static (pattern, i) => (pattern, i))) Add(pattern?.Whole, ref _isExact[i]);
        IsComplete = true;
        var all = true;
        Add(new PatternNode.Either([.. except.Select(PatternNode.Row.Text)]), ref all);
        IsComplete &= all;
        _needed = _machines.Count;
        _machines.Add(PatternAutomaton.Of(_wellFormed)!);
        foreach (var needed in shape.Patterns)
            if (PatternSyntax.Read(needed) is { IsExact: true } syntax && PatternAutomaton.Of(syntax.Anywhere) is { } machine)
                _machines.Add(machine);
    }

    /// <summary>Whether everything was looked at: what the patterns that are read exactly did not do, no text makes them do.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The texts.</summary>
    public IEnumerable<string> Texts => _texts.Values.SelectMany(static texts => texts);

    /// <summary>
    /// How the patterns can turn out: <c>+</c>, <c>-</c>, or <c>.</c> for one of which that is not known. A pattern that a text here
    /// matches otherwise than was thought was misread; then nothing is known of it.
    /// </summary>
    public IReadOnlyCollection<string> Outcomes
    {
        get
        {
            bool[] known = [.. _patterns.Select((pattern, i) => IsComplete && _isExact[i]
                && _texts.All(found => found.Value.All(text => pattern!.Matches(text) == (found.Key[i] == '+'))))];
            return IsComplete ? [.. _texts.Keys.Select(turned => string.Concat(turned.Select((c, i) => known[i] ? c : '.'))).Distinct()]
                : [new string('.', known.Length)];
        }
    }

    /// <summary>Searches.</summary>
    /// <param name="patterns">The patterns that are told apart, as wholes; null for one that is not read.</param>
    /// <param name="except">Texts that do not count.</param>
    /// <param name="shape">What a text must be like.</param>
    /// <param name="cancel">Ends the search.</param>
    public static TextSearch Of(IReadOnlyList<PatternSyntax?> patterns, IEnumerable<string> except, TextShape shape,
        CancellationToken cancel)
    {
        var search = new TextSearch(patterns, except, shape, cancel);
        search.Run(shape, patterns.Count);
        return search;
    }

    private void Add(PatternNode? pattern, ref bool isExact)
    {
        var machine = pattern is null ? null : PatternAutomaton.Of(pattern);
        isExact &= machine is not null;
        _machines.Add(machine ?? PatternAutomaton.Of(new PatternNode.Either([]))!);
    }

    private void Run(TextShape shape, int patterns)
    {
        var letters = CharSet.Letters(_machines.SelectMany(static machine => machine.Sets));
        var seen = new HashSet<(string, int)>();
        // The first half of a pair makes a text no longer yet, so what it leads to comes before all that is longer.
        var open = new LinkedList<int>();
        Reach([.. _machines.Select(machine => machine.Start(letters, _work))], 0, -1, -1);
        while (open.First is { Value: var at })
        {
            open.RemoveFirst();
            var (states, length, _, _) = _reached[at];
            if (Note(at, states, length, letters, shape, patterns)) return;
            for (var letter = 0; letter < letters.Length; letter++)
            {
                if (_work.IsTooMuch || _reached.Count > MaxStates)
                {
                    IsComplete = false;
                    return;
                }
                var longer = char.IsHighSurrogate(letters[letter]) ? length : length + 1;
                if (longer > shape.Longest) continue;
                var next = new int[states.Length];
                for (var i = 0; i < next.Length; i++) next[i] = _machines[i].Step(states[i], letter, _work);
                _work.Spend(next.Length);
                Reach(next, longer, at, letter);
            }
        }

        void Reach(int[] states, int length, int from, int letter)
        {
            for (var i = _needed; i < states.Length; i++)
                if (_machines[i].IsDead(states[i])) return;
            if (!seen.Add((string.Join(',', states), (int)Math.Min(length, shape.Shortest)))) return;
            _reached.Add((states, length, from, letter));
            if (letter >= 0 && char.IsHighSurrogate(letters[letter])) open.AddFirst(_reached.Count - 1);
            else open.AddLast(_reached.Count - 1);
        }
    }

    // True when every outcome that can be thought of has its texts.
    private bool Note(int at, int[] states, int length, char[] letters, TextShape shape, int patterns)
    {
        if (length < shape.Shortest || _machines[patterns].Accepts(states[patterns])) return false;
        for (var i = _needed; i < states.Length; i++)
            if (!_machines[i].Accepts(states[i])) return false;
        var turned = string.Concat(Enumerable.Range(0, patterns).Select(i => _machines[i].Accepts(states[i]) ? '+' : '-'));
        if (!_texts.TryGetValue(turned, out var texts)) _texts[turned] = texts = [];
        if (texts.Count < MaxTexts)
        {
            var text = new StringBuilder();
            for (; _reached[at].From >= 0; at = _reached[at].From) text.Insert(0, letters[_reached[at].Letter]);
            texts.Add(text.ToString());
        }
        return patterns < 20 && _texts.Count == 1 << patterns && _texts.Values.All(static texts => texts.Count == MaxTexts);
    }
}

/// <summary>What a schema asks of a text.</summary>
/// <param name="Patterns">What must match somewhere in it.</param>
/// <param name="Shortest">How many characters it has at least.</param>
/// <param name="Longest">And at most.</param>
internal sealed record TextShape(Seq<string> Patterns, decimal Shortest, decimal Longest)
{
    /// <summary>Any text.</summary>
    public static TextShape Any { get; } = new([], 0, decimal.MaxValue);
}
