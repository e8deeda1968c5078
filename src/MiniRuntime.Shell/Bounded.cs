using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Keeps what tools return within a bound: a run, its packets and its journal hold all of it. What is longer is cut, and its length and
/// hash are recorded, so that who has the whole can show that it is what was returned.
/// </summary>
internal static class Bounded
{
    /// <summary>The result, or one that says what it was cut from.</summary>
    /// <param name="result">What a tool returned.</param>
    /// <param name="most">How many UTF-16 units of text are kept.</param>
    public static ToolResult Of(ToolResult result, int most) => result.Match(most,
        ok: static (most, ok) => Size(ok.Data) <= most ? ok : (ToolResult)new Ok(Cut(ok.Data, most)),
        refused: static (most, refused) => new Refused(Cut(refused.Reason, most)),
        error: static (most, error) => new Error(Cut(error.Reason, most)),
        lost: static (most, lost) => new Lost(Cut(lost.Reason, most)));

    private static Json Cut(Json data, int most)
    {
        var (whole, hash) = (data is Json.String text ? text.Value : CanonicalJson.Write(data), CanonicalJson.Hash(data));
        return Json.Object.Of(("truncated", true), ("characters", whole.Length), ("sha256", hash), ("beginning", Clean.Cap(whole, most)));
    }

    private static string Cut(string reason, int most) => reason.Length <= most
        ? reason
        : $"{Clean.Cap(reason, most)}… (cut; {reason.Length} characters, SHA-256 of the JSON text {CanonicalJson.Hash(reason)})";

    // At least as many characters as its canonical text has, without writing it: most results are small, and are written once only.
    private static long Size(Json data) => data switch
    {
        Json.String text => Size(text.Value),
        Json.Array array => array.Items.Sum(static item => Size(item) + 1) + 2,
        Json.Object o => o.Fields.Sum(static field => Size(field.Name) + Size(field.Value) + 2) + 2,
        Json.Number { Value: var number } => number == (short)Math.Clamp(number, short.MinValue, short.MaxValue) ? 6 : 31,
        _ => 5,
    };

    // A character that is written as an escape takes up to six.
    private static long Size(string text)
    {
        var size = text.Length + 2L;
        foreach (var c in text) size += c < ' ' ? 5 : c is '"' or '\\' ? 1 : 0;
        return size;
    }
}
