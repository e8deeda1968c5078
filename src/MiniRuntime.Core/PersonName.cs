using System.Globalization;
using System.Text;

namespace MiniRuntime.Core;

/// <summary>
/// Names of people, told apart by what of them can be seen: without invisible characters, case, width, and accents. So names that look the
/// same are not trusted to be two people's. Who somebody is, is the host's to establish: letters of two scripts can look alike too.
/// </summary>
/// <remarks>
/// <c>string.Normalize</c> depends on the machine (in invariant mode it changes nothing), and a run must be the same on all of them. What
/// it would do is done here for Latin letters and full-width forms; of other scripts only separate marks are left out.
/// </remarks>
public static class PersonName
{
    // The letters U+00C0 to U+017F, and U+1E00 to U+1EFF, each without its accents.
    private const string Latin = "AAAAAAÆCEEEEIIIIÐNOOOOO×ØUUUUYÞßaaaaaaæceeeeiiiiðnooooo÷øuuuuyþyAaAaAaCcCcCcCcDdĐđEeEeEeEeEeGgGg"
        + "GgGgHhĦħIiIiIiIiIıĲĳJjKkĸLlLlLlĿŀŁłNnNnNnŉŊŋOoOoOoŒœRrRrRrSsSsSsSsTtTtŦŧUuUuUuUuUuUuWwYyYZzZzZzs";

    private const string MoreLatin = "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRr"
        + "SsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwyẚsẜẝẞẟAaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEe"
        + "EeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYyỺỻỼỽỾỿ";

    /// <summary>True when nothing of the name can be seen, or there is none.</summary>
    public static bool IsNobody(string? name) => Visible(name ?? "").Length == 0;

    /// <summary>True when the names may be one person's.</summary>
    public static bool AreAlike(string one, string other) => Visible(one) == Visible(other);

    private static string Visible(string name)
    {
        var text = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
            if (!Invisible.Is(rune) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
                text.Append(Rune.ToUpperInvariant(Plain(rune)));
        return text.ToString();
    }

    private static Rune Plain(Rune rune) => rune.Value switch
    {
        >= 0xC0 and <= 0x17F => new Rune(Latin[rune.Value - 0xC0]),
        >= 0x1E00 and <= 0x1EFF => new Rune(MoreLatin[rune.Value - 0x1E00]),
        >= 0xFF01 and <= 0xFF5E => new Rune(rune.Value - 0xFF01 + '!'),
        _ => rune,
    };
}
