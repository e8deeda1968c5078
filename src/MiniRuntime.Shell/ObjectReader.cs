using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Reads one object field by field, and knows at the end which fields nobody asked for. Faults are collected, and reading goes on with
/// default values: they never get further, since nothing is made of an object that had a fault.
/// </summary>
internal sealed class ObjectReader
{
    private readonly Node _node;
    private readonly FaultList _faults;
    private readonly int _before;
    private readonly List<string> _known = [];
    private bool _unsorted;

    public ObjectReader(Node node, FaultList faults)
    {
        _node = node;
        _faults = faults;
        _before = faults.Count;
        As.Expect(node, faults, "object");
    }

    /// <summary>True while nothing in this object was found unusable.</summary>
    public bool IsClean => _faults.Count == _before;

    /// <summary>A field that must be there.</summary>
    public T Required<T>(string name, ReadValue<T> read)
    {
        if (Find(name) is { } field) return read(field, _faults);
        if (_node.Kind == "object") _faults.Add(_node, $"The field '{name}' is missing; add it.");
        return default!;
    }

    /// <summary>A field that can be left out, and what stands for it then.</summary>
    public T Optional<T>(string name, ReadValue<T> read, T otherwise) => Find(name) is { } field ? read(field, _faults) : otherwise;

    /// <summary>A field that can be left out.</summary>
    public T? Optional<T>(string name, ReadValue<T> read) where T : class => Find(name) is { } field ? read(field, _faults) : null;

    /// <summary>A field that can be left out.</summary>
    public T? OptionalValue<T>(string name, ReadValue<T> read) where T : struct => Find(name) is { } field ? read(field, _faults) : null;

    /// <summary>
    /// A field that says which of several forms the object has; null with a fault when it does not. Then no field is called unknown, since
    /// nobody can tell.
    /// </summary>
    public string? OneOf(string name, params string[] names)
    {
        var before = _faults.Count;
        var value = Required(name, As.Text);
        _unsorted = _faults.Count > before || !names.Contains(value);
        if (!_unsorted) return value;
        if (_faults.Count == before && Find(name) is { } field)
            _faults.Add(field, $"{As.Quote(value)} is not possible here; use one of {string.Join(", ", names)}.");
        return null;
    }

    /// <summary>True when the field is there.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>Reports a fault at the field, or at the object where there is no such field.</summary>
    public void Fault(string name, string message) => _faults.Add(Find(name) ?? _node, message);

    /// <summary>
    /// Reports fields that nobody asked for; then, if all is well, makes the value. What its constructor refuses is a fault of the object.
    /// After a fault it gives a default, which must not be used.
    /// </summary>
    public T Make<T>(Func<T>? make)
    {
        foreach (var field in _unsorted ? [] : _node.Children)
            if (field.Name is { } name && !_known.Contains(name) && !_faults.IsFull) _faults.Add(field, Unknown(name));
        if (!IsClean || make is null) return default!;
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            _faults.Add(_node, As.Message(e));
            return default!;
        }
    }

    private Node? Find(string name)
    {
        if (!_known.Contains(name)) _known.Add(name);
        return _node[name];
    }

    private string Unknown(string name) => _known.Count == 0 ? "No field is allowed here; remove it."
        : _known.MinBy(known => Distance(known, name)) is { } near && Distance(near, name) <= 2
            ? $"The field is not known here; did you mean '{near}'?"
            : $"The field is not known here; known are {string.Join(", ", _known)}.";

    // Levenshtein's distance, by the usual table of which two rows are kept. Long names are not near anything.
    private static int Distance(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > 2) return int.MaxValue;
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (diagonal, left) = (row[0], row[0] = i);
            for (var j = 1; j <= other.Length; j++)
            {
                left = Math.Min(Math.Min(left, row[j]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], left);
            }
        }
        return row[other.Length];
    }
}
