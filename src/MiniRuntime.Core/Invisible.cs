using System.Globalization;
using System.Text;

namespace MiniRuntime.Core;

/// <summary>Characters that show nothing: white space, control and format characters, and those that only shape or fill.</summary>
internal static class Invisible
{
    public static bool Is(Rune rune) => Rune.IsWhiteSpace(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        // What Unicode lets a display ignore beside those (Default_Ignorable_Code_Point), and the blank Braille pattern.
        || rune.Value is 0x34F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or 0x2800 or 0x3164
            or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);
}
