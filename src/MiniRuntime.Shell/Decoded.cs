using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>What came of decoding: a value, or everything that was found wrong.</summary>
/// <typeparam name="T">The value.</typeparam>
public sealed record Decoded<T> where T : notnull
{
    private readonly T? _value;

    internal Decoded(T value)
    {
        _value = value;
        Faults = [];
    }

    internal Decoded(Seq<Fault> faults) => Faults = faults;

    /// <summary>What is wrong, in order of lines; none when there is a value.</summary>
    public Seq<Fault> Faults { get; }

    /// <summary>True when there is a value.</summary>
    public bool IsValid => Faults.Count == 0;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message lists the faults.</exception>
    public T Value => IsValid ? _value! : throw new InvalidOperationException(string.Join('\n', Faults));
}
