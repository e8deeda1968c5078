using System.Numerics;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// Numbers within a range, by exact arithmetic: in units of the smallest decimal, so that nothing is rounded and nothing overflows.
/// </summary>
internal static class NumberLine
{
    private const int Places = 28;

    /// <summary>Some numbers within the range that fit the shape, readable ones first; none where there is none.</summary>
    /// <param name="low">The end below, or null.</param>
    /// <param name="high">The end above, or null.</param>
    /// <param name="shape">What a schema says; or null.</param>
    /// <param name="mayBe">Whether there may be one: false only where there is certainly none.</param>
    public static IReadOnlyList<decimal> Within(Bound? low, Bound? high, SchemaShape? shape, out bool mayBe)
    {
        low = Tighter(low, shape?.Low, above: true);
        high = Tighter(high, shape?.High, above: false);
        BigInteger[] steps = [.. (shape?.Steps ?? []).Select(Units)];
        var least = Units(low?.At ?? decimal.MinValue) + (low is { IsIn: false } ? 1 : 0);
        var most = Units(high?.At ?? decimal.MaxValue) - (high is { IsIn: false } ? 1 : 0);
        mayBe = false;
        if (steps.Length > 0)
        {
            var step = steps.Aggregate(static (one, other) => one / BigInteger.GreatestCommonDivisor(one, other) * other);
            return Multiples(least, most, step, low is null, high is null, out mayBe);
        }
        // Whole numbers before broken ones. A decimal is a whole number of its last place, so none is passed over.
        for (var places = 0; places <= Places; places++)
        {
            var found = Multiples(least, most, BigInteger.Pow(10, Places - places), low is null, high is null, out _);
            if (found.Count == 0) continue;
            mayBe = true;
            var finer = BigInteger.Pow(10, Math.Max(0, Places - places - 1));
            return [.. found, .. Multiples(least, most, finer, low is null, high is null, out _)];
        }
        return [];
    }

    private static List<decimal> Multiples(BigInteger least, BigInteger most, BigInteger step, bool noLow, bool noHigh, out bool some)
    {
        var (first, last) = (-Floor(-least, step), Floor(most, step));
        some = first <= last;
        if (!some) return [];
        // What is nearest to an end that was asked for, then what is beside it; and what is nearest to nothing.
        var near = BigInteger.Max(first, BigInteger.Min(last, noLow && noHigh ? 1 : 0));
        BigInteger[] counts = noLow && noHigh ? [near, 0, 2] : noLow ? [last, last - 1, near] : noHigh ? [first, first + 1, near]
            : [first, last, first + 1, (first + last) / 2, near];
        return [.. counts.Distinct().Where(count => count >= first && count <= last).Select(count => Decimal(count * step))
            .OfType<decimal>()];
    }

    private static Bound? Tighter(Bound? one, Bound? other, bool above) => one is null ? other : other is null ? one
        : one.At == other.At ? (one.IsIn ? other : one)
        : one.At > other.At == above ? one : other;

    private static BigInteger Floor(BigInteger value, BigInteger by)
    {
        var whole = BigInteger.DivRem(value, by, out var rest);
        return rest < 0 ? whole - 1 : whole;
    }

    private static BigInteger Units(decimal value)
    {
        var bits = decimal.GetBits(value);
        var digits = ((BigInteger)(uint)bits[2] << 64) + ((BigInteger)(uint)bits[1] << 32) + (uint)bits[0];
        return (value < 0 ? -digits : digits) * BigInteger.Pow(10, Places - (bits[3] >> 16 & 0xff));
    }

    // Null where it has too many digits.
    private static decimal? Decimal(BigInteger units)
    {
        var (digits, scale) = (BigInteger.Abs(units), Places);
        for (; scale > 0 && digits % 10 == 0; scale--) digits /= 10;
        if (digits >> 96 != 0) return null;
        return new decimal((int)(uint)(digits & uint.MaxValue), (int)(uint)(digits >> 32 & uint.MaxValue),
            (int)(uint)(digits >> 64), units.Sign < 0, (byte)scale);
    }
}
