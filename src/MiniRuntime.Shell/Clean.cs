using System.Text;

namespace MiniRuntime.Shell;

/// <summary>Makes text from outside fit for the core.</summary>
internal static class Clean
{
    /// <summary>How much of an exception's message is kept, in UTF-16 units.</summary>
    private const int MaxMessage = 1000;

    /// <summary>What an exception says: its kind and message, well-formed and bounded.</summary>
    public static string Message(Exception e) => Cap(Text($"{e.GetType().Name}: {Said(e)}"), MaxMessage);

    /// <summary>At most so many UTF-16 units of a well-formed text, never half a surrogate pair.</summary>
    public static string Cap(string text, int length) =>
        text.Length <= length ? text : text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];

    // An exception is code too, and its message may be one more that throws.
    private static string Said(Exception e)
    {
        try
        {
            return e.Message;
        }
        catch (Exception)
        {
            return "(it cannot say what happened)";
        }
    }

    /// <summary>The text with U+FFFD for each lone surrogate: they have no UTF-8 form, and the core refuses them.</summary>
    public static string Text(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) clean.Append(rune);
        return clean.ToString();
    }
}
