using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// What a server's tool is called in a run: <c>server__tool</c>, of ASCII letters, digits, <c>_</c> and <c>-</c>, 64 at most, since models
/// and clients take no others. An upstream name that does not fit gets one that ends in ten digits of its hash; so does one that looks as
/// if it had, so that no tool can take another one's name.
/// </summary>
public static class ServerToolName
{
    private const int Max = 64;
    private const int Digits = 10;

    /// <summary>The name. The same upstream name always gets the same one.</summary>
    public static string Of(string server, string upstream)
    {
        var room = Max - server.Length - 2;
        if (upstream.Length > 0 && upstream.Length <= room && upstream.All(Fits) && !LooksMapped(upstream)) return $"{server}__{upstream}";
        var plain = string.Concat(upstream.EnumerateRunes().Take(room - Digits - 1).Select(static rune =>
            rune.IsAscii && Fits((char)rune.Value) ? (char)rune.Value : '_'));
        return $"{server}__{plain}_{CanonicalJson.Hash(upstream)[..Digits]}";
    }

    /// <summary>What a hasty eye sees: names with one look are easily taken for one another.</summary>
    public static string Looks(string name) => string.Concat(name.Select(static c => char.ToLowerInvariant(c) switch
    {
        '-' => '_',
        '0' => 'o',
        '1' or 'i' => 'l',
        '5' => 's',
        var other => other,
    }));

    private static bool Fits(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    private static bool LooksMapped(string name) =>
        name.Length > Digits && name[^(Digits + 1)] == '_' && name[^Digits..].All(char.IsAsciiHexDigitLower);
}
