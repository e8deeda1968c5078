using System.Collections;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// A regular expression taken apart: what stands after what, and which characters each place takes. Only the structure is read here; which
/// characters a class, an escape or a letter takes is asked of the engine itself, so that Unicode, options and case are as it has them.
/// </summary>
internal sealed class PatternSyntax
{
    // What an engine says of an atom never changes. As many as patterns that people write ever need.
    private const int MaxKept = 500;

    // Groups within groups; what people write has a handful, and reading takes stack for each.
    private const int MaxDepth = 100;

    private static readonly ConcurrentDictionary<string, CharSet> _kept = new(StringComparer.Ordinal);
    private static readonly string _everything = new([.. Enumerable.Range(0, CharSet.Count).Select(static c => (char)c)]);

    private readonly string _pattern;
    private Condition? _whole;
    private int _at;
    private int _depth;
    private bool _ignoresCase;
    private bool _dotTakesAll;

    private PatternSyntax(string pattern) => _pattern = pattern;

    /// <summary>The texts that the pattern matches as a whole.</summary>
    public PatternNode Whole { get; private set; } = PatternNode.Nothing;

    /// <summary>The texts in which the pattern matches somewhere.</summary>
    public PatternNode Anywhere { get; private set; } = PatternNode.Nothing;

    /// <summary>
    /// Whether that is exactly so. Word boundaries, and anchors in the middle, are passed over: then a text has to be tried.
    /// </summary>
    public bool IsExact { get; private set; } = true;

    /// <summary>What the engine says of a text.</summary>
    public bool Matches(string text) => (_whole ??= new Condition("", matches: _pattern)).Holds(Json.Object.Of(("", text))) == true;

    /// <summary>The pattern taken apart; null where it has something that is not read here.</summary>
    public static PatternSyntax? Read(string pattern)
    {
        var syntax = new PatternSyntax(pattern);
        try
        {
            if (syntax.Branches() is not { } branches || syntax._at < pattern.Length) return null;
            syntax.Settle(branches);
            return syntax;
        }
        catch (ArgumentException)
        {
            // Part of the pattern is no pattern: it was cut in the wrong place.
            return null;
        }
    }

    private void Settle(List<List<PatternNode>> branches)
    {
        var (whole, anywhere) = (new List<PatternNode>(), new List<PatternNode>());
        var any = new PatternNode.Repeat(new PatternNode.One(CharSet.All), 0, null);
        foreach (var branch in branches)
        {
            var from = branch.TakeWhile(static node => node is PatternNode.Anchor { Kind: '^' or 'A' }).Count();
            var to = branch.Count;
            while (to > from && branch[to - 1] is PatternNode.Anchor { Kind: '$' or 'z' or 'Z' }) to--;
            var body = new PatternNode.Row(branch[from..to]);
            IsExact &= !body.HasAnchor;
            whole.Add(body);
            // The end is also before a last line break, unless it is the very end.
            var end = to == branch.Count ? any
                : branch[to..].Any(static node => node is PatternNode.Anchor { Kind: 'z' }) ? PatternNode.Nothing
                : new PatternNode.Repeat(new PatternNode.One(new CharSet('\n')), 0, 1);
            anywhere.Add(new PatternNode.Row([from > 0 ? PatternNode.Nothing : any, body, end]));
        }
        (Whole, Anywhere) = (new PatternNode.Either(whole), new PatternNode.Either(anywhere));
    }

    private List<List<PatternNode>>? Branches()
    {
        var branches = new List<List<PatternNode>>();
        do
        {
            var row = new List<PatternNode>();
            while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
            {
                if (Piece() is not { } piece || Repeated(piece) is not { } repeated) return null;
                row.Add(repeated);
            }
            branches.Add(row);
        }
        while (Takes('|'));
        return branches;
    }

    private PatternNode? Piece()
    {
        var c = _pattern[_at++];
        switch (c)
        {
            case '^' or '$':
                return new PatternNode.Anchor(c);
            case '.':
                return new PatternNode.One(Set("."));
            case '(':
                return Group();
            case '[':
                return Class();
            case '\\':
                return Escape();
            case '*' or '+' or '?':
                return null;
            default:
                return Literal(c);
        }
    }

    private PatternNode.One Literal(char c) => new(_ignoresCase ? Set(Regex.Escape($"{c}")) : new CharSet(c));

