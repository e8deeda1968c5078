using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MiniRuntime.Core;

/// <summary>
/// The canonical form of a value: no white space, fields in ordinal order of name, the shortest escapes, numbers in plain decimal notation
/// without needless zeros. Two values have the same form exactly when they are equal, so a hash of the form stands for the value.
/// It follows RFC 8785 (JSON Canonicalization Scheme) but for numbers: that scheme rounds to a double, this one is exact.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical text of a value.</summary>
    public static string Write(Json value)
    {
        var text = new StringBuilder();
        Append(text, Guard.NotNull(value));
        return text.ToString();
    }

    /// <summary>The SHA-256 of the canonical text in UTF-8: 64 lower-case hexadecimal digits.</summary>
    public static string Hash(Json value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(value))));

    /// <summary>How long the canonical text is, in UTF-16 units; without writing it.</summary>
    internal static long Length(Json value) => value switch
    {
        Json.String s => Length(s.Value),
        Json.Array a => 1 + Math.Max(1, a.Items.Count) + a.Items.Sum(static item => Length(item)),
        Json.Object o => 1 + Math.Max(1, o.Fields.Count) + o.Fields.Sum(static field => Length(field.Name) + 1 + Length(field.Value)),
        _ => Write(value).Length,
    };

    private static long Length(string text) => text.Length + 2 + text.Sum(static c => Escape(c) is { } escape ? escape.Length - 1L : 0);

    private static void Append(StringBuilder text, Json value)
    {
        switch (value)
        {
            case Json.Bool b: text.Append(b.Value ? "true" : "false"); break;
            case Json.Number n: text.Append(Number(n.Value)); break;
            case Json.String s: AppendText(text, s.Value); break;
            case Json.Array a: AppendAll(text, '[', a.Items, static (to, item) => Append(to, item), ']'); break;
            case Json.Object o: AppendAll(text, '{', o.Fields, static (to, field) => AppendField(to, field), '}'); break;
            default: text.Append("null"); break;
        }
    }

    private static void AppendAll<T>(StringBuilder text, char open, Seq<T> items, Action<StringBuilder, T> append, char close)
    {
        text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) text.Append(',');
            append(text, items[i]);
        }
        text.Append(close);
    }

    private static void AppendField(StringBuilder text, Json.Field field)
    {
        AppendText(text, field.Name);
        text.Append(':');
        Append(text, field.Value);
    }

    // A decimal remembers the zeros that it was written with, and a sign of zero; this form has neither.
    private static string Number(decimal value) => value.ToString("0.############################", NumberFormatInfo.InvariantInfo);

    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            if (Escape(c) is { } escape) text.Append(escape);
            else text.Append(c);
        }
        text.Append('"');
    }

    private static string? Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < ' ' => "\\u" + ((int)c).ToString("x4", NumberFormatInfo.InvariantInfo),
        _ => null,
    };
}
