using System.Globalization;
using System.Text;

namespace MiniRuntime.Cli;

/// <summary>Text as one word of a command line that is suggested: to copy it is to mean that text, whatever is in it.</summary>
internal static class ShellWord
{
    /// <summary>The text, in quotes where a shell would take it for something else.</summary>
    public static string Of(string text) =>
        text.Length > 0 && text.All(IsPlain) ? text
        : OperatingSystem.IsWindows() ? $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        // What Escape would write otherwise needs a form that says so to the shell.
        : Escape.Line(text) == text ? $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'"
        : $"$'{string.Concat(Encoding.UTF8.GetBytes(text).Select(Byte))}'";

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c)
        || c is '_' or '-' or '.' or '/' or ':' or '#' or '@' or '%' or '+' or ','
        || (OperatingSystem.IsWindows() && c == '\\');

    private static string Byte(byte value) => value is >= 0x20 and < 0x7f and not (byte)'\'' and not (byte)'\\'
        ? ((char)value).ToString()
        : string.Create(CultureInfo.InvariantCulture, $"\\x{value:x2}");
}
