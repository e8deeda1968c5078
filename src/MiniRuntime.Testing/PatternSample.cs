using System.Text;

namespace MiniRuntime.Testing;

/// <summary>
/// A short text for a regular expression, made by reading it from left to right: the first alternative, the least repetition, the first
/// character of a class. Best effort, for patterns as people write them in policies; whoever uses it checks whether the text matches.
/// </summary>
internal static class PatternSample
{
    /// <summary>A text; null where the pattern has something that is not read here.</summary>
    public static string? Of(string pattern)
    {
        var at = 0;
        return Alternatives(pattern, ref at) is { } text && at == pattern.Length ? text : null;
    }

    private static string? Alternatives(string pattern, ref int at)
    {
        var first = Sequence(pattern, ref at);
        while (first is not null && at < pattern.Length && pattern[at] == '|')
        {
            at++;
            if (Sequence(pattern, ref at) is null) return null;
        }
        return first;
    }

    private static string? Sequence(string pattern, ref int at)
    {
        var text = new StringBuilder();
        while (at < pattern.Length && pattern[at] is not ('|' or ')'))
        {
            if (One(pattern, ref at) is not { } piece || Least(pattern, ref at) is not { } times) return null;
            for (var i = 0; i < times; i++) text.Append(piece);
            if (text.Length > 1000) return null;
        }
        return text.ToString();
    }

    private static string? One(string pattern, ref int at)
    {
        switch (pattern[at++])
        {
            case '^' or '$':
                return "";
            case '.':
                return "x";
            case '(':
                if (Group(pattern, ref at) is not { } inside || at >= pattern.Length || pattern[at++] != ')') return null;
                return inside;
            case '[':
                return Class(pattern, ref at);
            case '\\':
                return at < pattern.Length ? Escaped(pattern[at++]) : null;
            case var c and not ('*' or '+' or '?' or '{'):
                return $"{c}";
            default:
                return null;
        }
    }

    // A plain group, one that is not captured or named, or options for the rest: (?i).
    private static string? Group(string pattern, ref int at)
    {
        if (at >= pattern.Length || pattern[at] != '?') return Alternatives(pattern, ref at);
        var end = pattern.AsSpan(at).IndexOfAny(":>)");
        if (end < 0 || pattern.AsSpan(at, end).IndexOfAny("=!") >= 0) return null;
        at += end;
        if (pattern[at] == ')') return "";
        at++;
        return Alternatives(pattern, ref at);
    }

    private static string? Escaped(char c) => c switch
    {
        'd' => "0",
        'w' or 'S' or 'D' => "a",
        's' or 'W' => " ",
        'A' or 'z' or 'Z' or 'b' => "",
        'n' => "\n",
        't' => "\t",
        _ => char.IsAsciiLetterOrDigit(c) ? null : $"{c}",
    };

    private static string? Class(string pattern, ref int at)
    {
        var end = pattern.IndexOf(']', Math.Min(at + 1, pattern.Length));
        if (end < 0) return null;
        var inside = pattern[at..end];
        at = end + 1;
        if (inside.StartsWith('^'))
            return "x~5 ".Select(static c => $"{c}").FirstOrDefault(c => !inside.Contains(c, StringComparison.Ordinal));
        return inside.StartsWith('\\') && inside.Length > 1 ? Escaped(inside[1]) : $"{inside[0]}";
    }

    // How often, at least; null where the braces are not a count.
    private static int? Least(string pattern, ref int at)
    {
        var times = 1;
        if (at < pattern.Length && pattern[at] is '*' or '+' or '?')
        {
            times = pattern[at++] == '+' ? 1 : 0;
        }
        else if (at < pattern.Length && pattern[at] == '{')
        {
            var end = pattern.IndexOf('}', at);
            if (end < 0 || !int.TryParse(pattern.AsSpan(at + 1, end - at - 1).ToString().Split(',')[0], out times)) return null;
            at = end + 1;
        }
        if (at < pattern.Length && pattern[at] == '?') at++;
        return times;
    }
}
