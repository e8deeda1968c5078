global using Fields = (string Name, MiniRuntime.Shell.JsonText? Value)[];

using System.Diagnostics.CodeAnalysis;
using System.Text;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// JSON in canonical form (see <see cref="CanonicalJson"/>), as text: what the codec writes. A <see cref="Json"/> value nests 64 levels
/// at most, and an envelope around one nests deeper; text has no such limit, so everything that exists can be written.
/// Two are equal when they are the same JSON value.
/// </summary>
public sealed record JsonText
{
    private readonly string _text;

    private JsonText(string text) => _text = text;

    /// <summary>A value; none (in C#) is none here, which <see cref="Object"/> leaves out.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator JsonText?(Json? value) => value is null ? null : new(CanonicalJson.Write(value));

    /// <summary>Text as a value; no text is no value (which <see cref="Object"/> leaves out).</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator JsonText?(string? value) => value is null ? null : new(CanonicalJson.Write(value));

    /// <summary>A truth value as a value.</summary>
    public static implicit operator JsonText(bool value) => new(CanonicalJson.Write(value));

    /// <summary>A whole number as a value.</summary>
    public static implicit operator JsonText(long value) => new(CanonicalJson.Write(value));

    /// <summary>A number as a value.</summary>
    public static implicit operator JsonText(decimal value) => new(CanonicalJson.Write(value));

    /// <summary>An object of these fields, which have different names; those whose value is absent are left out.</summary>
    public static JsonText Object(params IEnumerable<(string Name, JsonText? Value)> fields)
    {
        var text = new StringBuilder("{");
        foreach (var (name, value) in fields.Where(static field => field.Value is not null)
            .OrderBy(static field => field.Name, StringComparer.Ordinal))
        {
            if (text.Length > 1) text.Append(',');
            text.Append(CanonicalJson.Write(name)).Append(':').Append(value);
        }
        return new JsonText(text.Append('}').ToString());
    }

    /// <summary>An array of these items.</summary>
    public static JsonText Array(IEnumerable<JsonText> items) => new($"[{string.Join(',', items)}]");

    /// <summary>The text in UTF-8.</summary>
    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(ToString());

    /// <summary>The text.</summary>
    public override string ToString() => _text;
}
