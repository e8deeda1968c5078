namespace MiniRuntime.Core;

/// <summary>Patterns over whole names: <c>*</c> is any run of characters, <c>?</c> is any one, everything else is itself.</summary>
public static class Glob
{
    /// <summary>True when the whole text matches. Takes at most pattern times text steps, whatever the pattern.</summary>
    public static bool Matches(string pattern, string text)
    {
        // Only the last star can need another try: what came before it has matched already, and a later start for it gains nothing.
        int p = 0, t = 0, star = -1, retry = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*') (star, retry) = (p++, t);
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t])) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++retry);
            else return false;
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    /// <summary>True when the text has a <c>*</c> or a <c>?</c>, so that it names more than one thing.</summary>
    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny('*', '?') >= 0;
}
