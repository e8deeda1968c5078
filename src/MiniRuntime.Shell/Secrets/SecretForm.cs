using System.Text;

namespace MiniRuntime.Shell;

/// <summary>One form of a secret: a row of characters, each of which may be spelled in any way.</summary>
internal sealed class SecretForm
{
    // Fewer characters in a row would be found by chance.
    private const int Enough = 8;

    private static readonly ILookup<int, char> _capitals = Enumerable.Range(0, 0x10000)
        .Where(static code => Folded(code) != code).ToLookup(Folded, static code => (char)code);

    private readonly int[] _codes;
    private readonly bool _onlyLetters;

    private SecretForm(IEnumerable<int> codes, bool onlyLetters) => (_codes, _onlyLetters) = ([.. codes], onlyLetters);

    /// <summary>By its letters and digits, whatever else stands between them; null where they are too few.</summary>
    public static SecretForm? OfLetters(string text)
    {
        var form = new SecretForm(Codes(text).Where(IsLetter), onlyLetters: true);
        return form._codes.Length >= Enough ? form : null;
    }

    /// <summary>By each of its characters.</summary>
    public static SecretForm Exactly(string text) => new(Codes(text), onlyLetters: false);

    /// <summary>The UTF-16 units that it may begin with, where no escape stands for it.</summary>
    public IEnumerable<char> Starts => _codes[0] > char.MaxValue
        ? [char.ConvertFromUtf32(_codes[0])[0]]
        : [(char)_codes[0], .. _capitals[_codes[0]], .. _codes[0] == ' ' ? "+" : ""];

    /// <summary>Whether the form may begin with a character that is read so.</summary>
    public bool MayBegin(int code) => Is(code, 0);

    /// <summary>
    /// Where the form ends that begins here: behind its last character, or where the text breaks off and enough of it was there. Null where
    /// none begins.
    /// </summary>
    /// <remarks>
    /// What stands there may be read in several ways, which are followed side by side, from the left to the right: so it takes time by the
    /// text's length, and not by how many ways there are.
    /// </remarks>
    public int? End(ReadOnlySpan<char> text, int start)
    {
        int? end = null;
        Span<(int Code, int End)> ways = stackalloc (int, int)[Spelling.Most];
        PriorityQueue<Line, long>? others = null;
        for (Line? line = new(start, 0, start); line is { } here; line = Nearest(line, others))
        {
            line = null;
            if (here.Matched >= Enough && (here.At == text.Length || Spelling.IsCut(text, here.At)))
                end = Math.Max(end ?? 0, here.At == text.Length ? here.Last : text.Length);
            if (here.At == text.Length) continue;
            foreach (var read in ways[..Spelling.All(text, here.At, ways)])
            {
                if (Step(here, read) is not { } next) continue;
                if (next.Matched == _codes.Length) end = Math.Max(end ?? 0, next.At);
                else if (line is null) line = next;
                else (others ??= new()).Enqueue(next, next.Order);
            }
        }
        return end;
    }

    private static Line? Nearest(Line? line, PriorityQueue<Line, long>? others)
    {
        if (others is null || others.Count == 0) return line;
        if (line is { } mine) others.Enqueue(mine, mine.Order);
        var nearest = others.Dequeue();
        // Two readings that have come to the same.
        while (others.TryPeek(out _, out var order) && order == nearest.Order) others.Dequeue();
        return nearest;
    }

    private Line? Step(Line line, (int Code, int End) read)
    {
        if (_onlyLetters && !IsLetter(read.Code)) return line.Matched == 0 ? null : line with { At = read.End };
        return Is(read.Code, line.Matched) ? new Line(read.End, line.Matched + 1, read.End) : null;
    }

    private bool Is(int code, int place) => Folded(code) == _codes[place]
        || (code == '+' && _codes[place] == ' ') || (code == Spelling.Mark && !IsLetter(_codes[place]));

    private static IEnumerable<int> Codes(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            var isPair = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
            yield return Folded(isPair ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at]);
            if (isPair) at++;
        }
    }

    private static int Folded(int code) => code < 0x80 ? code is >= 'A' and <= 'Z' ? code | 0x20 : code
        : Rune.TryCreate(code, out var rune) ? Rune.ToLowerInvariant(rune).Value : code;

    private static bool IsLetter(int code) => code < 0x80
        ? code >= 0 && char.IsAsciiLetterOrDigit((char)code)
        : Rune.TryCreate(code, out var rune) && Rune.IsLetterOrDigit(rune);

    // Read as far as At, with so many characters matched, the last of which ends at Last.
    private readonly record struct Line(int At, int Matched, int Last)
    {
        public long Order => ((long)At << 32) | (uint)Matched;
    }
}