    // A plain group, one that is not captured or named, or options for the group or for what is left of the one around. A comment is not
    // read: what repeats stands before it.
    private PatternNode? Group()
    {
        var options = (_ignoresCase, _dotTakesAll);
        if (Takes('?'))
        {
            if (_at >= _pattern.Length) return null;
            if (_pattern[_at] is '<' or '\'')
            {
                _at = _pattern.IndexOf(_pattern[_at] == '<' ? '>' : '\'', _at + 1) + 1;
                if (_at == 0) return null;
            }
            else
            {
                if (!Options()) return null;
                if (Takes(')')) return PatternNode.Nothing;
                if (!Takes(':')) return null;
            }
        }
        if (++_depth > MaxDepth || Branches() is not { } branches || !Takes(')')) return null;
        _depth--;
        (_ignoresCase, _dotTakesAll) = options;
        return new PatternNode.Either([.. branches.Select(static row => new PatternNode.Row(row))]);
    }

    private bool Options()
    {
        for (var on = true; _at < _pattern.Length && _pattern[_at] is not (':' or ')'); _at++)
        {
            switch (_pattern[_at])
            {
                case '-': on = false; break;
                case 'i': _ignoresCase = on; break;
                case 's': _dotTakesAll = on; break;
                case 'n': break;
                // Lines: an anchor may match anywhere then.
                case 'm': IsExact = false; break;
                default: return false;
            }
        }
        return _at < _pattern.Length;
    }

    private PatternNode? Escape()
    {
        if (_at >= _pattern.Length) return null;
        var (start, c) = (_at - 1, _pattern[_at++]);
        switch (c)
        {
            case 'A' or 'z' or 'Z' or 'b' or 'B':
                return new PatternNode.Anchor(c);
            case 'p' or 'P':
                _at = _pattern.IndexOf('}', _at) + 1;
                if (_at == 0) return null;
                break;
            case 'x' or 'u' or 'c':
                _at += c switch { 'x' => 2, 'u' => 4, _ => 1 };
                break;
            case 'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'n' or 't' or 'r' or 'f' or 'v' or 'a' or 'e':
                break;
            default:
                return char.IsAsciiLetterOrDigit(c) ? null : Literal(c);
        }
        return _at <= _pattern.Length ? new PatternNode.One(Set(_pattern[start.._at])) : null;
    }

    private PatternNode.One? Class()
    {
        var start = _at - 1;
        return ClassEnds() ? new PatternNode.One(Set(_pattern[start.._at])) : null;
    }

    // From behind the bracket that opens a class to behind the one that closes it; a class may be taken from it: [a-z-[aeiou]].
    private bool ClassEnds()
    {
        Takes('^');
        for (var first = true; _at < _pattern.Length; first = false)
        {
            var c = _pattern[_at++];
            if (c == ']' && !first) return true;
            if (c == '\\') _at++;
            if (c == '[' && _at < _pattern.Length && _pattern[_at] == ':') return false;
            if (c == '-' && !first && Takes('[')) return ClassEnds() && Takes(']');
        }
        return false;
    }

    private PatternNode? Repeated(PatternNode piece)
    {
        if (_at >= _pattern.Length) return piece;
        (int, int?)? times = _pattern[_at] switch { '*' => (0, null), '+' => (1, null), '?' => (0, 1), '{' => Counted(), _ => null };
        if (times is not var (least, most)) return piece;
        _at = _pattern[_at] == '{' ? _pattern.IndexOf('}', _at) + 1 : _at + 1;
        Takes('?');
        return new PatternNode.Repeat(piece, least, most);
    }

    // Braces that are no count stand for themselves.
    private (int, int?)? Counted()
    {
        var end = _pattern.IndexOf('}', _at);
        if (end < 0) return null;
        var parts = _pattern[(_at + 1)..end].Split(',');
        if (parts.Length > 2 || parts[0].Length == 0 || !parts.All(static part => part.All(char.IsAsciiDigit))) return null;
        if (!int.TryParse(parts[0], out var least)) return null;
        if (parts.Length == 1) return (least, least);
        return parts[1].Length == 0 ? (least, null) : int.TryParse(parts[1], out var most) ? (least, most) : null;
    }

    private bool Takes(char c)
    {
        if (_at >= _pattern.Length || _pattern[_at] != c) return false;
        _at++;
        return true;
    }

    private CharSet Set(string atom)
    {
        var asked = $"(?{(_ignoresCase ? "i" : "")}{(_dotTakesAll ? "s" : "")}:{atom})";
        if (_kept.TryGetValue(asked, out var known)) return known;
        var members = new BitArray(CharSet.Count);
        foreach (var match in new Regex(asked, RegexOptions.CultureInvariant).EnumerateMatches(_everything))
        {
            if (match.Length != 1) throw new ArgumentException($"'{atom}' takes more than one character.");
            members[match.Index] = true;
        }
        var set = new CharSet(members);
        if (_kept.Count < MaxKept) _kept[asked] = set;
        return set;
    }
}
