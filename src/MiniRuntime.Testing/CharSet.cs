using System.Collections;

namespace MiniRuntime.Testing;

/// <summary>Which characters (UTF-16 code units, as regular expressions see them) a place in a text takes.</summary>
internal sealed class CharSet
{
    /// <summary>How many characters there are.</summary>
    public const int Count = char.MaxValue + 1;

    // Letters, digits, what else is on a keyboard, then the rest, what controls a terminal last.
    private static readonly char[] _readable = [.. Enumerable.Range(0, Count).Select(static c => (char)c).OrderBy(static c =>
        char.IsAsciiLetterLower(c) ? 0 : char.IsAsciiDigit(c) ? 1 : char.IsAsciiLetterUpper(c) ? 2 : c is > ' ' and < '\u007f' ? 3
        : c == ' ' ? 4 : char.IsControl(c) || char.IsSurrogate(c) ? 6 : 5)];

    private readonly BitArray? _members;
    private readonly char _only;

    /// <summary>One character.</summary>
    public CharSet(char only) => _only = only;

    /// <summary>Those whose bit is set.</summary>
    public CharSet(BitArray members) => _members = members;

    /// <summary>Every character.</summary>
    public static CharSet All { get; } = new(new BitArray(Count, true));

    /// <summary>The first halves of pairs that are one character outside the basic plane.</summary>
    public static CharSet High { get; } = Of(char.IsHighSurrogate);

    /// <summary>The second halves.</summary>
    public static CharSet Low { get; } = Of(char.IsLowSurrogate);

    /// <summary>All that are no halves.</summary>
    public static CharSet Ordinary { get; } = Of(static c => !char.IsSurrogate(c));

    /// <summary>Whether it takes this one.</summary>
    public bool Has(char c) => _members is null ? c == _only : _members[c];

    /// <summary>
    /// Characters that stand for all: for each that none of the sets tells from another, one of them, as readable as can be.
    /// </summary>
    public static char[] Letters(IEnumerable<CharSet> sets)
    {
        var (kinds, count) = (new int[Count], 1);
        foreach (var set in sets.Distinct())
        {
            if (set._members is null)
            {
                kinds[set._only] = count++;
                continue;
            }
            var split = new Dictionary<int, int>();
            for (var c = 0; c < Count; c++)
            {
                if (!set._members[c]) continue;
                if (!split.TryGetValue(kinds[c], out var kind)) split[kinds[c]] = kind = count++;
                kinds[c] = kind;
            }
        }
        var seen = new HashSet<int>();
        return [.. _readable.Where(c => seen.Add(kinds[c]))];
    }

    private static CharSet Of(Func<char, bool> has)
    {
        var members = new BitArray(Count);
        for (var c = 0; c < Count; c++) members[c] = has((char)c);
        return new CharSet(members);
    }
}
