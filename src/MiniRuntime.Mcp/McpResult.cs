using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Mcp;

/// <summary>What a server answered to a call, as the server wrote it: nothing of it is lost to what a library makes of it.</summary>
internal sealed record McpResult
{
    private readonly Seq<Json> _content;
    private readonly Json? _structured;

    private readonly Seq<Json> _elicited;

    private McpResult(Seq<Json> content, Json? structured, Seq<Json> elicited, bool isError)
    {
        _content = content;
        _structured = structured;
        _elicited = elicited;
        IsError = isError;
    }

    /// <summary>Whether the server says that the call failed.</summary>
    public bool IsError { get; }

    /// <summary>Whether it is no result, so that it does not say whether the call did.</summary>
    public bool IsNone { get; private init; }

    /// <summary>Reads a result. One that is none, or that asks for more before it gives one, is an error.</summary>
    /// <param name="result">What the server answered.</param>
    /// <param name="elicited">What it asked before that, and was answered.</param>
    public static McpResult Of(JsonNode? result, Seq<Json> elicited)
    {
        if (result is not JsonObject o) return Wrong("The server's answer is no result.");
        if (o["resultType"] is JsonValue type && type.ToString() != "complete")
            return Wrong($"The server asks for more ({type}), which is not served.");
        if (o["content"] is not (null or JsonArray)) return Wrong("The server's answer is no result: its 'content' is no array.");
        if (o["isError"] is { } error && error.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
            return Wrong("The server's answer is no result: its 'isError' is neither true nor false.");
        return new McpResult(
            (o["content"] as JsonArray ?? []).Select(static block => ExactJson.Of(Written(block))).ToSeq(),
            o["structuredContent"] is { } structured ? ExactJson.Of(Written(structured)) : null,
            elicited,
            o["isError"]?.GetValueKind() == JsonValueKind.True);
    }

    // As the server wrote it. The library cannot write again what has half of a surrogate pair in it.
    private static string Written(JsonNode? node)
    {
        try
        {
            return node?.ToJsonString() ?? "null";
        }
        catch (InvalidOperationException)
        {
            return node switch
            {
                JsonObject o => $"{{{string.Join(',', o.Select(static field =>
                    $"{JsonSerializer.Serialize(field.Key)}:{Written(field.Value)}"))}}}",
                JsonArray array => $"[{string.Join(',', array.Select(Written))}]",
                _ => node!.GetValue<JsonElement>().GetRawText(),
            };
        }
    }

    /// <summary>
    /// One text and nothing else is that text. Anything else is <c>{ content, structuredContent }</c>: the blocks as the server sent them,
    /// without texts that only repeat the structured content, and that content. What the server asked on the way is <c>elicited</c>.
    /// </summary>
    public Json Data()
    {
        if (_structured is null && _elicited.Count == 0 && _content is [var only] && Text(only) is { } plain) return plain;
        var said = _structured is null ? [] : Texts(_structured).ToHashSet(StringComparer.Ordinal);
        var blocks = _content.Where(block => _structured is null || Text(block) is not { } text
            || !(said.Contains(text) || IsSame(_structured, text))).ToSeq();
        var content = blocks.Count == 0 && _structured is not null ? null : new Json.Array(blocks);
        return Json.Object.Of(("content", content), ("structuredContent", _structured),
            ("elicited", _elicited.Count == 0 ? null : new Json.Array(_elicited)));
    }

    /// <summary>Why a call failed, in the server's words.</summary>
    public string Reason() =>
        _elicited.Count == 0 ? Failure() : $"{Failure()} It had asked: {CanonicalJson.Write(new Json.Array(_elicited))}";

    private string Failure() => string.Join('\n', _content.Select(Text).OfType<string>()) is { Length: > 0 } text ? text
        : _structured is not null ? CanonicalJson.Write(_structured)
        : "The server says that it failed, and not why.";

    private static McpResult Wrong(string why) => new([Json.Object.Of(("type", "text"), ("text", why))], null, [], isError: true)
    {
        IsNone = true,
    };

    // A block that says something about its text is more than that.
    private static string? Text(Json block) =>
        block is Json.Object { Fields.Count: 2 } o && o["type"] == "text" ? (o["text"] as Json.String)?.Value : null;

    // The specification has servers say structured content once more, as text; some say a text of it.
    private static bool IsSame(Json structured, string text) =>
        StrictJson.Parse(Encoding.UTF8.GetBytes(text), JsonSource.Wire) is { IsValid: true, Value: var same } && same == structured;

    private static IEnumerable<string> Texts(Json value) => value switch
    {
        Json.String text => [text.Value],
        Json.Array array => array.Items.SelectMany(Texts),
        Json.Object o => o.Fields.SelectMany(static field => Texts(field.Value)),
        _ => [],
    };
}
