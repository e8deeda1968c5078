using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Lab12;

/// <summary>
/// Given: a list that compares by what it holds. An ImmutableList compares by reference, and then "the same state" could not be said.
/// </summary>
[CollectionBuilder(typeof(Items), nameof(Items.Create))]
public sealed class Items<T>(ImmutableList<T> list) : IReadOnlyList<T>, IEquatable<Items<T>>
{
    public int Count => list.Count;

    public T this[int index] => list[index];

    public Items<T> Add(T item) => new(list.Add(item));

    public bool Equals(Items<T>? other) => other is not null && this.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as Items<T>);

    public override int GetHashCode() => list.Count;

    public override string ToString() => $"[{string.Join(", ", list)}]";

    public IEnumerator<T> GetEnumerator() => list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes them: <c>Items&lt;int&gt; numbers = [1, 2, 3];</c></summary>
public static class Items
{
    public static Items<T> Create<T>(ReadOnlySpan<T> items) => new([.. items]);
}
