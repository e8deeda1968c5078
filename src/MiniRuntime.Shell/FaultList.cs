using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>Collects faults while something is read, so that all of them can be told at once.</summary>
internal sealed class FaultList
{
    /// <summary>How many faults are kept: a file of nothing but faults must not cost more than it holds.</summary>
    public const int Limit = 100;

    private const int MaxMessage = 1000;

    private static readonly Seq<Fault> More =
        [new Fault(null, "$", $"Only the first {Limit} faults are listed; there may be more. Correct these first.")];

    private readonly List<Fault> _faults = [];

    /// <summary>
    /// Grows whenever something turns out to be unusable, also when the fault itself was reported before. What is read between two equal
    /// counts is usable.
    /// </summary>
    public int Count { get; private set; }

    /// <summary>Reports a fault.</summary>
    public void Add(int? line, string path, string message)
    {
        Count++;
        if (!IsFull) _faults.Add(new Fault(line, path, message.Length <= MaxMessage ? message : Clean.Text(message[..MaxMessage]) + "…"));
    }

    /// <summary>Reports a fault at a place in the value.</summary>
    public void Add(Node node, string message) => Add(node.Line, IsFull ? "$" : node.Path, message);

    /// <summary>True when no more faults are kept, so that looking for them is in vain.</summary>
    public bool IsFull => _faults.Count == Limit;

    /// <summary>Says that something unusable was met whose fault is reported already.</summary>
    public void Mark() => Count++;

    /// <summary>The value, or else the faults in order of lines.</summary>
    public Decoded<T> Result<T>(T? value) where T : notnull => Count == 0 && value is not null
        ? new Decoded<T>(value)
        : new Decoded<T>([.. _faults.OrderBy(static fault => fault.Line ?? 0), .. IsFull ? More : []]);
}
