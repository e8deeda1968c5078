using System.Buffers;
using System.Net;
using System.Text;

namespace MiniRuntime.Shell;

/// <summary>
/// How a character can be written: as it is; in a URL as <c>%41</c>, in UTF-8, or <c>%u0041</c>; in HTML as <c>&amp;#65;</c>,
/// <c>&amp;#x41;</c> or by a name; in JSON and in programs as <c>\u0041</c>, <c>\x41</c>, or as <c>\n</c>, <c>\/</c> and their like. What
/// an escape consists of can be written so in turn: JSON in JSON, HTML in a URL.
/// </summary>
internal static class Spelling
{
    /// <summary>In how many ways a place can be read: as it stands, and with so many escapes within each other but one.</summary>
    public const int Most = 4;

    /// <summary>What begins an escape.</summary>
    public const string Heads = "%&\\";

    /// <summary>Some character that is no letter and no digit: a name of HTML that is not known here.</summary>
    public const int Mark = -1;

    // The longest names of HTML have 31 letters.
    private const int MaxName = 32;

    /// <summary>
    /// The ways in which a place can be read, each once, the plain one first: a code point (half a surrogate pair stands for itself), and
    /// where the next one begins.
    /// </summary>
    /// <returns>How many there are.</returns>
    public static int All(ReadOnlySpan<char> text, int at, Span<(int Code, int End)> ways)
    {
        ways[0] = Read(text, at, 0);
        var count = 1;
        // What is not the head of an escape stays what it is, however deep one reads.
        for (var depth = 1; depth < Most && Heads.Contains((char)ways[count - 1].Code); depth++)
            if (Read(text, at, depth) is var read && read != ways[count - 1]) ways[count++] = read;
        return count;
    }

    // With a depth of 0, or where no escape begins, what stands there.
    private static (int Code, int End) Read(ReadOnlySpan<char> text, int at, int depth)
    {
        if (depth > 0 && Heads.Contains(text[at]) && Escape(text, at, depth - 1) is { } escape) return escape;
        return Rune.DecodeFromUtf16(text[at..], out var rune, out var length) == OperationStatus.Done
            ? (rune.Value, at + length)
            : (text[at], at + 1);
    }

    /// <summary>Whether a text breaks off within what may be an escape that begins here.</summary>
    public static bool IsCut(ReadOnlySpan<char> text, int at) => Heads.Contains(text[at]) && text.Length - at <= MaxName
        && !text[(at + 1)..].ContainsAnyExcept(_within);

    private static readonly SearchValues<char> _within =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz%&\\#");

    private static (int Code, int End)? Escape(ReadOnlySpan<char> text, int at, int depth)
    {
        var (head, from) = Read(text, at, depth);
        return head switch
        {
            '%' => Percent(text, from, depth),
            '&' => Entity(text, from, depth),
            '\\' => Backslash(text, from, depth),
            // The escape of an ordinary character.
            _ when from > at + 1 => (head, from),
            _ => null,
        };
    }

    private static (int Code, int End)? Percent(ReadOnlySpan<char> text, int at, int depth)
    {
        if (Next(text, at, depth) is { Code: 'u' or 'U', End: var digits }) return Hex(text, digits, 4, depth);
        if (Hex(text, at, 2, depth) is not { } first) return null;
        if (first.Code < 0x80) return first;
        Span<byte> bytes = [(byte)first.Code, 0, 0, 0];
        var end = first.End;
        for (var count = 1; count < bytes.Length && Next(text, end, depth) is { Code: '%', End: var from }
            && Hex(text, from, 2, depth) is { Code: >= 0x80 and < 0xc0 } more; count++)
        {
            (bytes[count], end) = ((byte)more.Code, more.End);
            if (Rune.DecodeFromUtf8(bytes[..(count + 1)], out var rune, out var length) == OperationStatus.Done && length == count + 1)
                return (rune.Value, end);
        }
        // In another encoding than UTF-8 it is one byte.
        return first;
    }

    private static (int Code, int End)? Entity(ReadOnlySpan<char> text, int at, int depth)
    {
        Span<char> name = stackalloc char[MaxName];
        var length = 0;
        for (var end = at; Next(text, end, depth) is { } one; end = one.End)
        {
            if (one.Code == ';') return length > 0 && Named(name[..length]) is { } code ? (code, one.End) : null;
            if (length == MaxName || !(one.Code == '#' ? length == 0 : one.Code < 0x80 && char.IsAsciiLetterOrDigit((char)one.Code)))
                return null;
            name[length++] = (char)one.Code;
        }
        return null;
    }

    private static int? Named(ReadOnlySpan<char> name)
    {
        var read = WebUtility.HtmlDecode($"&{name};");
        return Rune.DecodeFromUtf16(read, out var rune, out var length) == OperationStatus.Done && length == read.Length ? rune.Value
            // The library leaves what is no character, and names that are younger than it.
            : name[0] == '#' ? null : Mark;
    }

    private static (int Code, int End)? Backslash(ReadOnlySpan<char> text, int at, int depth)
    {
        if (Next(text, at, depth) is not { } next) return null;
        return next.Code switch
        {
            'u' => Unit(text, next.End, depth),
            'U' => Hex(text, next.End, 8, depth),
            'x' => Hex(text, next.End, 2, depth),
            'b' => ('\b', next.End),
            'f' => ('\f', next.End),
            'n' => ('\n', next.End),
            'r' => ('\r', next.End),
            't' => ('\t', next.End),
            '0' => ('\0', next.End),
            '"' or '\'' or '/' or '\\' => next,
            _ => null,
        };
    }

    // Two of them may be one character.
    private static (int Code, int End)? Unit(ReadOnlySpan<char> text, int at, int depth)
    {
        if (Hex(text, at, 4, depth) is not { } first) return null;
        return char.IsHighSurrogate((char)first.Code) && Next(text, first.End, depth) is { Code: '\\', End: var from }
            && Next(text, from, depth) is { Code: 'u', End: var digits } && Hex(text, digits, 4, depth) is { } second
            && char.IsLowSurrogate((char)second.Code)
                ? (char.ConvertToUtf32((char)first.Code, (char)second.Code), second.End)
                : first;
    }

    private static (int Code, int End)? Hex(ReadOnlySpan<char> text, int at, int digits, int depth)
    {
        var (value, end) = (0L, at);
        for (; digits > 0; digits--)
        {
            if (Next(text, end, depth) is not { Code: < 0x80 } digit || !char.IsAsciiHexDigit((char)digit.Code)) return null;
            (value, end) = ((value * 16) + (digit.Code <= '9' ? digit.Code - '0' : (digit.Code | 0x20) - 'a' + 10), digit.End);
        }
        return value <= 0x10ffff ? ((int)value, end) : null;
    }

    private static (int Code, int End)? Next(ReadOnlySpan<char> text, int at, int depth) =>
        at < text.Length ? Read(text, at, depth) : null;
}
