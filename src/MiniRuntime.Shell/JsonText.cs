global using Fields = (string Name, MiniRuntime.Shell.JsonText? Value)[];

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
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
    // What stands for itself in canonical text. Nearly all text is of it; the rest is CanonicalJson's to write.
    private static readonly SearchValues<char> _plain =
        SearchValues.Create(Enumerable.Range(' ', '~' - ' ' + 1).Select(static c => (char)c).Except("\"\\").ToArray());

    // A value's text; or an object's fields, or an array's items. What is inside is written when the whole is, and once.
    private readonly string? _text;
    private readonly Fields? _fields;
    private readonly JsonText[]? _items;

    private JsonText(string? text, Fields? fields = null, JsonText[]? items = null) => (_text, _fields, _items) = (text, fields, items);

    /// <summary>A value; none (in C#) is none here, which <see cref="Object"/> leaves out.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator JsonText?(Json? value) => value is null ? null : new(CanonicalJson.Write(value));

    /// <summary>Text as a value; no text is no value (which <see cref="Object"/> leaves out).</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static implicit operator JsonText?(string? value) => value is null ? null
        : new(IsPlain(value) ? $"\"{value}\"" : CanonicalJson.Write(value));

    /// <summary>A truth value as a value.</summary>
    public static implicit operator JsonText(bool value) => new(CanonicalJson.Write(value));

    /// <summary>A whole number as a value.</summary>
    public static implicit operator JsonText(long value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A number as a value.</summary>
    public static implicit operator JsonText(decimal value) => new(CanonicalJson.Write(value));

    /// <summary>An object of these fields, which have different names; those whose value is absent are left out.</summary>
    public static JsonText Object(params IEnumerable<(string Name, JsonText? Value)> fields)
    {
        var present = fields.Where(static field => field.Value is not null).ToArray();
        System.Array.Sort(present, static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        return new JsonText(null, fields: present);
    }

    /// <summary>An array of these items.</summary>
    public static JsonText Array(IEnumerable<JsonText> items) => new(null, items: items.ToArray());

    /// <summary>The text in UTF-8.</summary>
    public byte[] ToUtf8()
    {
        var written = new ArrayBufferWriter<byte>(512);
        WriteTo(written);
        return written.WrittenSpan.ToArray();
    }

    /// <summary>The same value.</summary>
    public bool Equals(JsonText? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>The text.</summary>
    public override string ToString() => _text ?? Encoding.UTF8.GetString(ToUtf8());

    private void WriteTo(ArrayBufferWriter<byte> to)
    {
        if (_text is not null)
        {
            Encoding.UTF8.GetBytes(_text, to);
            return;
        }
        to.Write(_fields is null ? "["u8 : "{"u8);
        for (var i = 0; i < (_fields?.Length ?? _items!.Length); i++)
        {
            if (i > 0) to.Write(","u8);
            if (_fields is not null) WriteName(_fields[i].Name, to);
            (_fields?[i].Value ?? _items![i]).WriteTo(to);
        }
        to.Write(_fields is null ? "]"u8 : "}"u8);
    }

    private static void WriteName(string name, ArrayBufferWriter<byte> to)
    {
        var isPlain = IsPlain(name);
        if (isPlain) to.Write("\""u8);
        Encoding.UTF8.GetBytes(isPlain ? name : CanonicalJson.Write(name), to);
        to.Write(isPlain ? "\":"u8 : ":"u8);
    }

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExcept(_plain);
}
