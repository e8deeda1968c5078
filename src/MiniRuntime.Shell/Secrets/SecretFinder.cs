using System.Buffers;
using System.Text;

namespace MiniRuntime.Shell;

/// <summary>
/// Finds a secret in a text: as it is, in hexadecimal digits, or in base64, there also amid other bytes; and each character of these in any
/// <see cref="Spelling"/>, so that it does not matter what a program escapes and what it leaves. Letters and digits are what counts,
/// whatever their case: what else stands between them (line breaks, quotes, invisible characters) hides nothing. A text that breaks off
/// within the secret holds its beginning, and that is found too.
/// What is spread over several texts, or encoded in another way, is not found.
/// </summary>
internal sealed class SecretFinder
{
    private readonly SecretForm[] _forms;
    private readonly SearchValues<char> _starts;

    public SecretFinder(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        _forms =
        [
            // A value of few letters is found by all its characters.
            SecretForm.OfLetters(value) ?? SecretForm.Exactly(value),
            .. new[] { Convert.ToHexString(bytes), Base64(bytes, 0), Base64(bytes, 1), Base64(bytes, 2) }
                .Select(SecretForm.OfLetters).OfType<SecretForm>(),
        ];
        _starts = SearchValues.Create([.. Spelling.Heads, .. _forms.SelectMany(static form => form.Starts)]);
    }

    /// <summary>The text, with the placeholder wherever it holds the secret.</summary>
    /// <remarks>
    /// It is read once, from the left to the right, with all beginnings of the secret side by side: of two that have come to the same place
    /// and as far in the same form, one goes on for both. So it takes time by the text's length, whatever the text is.
    /// </remarks>
    public string Replace(string text, string placeholder) =>
        Through(text).Found() is { Count: > 0 } found ? Cut(text, found, placeholder) : text;

    /// <summary>
    /// How much of a text can be shown before what it goes on with is known: what it ends with may be the beginning of the secret, however
    /// short, and what is found is found whole.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="most">So much of it at most.</param>
    public int Settled(string text, int most)
    {
        var search = Through(text);
        var settled = Math.Min(most, search.Settled);
        foreach (var (from, to) in Enumerable.Reverse(search.Found()))
            if (from < settled && settled < to) settled = from;
        return settled;
    }

    private Search Through(string text)
    {
        var search = new Search(_forms, text);
        for (int at = 0, start = -1; at <= text.Length; at++)
        {
            if (start < at) start = text.AsSpan(at).IndexOfAny(_starts) is >= 0 and var next ? at + next : text.Length;
            at = Math.Min(start, search.Next ?? start);
            search.Read(at, isStart: at == start);
        }
        return search;
    }

    // In the order in which they begin.
    private static string Cut(string text, List<(int From, int To)> found, string placeholder)
    {
        var (cut, end) = (new StringBuilder(text.Length), 0);
        foreach (var (from, to) in found)
        {
            if (to <= end) continue;
            if (from >= end) cut.Append(text, end, from - end).Append(placeholder);
            end = to;
        }
        return cut.Append(text, end, text.Length - end).ToString();
    }

    // The digits that these bytes alone decide, with so many others before them.
    private static string Base64(byte[] bytes, int before)
    {
        var digits = Convert.ToBase64String([.. new byte[before], .. bytes]);
        var (from, to) = (((before * 8) + 5) / 6, (before + bytes.Length) * 8 / 6);
        return digits[from..to];
    }

    // One way through a text.
    private sealed class Search(SecretForm[] forms, string text)
    {
        private readonly PriorityQueue<Line, long> _lines = new();
        private readonly List<(int From, int To)> _found = [];

        // Before it begins no line that has come to the text's end, and no escape that may go on there.
        public int Settled { get; private set; } = text.Length;

        // The next place that a line has come to.
        public int? Next => _lines.TryPeek(out var line, out _) ? line.At : null;

        // What is found, in the order in which it begins; it may overlap.
        public List<(int From, int To)> Found()
        {
            _found.Sort(static (one, other) => one.From.CompareTo(other.From));
            return _found;
        }

        // Reads on at a place, which is the nearest of those that there are lines at, or a beginning may be.
        public void Read(int at, bool isStart)
        {
            Span<(int Code, int End)> ways = stackalloc (int, int)[Spelling.Most];
            ways = at < text.Length ? ways[..Spelling.All(text, at, ways)] : [];
            if (isStart && at < text.Length && Spelling.IsCut(text, at)) Settled = Math.Min(Settled, at);
            for (var form = 0; isStart && form < forms.Length; form++)
                if (MayBegin(forms[form], ways)) Go(new Line(at, form, 0, at, at), ways);
            while (Next == at) Go(Nearest(), ways);
        }

        private Line Nearest()
        {
            var nearest = _lines.Dequeue();
            // Others that have come to the same: they go the same way from here.
            for (; _lines.TryPeek(out var other, out var order) && order == nearest.Order; _lines.Dequeue())
                nearest = nearest with { From = Math.Min(nearest.From, other.From), Last = Math.Max(nearest.Last, other.Last) };
            return nearest;
        }

        private void Go(Line line, ReadOnlySpan<(int Code, int End)> ways)
        {
            if (line.At == text.Length || Spelling.IsCut(text, line.At)) Settled = Math.Min(Settled, line.From);
            if (line.Matched >= SecretForm.Enough && line.At == text.Length) _found.Add((line.From, line.Last));
            if (line.Matched >= SecretForm.Enough && line.At < text.Length && Spelling.IsCut(text, line.At)) Add(line.From, text.Length);
            foreach (var (code, end) in ways)
            {
                if (forms[line.Form].Matched(line.Matched, code) is not { } matched) continue;
                if (matched == forms[line.Form].Length)
                {
                    Add(line.From, end);
                    continue;
                }
                var next = line with { At = end, Matched = matched, Last = matched > line.Matched ? end : line.Last };
                _lines.Enqueue(next, next.Order);
            }
        }

        // What overlaps is one: there may be as many as there are characters.
        private void Add(int from, int to)
        {
            for (; _found is [.., var last] && last.To > from; _found.RemoveAt(_found.Count - 1))
                (from, to) = (Math.Min(from, last.From), Math.Max(to, last.To));
            _found.Add((from, to));
        }

        private static bool MayBegin(SecretForm form, ReadOnlySpan<(int Code, int End)> ways)
        {
            foreach (var (code, _) in ways)
                if (form.MayBegin(code)) return true;
            return false;
        }
    }

    // Read as far as At, with so many characters of a form matched: the first begins at From, the last ends at Last.
    private readonly record struct Line(int At, int Form, int Matched, int From, int Last)
    {
        public long Order => ((long)At << 32) | ((long)Form << 28) | (uint)Matched;
    }
}
