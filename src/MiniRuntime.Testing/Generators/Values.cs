using FsCheck;
using FsCheck.Fluent;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>Texts and JSON values: mostly plain, sometimes as hostile as a well-formed value can be.</summary>
internal static class Values
{
    /// <summary>Texts that have broken somebody's program before. Control characters, bidi overrides, blanks, pairs, length.</summary>
    private static readonly string[] Hostile =
    [
        "\0", "\u001b[31m", "\u202Egnp.exe", "\uFEFF", " \t\r\n", "\U0001F600", "e\u0301", "\uFFFF", "{\"a\":1}", "\"\\\n", "*", "?",
        "null",
        "\u0130\u0131", new string('x', 5000),
    ];

    private static readonly decimal[] Extremes =
    [
        decimal.MaxValue, decimal.MinValue, 0.0000000000000000000000000001m, -0.0000000000000000000000000001m, 1.0m, 0.10m, -0.0m,
        7.9228162514264337593543950335m, long.MaxValue, long.MinValue, 1e28m,
    ];

    public static Gen<string> Text { get; } = Gen.Frequency(
        (10, Gen.Elements("a", "alice", "hello", "7", "")),
        (1, Gen.Elements(Hostile)),
        (1, from n in Gen.Choose(1, 8) from units in Gen.ArrayOf(Gen.Choose(0, 0xFFFF), n) select WellFormed(units)));

    public static Gen<decimal> Number { get; } = Gen.Frequency(
        (6, from n in Gen.Choose(-3, 12) select (decimal)n),
        (1, from n in Gen.Choose(-999, 999) from places in Gen.Choose(0, 3) select new decimal(Math.Abs(n), 0, 0, n < 0, (byte)places)),
        (1, Gen.Elements(Extremes)),
        (1, from low in Gen.Choose(int.MinValue, int.MaxValue)
            from mid in Gen.Choose(int.MinValue, int.MaxValue)
            from high in Gen.Choose(int.MinValue, int.MaxValue)
            from places in Gen.Choose(0, 28)
            select new decimal(low, mid, high, low < 0, (byte)places)));

    private static Gen<Json> Scalar { get; } = Gen.Frequency(
        (1, Gen.Constant(Json.None)),
        (1, from b in Gen.Elements(true, false) select (Json)b),
        (3, from n in Number select (Json)n),
        (3, from s in Text select (Json)s));

    private static Gen<string> Name { get; } = Gen.Frequency(
        (8, Gen.Elements("to", "amount", "q", "deep", "items")), (1, Gen.Elements("", "/", "~", "to ", "To")), (1, Text));

    public static Gen<Json> Any { get; } = Deep(3);

    public static Gen<Json.Object> Input { get; } = Gen.Frequency((30, Fields(Deep(2))), (1, Gen.Constant(Nested(Json.MaxDepth))));

    /// <summary>An object in an object in an object: the deepest that may exist, and any less deep.</summary>
    public static Json.Object Nested(int depth)
    {
        var value = Json.Object.Empty;
        for (var i = 1; i < depth; i++) value = Json.Object.Of(("deep", value));
        return value;
    }

    public static IEnumerable<Json> Simpler(Json value) => value switch
    {
        Json.Null => [],
        Json.Bool b => b.Value ? [Json.None, false] : [Json.None],
        Json.Number n => Shrink.Towards<Json>(n, 0, 1, decimal.Truncate(n.Value)),
        Json.String s => Shrink.Text(s.Value).Select(text => (Json)text),
        Json.Array a => a.Items.Concat(Shrink.List(a.Items, Simpler).Select(items => (Json)new Json.Array(items))),
        Json.Object o => o.Fields.Select(field => field.Value).Concat(Simpler(o)),
        _ => [],
    };

    public static IEnumerable<Json.Object> Simpler(Json.Object value) =>
        from fields in Shrink.List(value.Fields, field => Simpler(field.Value).Select(simpler => new Json.Field(field.Name, simpler)))
        select new Json.Object(fields);

    private static Gen<Json> Deep(int levels) => levels == 0 ? Scalar : Gen.Frequency(
        (5, Scalar),
        (1, from n in Gen.Choose(0, 3) from items in Gen.ListOf(Deep(levels - 1), n) select (Json)new Json.Array(items.ToSeq())),
        (1, from fields in Fields(Deep(levels - 1)) select (Json)fields));

    private static Gen<Json.Object> Fields(Gen<Json> value) =>
        from n in Gen.Choose(0, 4)
        from names in Gen.ListOf(Name, n)
        from values in Gen.ListOf(value, n)
        select new Json.Object(names.Zip(values, (name, json) => new Json.Field(name, json)).DistinctBy(field => field.Name));

    private static string WellFormed(int[] units) => string.Concat(units.Select(unit => char.IsSurrogate((char)unit)
        ? char.ConvertFromUtf32(0x10000 + unit)
        : ((char)unit).ToString()));
}
