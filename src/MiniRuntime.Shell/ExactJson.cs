using System.Text;
using System.Text.Json;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// JSON text from outside as a value. It is kept exactly; where that cannot be (a number that no decimal holds, a key that occurs twice,
/// half a surrogate pair, nesting over 64 levels) nothing of it is rounded or dropped: it is kept as text, and says why.
/// </summary>
internal static class ExactJson
{
    /// <summary>The value, or <c>{ "notExact": why, "text": the text }</c>.</summary>
    public static Json Of(string text)
    {
        var read = StrictJson.Parse(Encoding.UTF8.GetBytes(text), JsonSource.Wire);
        return read.IsValid ? read.Value : Json.Object.Of(("notExact", read.Faults[0].ToString()), ("text", Clean.Text(text)));
    }

    /// <summary>The value as System.Text.Json has it.</summary>
    public static JsonElement Element(Json value)
    {
        using var document = JsonDocument.Parse(CanonicalJson.Write(value), new JsonDocumentOptions { MaxDepth = Json.MaxDepth });
        return document.RootElement.Clone();
    }
}
