using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace MiniRuntime.Shell;

/// <summary>
/// Finds a secret in a text: as it is, escaped for JSON, for a URL or for HTML, in hexadecimal digits, or in base64, there also amid other
/// bytes. Letters and digits are what counts, whatever their case: what else stands between them (line breaks, quotes, escapes, invisible
/// characters) hides nothing. A text that breaks off within the secret holds its beginning, and that is found too.
/// What is spread over several texts, or encoded in another way, is not found.
/// </summary>
internal sealed class SecretFinder
{
    // Fewer letters and digits in a row would be found by chance.
    private const int Enough = 8;

    private readonly string _value;
    private readonly string[] _forms;

    public SecretFinder(string value)
    {
        _value = value;
        var bytes = Encoding.UTF8.GetBytes(value);
        _forms =
        [
            .. new[]
            {
                value, JavaScriptEncoder.Default.Encode(value), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value),
                string.Concat(value.Select(static c => $"\\u{(int)c:x4}")), Uri.EscapeDataString(value), WebUtility.HtmlEncode(value),
                Convert.ToHexString(bytes), Base64(bytes, 0), Base64(bytes, 1), Base64(bytes, 2),
            }.Select(Letters).Where(static form => form.Length >= Enough).Distinct(StringComparer.Ordinal)
                .OrderByDescending(static form => form.Length),
        ];
    }

    /// <summary>The text, with the placeholder wherever it holds the secret.</summary>
    public string Replace(string text, string placeholder)
    {
        var found = Find(Letters(text));
        // A value of few letters is found as it is only.
        return (found.Count == 0 ? text : Cut(text, found, placeholder)).Replace(_value, placeholder, StringComparison.Ordinal);
    }

    private List<(int From, int To)> Find(string letters)
    {
        var found = new List<(int From, int To)>();
        foreach (var form in _forms)
        {
            for (var at = 0; (at = letters.IndexOf(form, at, StringComparison.Ordinal)) >= 0; at += form.Length)
                found.Add((at, at + form.Length));
            for (var rest = Math.Min(form.Length - 1, letters.Length); rest >= Enough; rest--)
            {
                if (!letters.AsSpan().EndsWith(form.AsSpan(0, rest))) continue;
                found.Add((letters.Length - rest, letters.Length));
                break;
            }
        }
        return found;
    }

    private static string Cut(string text, List<(int From, int To)> found, string placeholder)
    {
        found.Sort();
        var (cut, letter, next, isWithin) = (new StringBuilder(text.Length), 0, 0, false);
        var end = 0;
        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c))
            {
                if (!isWithin) cut.Append(c);
                continue;
            }
            for (; next < found.Count && found[next].From <= letter; next++)
            {
                if (found[next].To <= end) continue;
                if (letter >= end) cut.Append(placeholder);
                end = found[next].To;
            }
            if (letter >= end) cut.Append(c);
            letter++;
            // What stands between the last letter and the next is outside again.
            isWithin = letter < end;
        }
        return cut.ToString();
    }

    private static string Letters(string text) => string.Create(text.Count(char.IsLetterOrDigit), text, static (letters, from) =>
    {
        var at = 0;
        foreach (var c in from)
            if (char.IsLetterOrDigit(c)) letters[at++] = char.ToLowerInvariant(c);
    });

    // The digits that these bytes alone decide, with so many others before them.
    private static string Base64(byte[] bytes, int before)
    {
        var digits = Convert.ToBase64String([.. new byte[before], .. bytes]);
        var (from, to) = (((before * 8) + 5) / 6, (before + bytes.Length) * 8 / 6);
        return digits[from..to];
    }
}
