using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>Builds the tree of nodes from the reader's tokens, with a loop instead of recursion: hostile nesting costs no stack.</summary>
internal sealed class TreeBuilder(FaultList faults, int maxDepth)
{
    private const int MaxNumberInMessage = 40;

    private readonly Stack<Node> _open = [];
    private string? _field;
    private int _line = 1;
    private int _counted;

    /// <summary>The whole value, once all tokens are taken.</summary>
    public Node? Root { get; private set; }

    private Node? Parent => _open.TryPeek(out var parent) ? parent : null;

    /// <summary>Takes the reader's token. False where nesting has become too deep to go on.</summary>
    public bool Take(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        var start = (int)reader.TokenStartIndex;
        _line += text[_counted..start].Count((byte)'\n');
        _counted = start;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                var container = new Node(Parent, _field, _line, reader.TokenType == JsonTokenType.StartObject);
                if (_open.Count == maxDepth)
                {
                    faults.Add(container, $"Arrays and objects nest deeper than {maxDepth} levels; make the value flatter.");
                    return false;
                }
                Place(container);
                _open.Push(container);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _open.Pop();
                break;
            case JsonTokenType.PropertyName:
                _field = Text(ref reader) ?? "\uFFFD";
                break;
            case JsonTokenType.String:
                Place(new Node(Parent, _field, _line, "string", Text(ref reader)));
                break;
            case JsonTokenType.Number:
                Place(new Node(Parent, _field, _line, "number", Number(ref reader)));
                break;
            case JsonTokenType.True or JsonTokenType.False:
                Place(new Node(Parent, _field, _line, "boolean", reader.TokenType == JsonTokenType.True));
                break;
            default:
                Place(new Node(Parent, _field, _line, "null", Json.None));
                break;
        }
        return true;
    }

    /// <summary>Reports that the text is no JSON from here on.</summary>
    public void AddSyntaxFault(string what, int line) => faults.Add(line, Here, $"This is not JSON: {what}");

    // Where the next value would stand.
    private string Here => Parent is { Kind: "object" } parent && _field is null
        ? parent.Path
        : new Node(Parent, _field, _line, "null", null).Path;

    private void Place(Node node)
    {
        _field = null;
        if (Parent is not { } parent) Root = node;
        else if (!parent.Add(node)) faults.Add(_line, node.Path, "The key occurs twice in this object; keep one of them.");
    }

    private Json? Number(ref Utf8JsonReader reader)
    {
        if (ExactNumber.TryRead(reader.ValueSpan, out var value)) return value;
        var token = Encoding.ASCII.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, MaxNumberInMessage)]);
        faults.Add(_line, Here, $"The number {token}{(reader.ValueSpan.Length > MaxNumberInMessage ? "…" : "")} cannot be held exactly; "
            + "28 decimal places and 28 significant digits are the most that always fit.");
        return null;
    }

    private string? Text(ref Utf8JsonReader reader)
    {
        if (!Utf8.IsValid(reader.ValueSpan))
        {
            faults.Add(_line, Here, "The text is not valid UTF-8; save it in UTF-8.");
            return null;
        }
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // The UTF-8 is valid, so it is an escape such as \ud800 without its other half.
            faults.Add(_line, Here, "The text contains half of a surrogate pair; write both halves, or the character itself.");
            return null;
        }
    }
}
