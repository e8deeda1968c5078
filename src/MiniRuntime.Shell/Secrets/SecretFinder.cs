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
    public string Replace(string text, string placeholder)
    {
        var found = new List<(int From, int To)>();
        Span<(int Code, int End)> ways = stackalloc (int, int)[Spelling.Most];
        for (int at = 0, next; (next = text.AsSpan(at).IndexOfAny(_starts)) >= 0; at++)
        {
            at += next;
            var count = Spelling.All(text, at, ways);
            foreach (var form in _forms)
                if (MayBegin(form, ways[..count]) && form.End(text, at) is { } end) found.Add((at, end));
        }
        return found.Count == 0 ? text : Cut(text, found, placeholder);
    }

    private static bool MayBegin(SecretForm form, ReadOnlySpan<(int Code, int End)> ways)
    {
        foreach (var (code, _) in ways)
            if (form.MayBegin(code)) return true;
        return false;
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
}
