using System.Runtime.CompilerServices;

namespace MiniRuntime.Core;

/// <summary>
/// The checks that constructors make, so that impossible values do not exist and Step never has to ask.
/// They throw where a value is made (the caller's code), never inside the core's functions.
/// </summary>
internal static class Guard
{
    /// <summary>The value, when it is not null.</summary>
    public static T NotNull<T>(T? value, [CallerArgumentExpression(nameof(value))] string? name = null) where T : class =>
        value ?? throw new ArgumentNullException(name);

    /// <summary>The items, when none of them is null; checked as they are read.</summary>
    public static IEnumerable<T> Items<T>(IEnumerable<T>? items, [CallerArgumentExpression(nameof(items))] string? name = null)
        where T : class =>
        NotNull(items, name).Select(item => item ?? throw new ArgumentException("One of the items is null.", name));

    /// <summary>
    /// The text, when it is well-formed UTF-16: a lone surrogate has no UTF-8 form, so it could not be written to a journal.
    /// </summary>
    public static string Text(string? value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        IsWellFormed(NotNull(value, name)) ? value! : throw new ArgumentException("The text contains a lone surrogate.", name);

    /// <summary>The text, when it is well-formed or absent.</summary>
    public static string? OptionalText(string? value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is null ? null : Text(value, name);

    /// <summary>The texts, when all are well-formed, or none.</summary>
    public static Seq<string>? Texts(Seq<string>? values, [CallerArgumentExpression(nameof(values))] string? name = null)
    {
        foreach (var value in values ?? []) Text(value, name);
        return values;
    }

    /// <summary>
    /// A name: the first character a letter (or a digit, where allowed), then up to 127 of letters, digits and <c>_ . -</c>.
    /// </summary>
    public static string Name(string? value, bool digitFirst, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        NotNull(value, name).Length is > 0 and <= 128
        && (char.IsAsciiLetter(value![0]) || (digitFirst && char.IsAsciiDigit(value[0])))
        && value.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')
            ? value
            : throw new ArgumentException($"'{value}' is not a name: {(digitFirst ? "a letter or digit" : "a letter")} first, "
                + "then letters, digits, '_', '.' and '-', 128 characters at most.", name);

    /// <summary>The number, when it is not negative.</summary>
    public static T NotNegative<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : struct, IComparable<T> =>
        value.CompareTo(default) >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, "It must not be negative.");

    /// <summary>The enum value, when it is one of those declared; <paramref name="last"/> is the last of them.</summary>
    public static T Declared<T>(T value, T last, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : struct, Enum =>
        Comparer<T>.Default.Compare(value, default) >= 0 && Comparer<T>.Default.Compare(value, last) <= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "It is not a declared value.");

    /// <summary>At most <paramref name="length"/> UTF-16 units of the text, never half a surrogate pair.</summary>
    public static string Cap(string value, int length) =>
        value.Length <= length ? value : value[..(char.IsHighSurrogate(value[length - 1]) ? length - 1 : length)];

    private static bool IsWellFormed(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i])) continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1])) return false;
            i++;
        }
        return true;
    }
}
