using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MiniRuntime.Testing;

/// <summary>What the bodies of laws say, so that they need no test framework: each throws when what it says is not so.</summary>
internal static class Expect
{
    public static void True(
        [DoesNotReturnIf(false)] bool holds, string? otherwise = null, [CallerArgumentExpression(nameof(holds))] string said = "")
    {
        if (!holds) throw new BrokenExpectationException(otherwise ?? $"expected: {said}");
    }

    public static void False(bool holds, [CallerArgumentExpression(nameof(holds))] string said = "") =>
        True(!holds, $"expected not: {said}");

    /// <summary>Equal values; sequences item by item, whatever holds them.</summary>
    public static void Equal<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string said = "")
    {
        if (Difference(expected, actual) is { } difference) throw new BrokenExpectationException($"{said}: {difference}");
    }

    public static void NotEqual<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string said = "") =>
        True(Difference(expected, actual) is not null, $"{said}: expected anything but {expected}");

    public static void Null(object? value, [CallerArgumentExpression(nameof(value))] string said = "") =>
        True(value is null, $"{said}: expected nothing, found {value}");

    public static void NotNull([NotNull] object? value, [CallerArgumentExpression(nameof(value))] string said = "") =>
        True(value is not null, $"{said}: expected something, found nothing");

    public static T Single<T>(IEnumerable<T> items, [CallerArgumentExpression(nameof(items))] string said = "")
    {
        var all = items.ToList();
        True(all.Count == 1, $"{said}: expected one, found {all.Count}: {string.Join(", ", all)}");
        return all[0];
    }

    public static void Empty<T>(IEnumerable<T> items, [CallerArgumentExpression(nameof(items))] string said = "") =>
        True(!items.Any(), $"{said}: expected none, found {string.Join(", ", items)}");

    public static void NotEmpty<T>(IEnumerable<T> items, [CallerArgumentExpression(nameof(items))] string said = "") =>
        True(items.Any(), $"{said}: expected some, found none");

    public static void Contains<T>(T item, IEnumerable<T> items, [CallerArgumentExpression(nameof(items))] string said = "") =>
        True(items.Contains(item), $"{said}: expected {item} among {string.Join(", ", items)}");

    public static void Contains<T>(
        IEnumerable<T> items, Func<T, bool> wanted, [CallerArgumentExpression(nameof(wanted))] string said = "") =>
        True(items.Any(wanted), $"expected one with {said} among {string.Join(", ", items)}");

    public static void DoesNotContain<T>(T item, IEnumerable<T> items, [CallerArgumentExpression(nameof(items))] string said = "") =>
        True(!items.Contains(item), $"{said}: expected no {item} among {string.Join(", ", items)}");

    public static void DoesNotContain<T>(
        IEnumerable<T> items, Func<T, bool> unwanted, [CallerArgumentExpression(nameof(unwanted))] string said = "") =>
        True(!items.Any(unwanted), $"expected none with {said} among {string.Join(", ", items)}");

    public static void Distinct<T>(IEnumerable<T> items, [CallerArgumentExpression(nameof(items))] string said = "") =>
        True(items.Distinct().Count() == items.Count(), $"{said}: expected each once, found {string.Join(", ", items)}");

    public static void InRange<T>(T value, T least, T most, [CallerArgumentExpression(nameof(value))] string said = "")
        where T : IComparable<T> =>
        True(value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0, $"{said}: expected {least} to {most}, found {value}");

    public static async Task<T> ThrowsAsync<T>(Func<Task> work, [CallerArgumentExpression(nameof(work))] string said = "")
        where T : Exception
    {
        try
        {
            await work();
        }
        catch (T e)
        {
            return e;
        }
        throw new BrokenExpectationException($"{said}: expected {typeof(T).Name}, found nothing thrown");
    }

    public static void All<T>(IEnumerable<T> items, Action<T> each)
    {
        foreach (var item in items) each(item);
    }

    public static void Throws<TException>(Action act, [CallerArgumentExpression(nameof(act))] string said = "") where TException : Exception
    {
        try
        {
            act();
        }
        catch (TException)
        {
            return;
        }
        True(false, $"{said}: expected {typeof(TException).Name}");
    }

    private static string? Difference(object? expected, object? actual)
    {
        if (Equals(expected, actual)) return null;
        if (expected is string or null || actual is string or null || expected is not IEnumerable some || actual is not IEnumerable others)
            return $"expected {expected ?? "nothing"}, found {actual ?? "nothing"}";
        var (left, right) = (some.Cast<object?>().ToList(), others.Cast<object?>().ToList());
        for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            if (i >= left.Count) return $"item {i} was not expected: {right[i]}";
            if (i >= right.Count) return $"item {i} is missing: {left[i]}";
            if (Difference(left[i], right[i]) is { } difference) return $"item {i}: {difference}";
        }
        return null;
    }
}

/// <summary>Something that a law says is not so.</summary>
internal sealed class BrokenExpectationException(string message) : Exception(message);
