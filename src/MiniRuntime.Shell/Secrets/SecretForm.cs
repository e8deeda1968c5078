using System.Text;

namespace MiniRuntime.Shell;

/// <summary>One form of a secret: a row of characters, each of which may be spelled in any way.</summary>
internal sealed class SecretForm
{
    /// <summary>Fewer characters in a row would be found by chance.</summary>
    public const int Enough = 8;

    private static readonly ILookup<int, char> _capitals = Enumerable.Range(0, 0x10000)
        .Where(static code => Folded(code) != code).ToLookup(Folded, static code => (char)code);

    private readonly int[] _codes;
    private readonly bool _onlyLetters;

    private SecretForm(IEnumerable<int> codes, bool onlyLetters) => (_codes, _onlyLetters) = ([.. codes], onlyLetters);

    /// <summary>By its letters and digits, whatever else stands between them; null where they are too few.</summary>
    public static SecretForm? OfLetters(string text)
    {
        var form = new SecretForm(Codes(text).Where(IsLetter), onlyLetters: true);
        return form._codes.Length >= Enough ? form : null;
    }

    /// <summary>By each of its characters.</summary>
    public static SecretForm Exactly(string text) => new(Codes(text), onlyLetters: false);

    /// <summary>The UTF-16 units that it may begin with, where no escape stands for it.</summary>
    public IEnumerable<char> Starts => _codes[0] > char.MaxValue
        ? [char.ConvertFromUtf32(_codes[0])[0]]
        : [(char)_codes[0], .. _capitals[_codes[0]], .. _codes[0] == ' ' ? "+" : ""];

    /// <summary>Whether the form may begin with a character that is read so.</summary>
    public bool MayBegin(int code) => Is(code, 0);

    /// <summary>How many characters it has.</summary>
    public int Length => _codes.Length;

    /// <summary>
    /// How many of its characters have been matched once one more is read, after so many; null where it is another. Of letters, what stands
    /// between them changes nothing.
    /// </summary>
    public int? Matched(int before, int code) =>
        _onlyLetters && !IsLetter(code) ? before == 0 ? null : before
        : Is(code, before) ? before + 1
        : null;

    private bool Is(int code, int place) => Folded(code) == _codes[place]
        || (code == '+' && _codes[place] == ' ') || (code == Spelling.Mark && !IsLetter(_codes[place]));

    private static IEnumerable<int> Codes(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            var isPair = at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);
            yield return Folded(isPair ? char.ConvertToUtf32(text[at], text[at + 1]) : text[at]);
            if (isPair) at++;
        }
    }

    private static int Folded(int code) => code < 0x80 ? code is >= 'A' and <= 'Z' ? code | 0x20 : code
        : Rune.TryCreate(code, out var rune) ? Rune.ToLowerInvariant(rune).Value : code;

    private static bool IsLetter(int code) => code < 0x80
        ? code >= 0 && char.IsAsciiLetterOrDigit((char)code)
        : Rune.TryCreate(code, out var rune) && Rune.IsLetterOrDigit(rune);
}
