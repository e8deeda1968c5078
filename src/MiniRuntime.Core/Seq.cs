using System.Collections;
using System.Runtime.CompilerServices;
using System.Threading;

namespace MiniRuntime.Core;

/// <summary>
/// An immutable sequence with structural equality: two are equal when they hold equal items in the same order.
/// (<c>ImmutableArray</c> and <c>ImmutableList</c> compare by reference, so a record that holds one has no value equality.)
/// Reading an item and adding one at the end cost the same however long the sequence is.
/// </summary>
/// <typeparam name="T">The items; they should be immutable too.</typeparam>
/// <remarks>
/// Items live in chunks of at most 256, shared between a sequence and those made from it by <see cref="Add"/>. The last chunk may have
/// free slots. A slot is written once, by whoever claims it first, and no sequence that exists already can see it: this is the one place in
/// the core where a field changes after construction.
/// </remarks>
[CollectionBuilder(typeof(Seq), nameof(Seq.Create))]
public sealed class Seq<T> : IReadOnlyList<T>, IEquatable<Seq<T>>
{
    private const int ChunkSize = 256;

    private readonly T[][] _full;
    private readonly Chunk _last;
    private readonly int _lastCount;
    private readonly int _skipped;

    private Seq(T[][] full, Chunk last, int lastCount, int skipped = 0)
    {
        _full = full;
        _last = last;
        _lastCount = lastCount;
        _skipped = skipped;
    }

    // All chunks but the last are full; the last one has at least one item, unless there are none.
    internal static Seq<T> Of(ReadOnlySpan<T> items)
    {
        if (items.IsEmpty) return Empty;
        var full = new T[(items.Length - 1) / ChunkSize][];
        for (var i = 0; i < full.Length; i++) full[i] = items.Slice(i * ChunkSize, ChunkSize).ToArray();
        var last = items[(full.Length * ChunkSize)..].ToArray();
        return new Seq<T>(full, new Chunk(last, last.Length), last.Length);
    }

    // Takes the array over: the first so many items are the sequence's, the rest is room. Nobody else may write to it from now on.
    internal static Seq<T> Over(T[] items, int count) =>
        count <= ChunkSize ? new Seq<T>([], new Chunk(items, count), count) : Of(items.AsSpan(0, count));

    /// <summary>The sequence with no items.</summary>
    public static Seq<T> Empty { get; } = new([], new Chunk([], 0), 0);

    /// <summary>The number of items.</summary>
    public int Count => (_full.Length * ChunkSize) + _lastCount - _skipped;

    /// <summary>The item at a position, 0 first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            var (chunk, slot) = ((index + _skipped) / ChunkSize, (index + _skipped) % ChunkSize);
            return chunk < _full.Length ? _full[chunk][slot] : _last.Items[slot];
        }
    }

    /// <summary>This sequence with one more item at the end. This one stays as it is.</summary>
    public Seq<T> Add(T item)
    {
        if (_lastCount == ChunkSize) return new Seq<T>([.. _full, _last.Items], Chunk.Of(item), 1, _skipped);
        if (_last.Claim(_lastCount))
        {
            _last.Items[_lastCount] = item;
            return new Seq<T>(_full, _last, _lastCount + 1, _skipped);
        }
        // No free slot, or another sequence has taken it: go on in a copy of the last chunk. A sequence that grows by itself doubles it;
        // one that branches off, as every path of an explorer does, gets room for one more.
        var room = _lastCount == _last.Items.Length ? _lastCount * 2 : _lastCount + 2;
        var items = new T[Math.Clamp(room, 4, ChunkSize)];
        Array.Copy(_last.Items, items, _lastCount);
        items[_lastCount] = item;
        return new Seq<T>(_full, new Chunk(items, _lastCount + 1), _lastCount + 1, _skipped);
    }

    /// <summary>The items from a position on; none where it is beyond the end. They are shared, not copied.</summary>
    public Seq<T> From(int index)
    {
        if (index <= 0) return this;
        if (index >= Count) return Empty;
        // Chunks that are skipped as a whole are let go.
        var (gone, skipped) = ((index + _skipped) / ChunkSize, (index + _skipped) % ChunkSize);
        return new Seq<T>(gone == 0 ? _full : [.. _full.AsSpan(gone)], _last, _lastCount, skipped);
    }

    /// <summary>True when both hold equal items in the same order.</summary>
    public bool Equals(Seq<T>? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || other.Count != Count) return false;
        for (var i = 0; i < Count; i++)
            if (!EqualityComparer<T>.Default.Equals(this[i], other[i])) return false;
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Seq<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // The count and the last few items: cheap for a long sequence, and the end is where sequences of one run differ.
        var hash = new HashCode();
        hash.Add(Count);
        for (var i = Math.Max(0, Count - 8); i < Count; i++) hash.Add(this[i]);
        return hash.ToHashCode();
    }

    /// <summary>The items from first to last. A loop over them allocates nothing.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<T> IEnumerable<T>.GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<T>)this).GetEnumerator();

    /// <summary>The items in brackets, for people and for counterexamples.</summary>
    public override string ToString() => $"[{string.Join(", ", this)}]";

    /// <summary>True when both hold equal items in the same order.</summary>
    public static bool operator ==(Seq<T>? left, Seq<T>? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when they differ in an item or in length.</summary>
    public static bool operator !=(Seq<T>? left, Seq<T>? right) => !(left == right);

    /// <summary>Where a loop over a sequence has got.</summary>
    public struct Enumerator
    {
        private readonly Seq<T> _items;
        private int _next;

        internal Enumerator(Seq<T> items) => _items = items;

        /// <summary>The item that the loop is at.</summary>
        public readonly T Current => _items[_next - 1];

        /// <summary>Goes on to the next item; false where there is none.</summary>
        public bool MoveNext() => ++_next <= _items.Count;
    }

    private sealed class Chunk(T[] items, int used)
    {
        public readonly T[] Items = items;
        private int _used = used;

        public static Chunk Of(T first)
        {
            var items = new T[ChunkSize];
            items[0] = first;
            return new Chunk(items, 1);
        }

        // Atomic, so that two sequences that share this chunk can grow on two threads and never get the same slot.
        public bool Claim(int slot) =>
            slot < Items.Length && Interlocked.CompareExchange(ref _used, slot + 1, slot) == slot;
    }
}

/// <summary>Makes sequences.</summary>
public static class Seq
{
    /// <summary>A sequence of these items; what <c>[a, b, c]</c> calls.</summary>
    public static Seq<T> Create<T>(ReadOnlySpan<T> items) => Seq<T>.Of(items);

    /// <summary>A sequence of these items, in their order.</summary>
    public static Seq<T> ToSeq<T>(this IEnumerable<T> items) => items as Seq<T> ?? Seq<T>.Of(items.ToArray());

    /// <summary>The position of the item of this name, among items in ordinal order of their names; -1 when there is none.</summary>
    internal static int Find<T>(this Seq<T> sorted, string name, Func<T, string> nameOf)
    {
        for (int low = 0, high = sorted.Count - 1; low <= high;)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(nameOf(sorted[middle]), name);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }
}
