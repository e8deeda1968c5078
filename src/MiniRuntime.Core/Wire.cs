using System.Text;

namespace MiniRuntime.Core;

/// <summary>The names of the core's enums, as they stand in files, traces and reasons.</summary>
public static class Wire
{
    /// <summary>The value's own name in snake_case: <c>budget_exhausted</c> for <see cref="StopReason.BudgetExhausted"/>.</summary>
    public static string Name<T>(this T value) where T : struct, Enum
    {
        var name = new StringBuilder();
        foreach (var c in value.ToString())
        {
            if (name.Length > 0 && char.IsAsciiLetterUpper(c)) name.Append('_');
            name.Append(char.ToLowerInvariant(c));
        }
        return name.ToString();
    }
}
