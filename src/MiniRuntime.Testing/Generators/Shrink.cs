using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>Simpler variants of a value, for counterexamples that a person can read. Each returns only values that differ.</summary>
internal static class Shrink
{
    /// <summary>Shorter lists first (halves, then single items dropped), then lists with one simpler item.</summary>
    public static IEnumerable<Seq<T>> List<T>(Seq<T> items, Func<T, IEnumerable<T>> item)
    {
        for (var size = items.Count; size > 0; size /= 2)
        {
            for (var from = 0; from + size <= items.Count; from += size)
                yield return items.Take(from).Concat(items.Skip(from + size)).ToSeq();
        }
        for (var i = 0; i < items.Count; i++)
        {
            foreach (var simpler in item(items[i]))
                yield return items.Take(i).Append(simpler).Concat(items.Skip(i + 1)).ToSeq();
        }
    }

    public static IEnumerable<Seq<T>> List<T>(Seq<T> items) => List(items, None);

    public static IEnumerable<T> None<T>(T value) => [];

    /// <summary>The simple values, when the value is none of them yet.</summary>
    public static IEnumerable<T> Towards<T>(T value, params T[] simple) =>
        simple.TakeWhile(candidate => !EqualityComparer<T>.Default.Equals(candidate, value));

    public static IEnumerable<int> Count(int value) => Towards(value, 0, 1, 2, value / 2, value - 1).Where(n => n >= 0 && n < value);

    public static IEnumerable<string> Text(string value) => Towards(value, "", "a").Take(value.Length);
}
