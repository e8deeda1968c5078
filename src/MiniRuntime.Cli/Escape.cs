using System.Globalization;
using System.Text;

namespace MiniRuntime.Cli;

/// <summary>
/// Makes text from models, tools and files safe to show. What a terminal would act on, or an eye would not see, is written as an escape:
/// control characters (escape sequences begin with one), line breaks, and format characters (bidirectional controls, zero-width ones,
/// tags).
/// </summary>
internal static class Escape
{
    /// <summary>The text on one line, safe to show.</summary>
    public static string Line(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsSafe(rune)) safe.Append(rune);
            else safe.Append(rune.Value switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => Units(rune),
            });
        }
        return safe.ToString();
    }

    /// <summary>The text on one line, safe to show, and cut where it is longer than this many UTF-16 units.</summary>
    public static string Line(string text, int length) => text.Length <= length
        ? Line(text)
        : $"{Line(text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)])}… ({text.Length} characters)";

    /// <summary>
    /// An id from the command line, for a message: what is longer than any id that there can be is cut.
    /// </summary>
    public static string Id(string id) => Line(id, 200);

    /// <summary>The same JSON value, written so that it is safe to show. Its unsafe characters can only be inside strings.</summary>
    public static string Json(string json)
    {
        var safe = new StringBuilder(json.Length);
        foreach (var rune in json.EnumerateRunes())
        {
            if (IsSafe(rune)) safe.Append(rune);
            else safe.Append(Units(rune));
        }
        return safe.ToString();
    }

    /// <summary>The same for JSON on several lines: line breaks stay, between its values.</summary>
    public static string JsonLines(string json) => string.Join('\n', json.ReplaceLineEndings("\n").Split('\n').Select(Json));

    // Letters and marks that show as nothing, so that two texts look alike or one hides another (Unicode's Default_Ignorable_Code_Point,
    // variation selectors among them, and the blank of Braille), beside those that the categories name.
    private static bool IsInvisible(Rune rune) => rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F)
        or 0x2065 or 0x2800 or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);

    private static bool IsSafe(Rune rune) => !IsInvisible(rune)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);

    private static string Units(Rune rune) => string.Concat(rune.ToString().Select(static unit => $"\\u{(int)unit:x4}"));
}
