using System.Globalization;
using System.Text;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// A parsed JSON value with its place: the line on which it begins, and the path to it. Unlike <see cref="Json"/> it keeps the order of
/// fields, and may nest as deep as the parser was told to allow.
/// </summary>
internal sealed class Node
{
    private const int MaxNameInPath = 64;

    private readonly Node? _parent;
    private readonly string? _name;
    private readonly int _index;
    private readonly List<Node>? _children;
    private readonly Json? _scalar;
    private Dictionary<string, Node>? _byName;

    private Node(Node? parent, string? name, int line, string kind)
    {
        _parent = parent;
        _name = name;
        _index = name is null && parent is not null ? parent._children!.Count : 0;
        Line = line;
        Kind = kind;
    }

    /// <summary>A scalar. Without a value it is one whose fault was reported already.</summary>
    public Node(Node? parent, string? name, int line, string kind, Json? scalar) : this(parent, name, line, kind) =>
        _scalar = scalar;

    /// <summary>An array or an object with nothing in it yet.</summary>
    public Node(Node? parent, string? name, int line, bool isObject) : this(parent, name, line, isObject ? "object" : "array")
    {
        _children = [];
        _byName = isObject ? new Dictionary<string, Node>(StringComparer.Ordinal) : null;
    }

    /// <summary>The line on which the value begins, 1 first; for a field, that of its value.</summary>
    public int Line { get; }

    /// <summary><c>null</c>, <c>boolean</c>, <c>number</c>, <c>string</c>, <c>array</c> or <c>object</c>.</summary>
    public string Kind { get; }

    /// <summary>True for an array or an object.</summary>
    public bool IsContainer => _children is not null;

    /// <summary>True when the value itself is unusable, which was reported already.</summary>
    public bool IsBroken => !IsContainer && _scalar is null;

    /// <summary>The value of a scalar; null for others, and where it is broken.</summary>
    public Json? Scalar => _scalar;

    /// <summary>The field's name, for a field.</summary>
    public string? Name => _name;

    /// <summary>The items of an array, or the values of an object's fields, in the order of the text.</summary>
    public IReadOnlyList<Node> Children => _children ?? (IReadOnlyList<Node>)[];

    /// <summary>The value of the field with this name, or null.</summary>
    public Node? this[string name] => _byName?.GetValueOrDefault(name);

    /// <summary>For example <c>$.tools[2].name</c>. Odd names are quoted as in the normalized paths of RFC 9535.</summary>
    public string Path
    {
        get
        {
            var steps = new Stack<string>();
            for (var node = this; node._parent is { } parent; node = parent)
                steps.Push(node._name is { } name ? Step(name) : $"[{node._index}]");
            return "$" + string.Concat(steps);
        }
    }

    /// <summary>Adds a child that was made for this node. False, and not added, when a field of that name is there already.</summary>
    public bool Add(Node child)
    {
        if (child._name is not null && !_byName!.TryAdd(child._name, child)) return false;
        _children!.Add(child);
        return true;
    }

    /// <summary>The value for the core; null with a fault where it nests too deep, or is broken.</summary>
    public Json? ToJson(FaultList faults)
    {
        var before = faults.Count;
        if (Height > Json.MaxDepth) faults.Add(this, $"The value nests deeper than {Json.MaxDepth} levels; make it flatter.");
        return faults.Count > before ? null : Convert(faults);
    }

    // As the core counts it: a scalar is one level. The parser bounds nesting, so this recursion is bounded too.
    private int Height => _children is null or { Count: 0 } ? 1 : 1 + _children.Max(static child => child.Height);

    private Json? Convert(FaultList faults)
    {
        if (!IsContainer)
        {
            if (IsBroken) faults.Mark();
            return _scalar;
        }
        var before = faults.Count;
        var values = _children!.Select(child => child.Convert(faults)).ToList();
        if (faults.Count > before) return null;
        return _byName is null
            ? new Json.Array(values.ToSeq()!)
            : new Json.Object(_children!.Zip(values, static (child, value) => new Json.Field(child._name!, value!)));
    }

    /// <summary>The step of a path to the field with this name.</summary>
    public static string Step(string name)
    {
        if (name.Length is > 0 and <= MaxNameInPath && !char.IsAsciiDigit(name[0])
            && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            return "." + name;
        var quoted = new StringBuilder("['");
        foreach (var c in name.Length <= MaxNameInPath ? name : name[..MaxNameInPath] + "…")
        {
            if (c is '\'' or '\\') quoted.Append('\\').Append(c);
            else if (char.IsControl(c) || char.IsSurrogate(c)) quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else quoted.Append(c);
        }
        return quoted.Append("']").ToString();
    }
}
