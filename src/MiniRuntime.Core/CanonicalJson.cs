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

    // A decimal remembers the zeros that it was written with, and a sign of zero; the form must not.
    private static string Number(decimal value) =>
        value == 0 ? "0" : value.ToString("0.############################", NumberFormatInfo.InvariantInfo);

    private static void AppendText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case < ' ': text.Append("\\u").Append(((int)c).ToString("x4", NumberFormatInfo.InvariantInfo)); break;
                default: text.Append(c); break;
            }
        }
        text.Append('"');
    }
}
