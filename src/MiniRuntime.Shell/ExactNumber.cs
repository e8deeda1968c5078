namespace MiniRuntime.Shell;

/// <summary>Reads JSON numbers as decimals, exactly or not at all. (<c>decimal.Parse</c> rounds what does not fit, silently.)</summary>
internal static class ExactNumber
{
    /// <summary>A decimal is a whole number below 2^96, divided by a power of ten up to this one.</summary>
    private const int MaxPlaces = 28;

    private const int MaxDigits = 29;

    /// <summary>The number that a JSON number token stands for; false when no decimal is exactly that number.</summary>
    /// <param name="token">A token that follows the grammar of JSON numbers; any length, any exponent.</param>
    /// <param name="value">The number.</param>
    public static bool TryRead(ReadOnlySpan<byte> token, out decimal value)
    {
        value = 0;
        var negative = token[0] == '-';
        var e = token.IndexOfAny((byte)'e', (byte)'E');
        var exponent = e < 0 ? 0 : Exponent(token[(e + 1)..]);
        var mantissa = token[(negative ? 1 : 0)..(e < 0 ? token.Length : e)];
        var point = mantissa.IndexOf((byte)'.');
        if (point >= 0) exponent -= mantissa.Length - point - 1;

        // Zeros at either end take no room: 0.10e2 is 1 with exponent 1.
        var digits = new List<byte>(MaxDigits);
        var zeros = 0;
        foreach (var c in mantissa)
        {
            if (c == '.') continue;
            if (c == '0')
            {
                zeros++;
                continue;
            }
            if (digits.Count > 0 && digits.Count + zeros >= MaxDigits) return false;
            for (; digits.Count > 0 && zeros > 0; zeros--) digits.Add((byte)'0');
            zeros = 0;
            digits.Add(c);
        }
        if (digits.Count == 0) return true;
        exponent += zeros;
        if (exponent < -MaxPlaces || digits.Count + exponent > MaxDigits) return false;

        var whole = UInt128.Zero;
        foreach (var c in digits) whole = (whole * 10) + (UInt128)(c - '0');
        for (var i = 0; i < exponent; i++) whole *= 10;
        if (whole >> 96 != 0) return false;
        value = new decimal((int)(uint)whole, (int)(uint)(whole >> 32), (int)(uint)(whole >> 64), negative, (byte)Math.Max(0, -exponent));
        return true;
    }

    // No token is long enough to make up for an exponent beyond this; so saturating there changes nothing.
    private static long Exponent(ReadOnlySpan<byte> text)
    {
        const long Far = 1_000_000_000_000;
        var negative = text[0] == '-';
        var value = 0L;
        foreach (var c in text)
            if (char.IsAsciiDigit((char)c)) value = Math.Min(Far, (value * 10) + (c - '0'));
        return negative ? -value : value;
    }
}
