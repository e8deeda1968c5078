using System.Text.Json;

namespace MiniRuntime.Properties;

public sealed class JsonLaws
{
    // Would catch: two values with one form, or one value with two: either makes a hash worthless.
    [Property(MaxTest = 500)]
    public void The_canonical_form_is_injective(Json one, Json other)
    {
        var pairs = new[] { (one, other), (one, Rebuilt(one)), (other, Rebuilt(other)) };
        foreach (var (a, b) in pairs.Concat(Values.Simpler(one).Take(20).Select(near => (one, near))))
        {
            Assert.Equal(a == b, CanonicalJson.Write(a) == CanonicalJson.Write(b));
            Assert.Equal(a == b, CanonicalJson.Hash(a) == CanonicalJson.Hash(b));
            if (a == b) Assert.Equal(a.GetHashCode(), b.GetHashCode());
        }
    }

    // Would catch: a form that an ordinary reader takes for something else.
    [Property(MaxTest = 500)]
    public void The_canonical_form_is_json_for_the_same_value(Json value)
    {
        using var read = JsonDocument.Parse(CanonicalJson.Write(value));
        Assert.Equal(value, Read(read.RootElement));
        Assert.Equal(CanonicalJson.Write(value), value.ToString());
    }

    // Would catch: equality that minds the order of fields, which nobody promises to keep.
    [Property]
    public void Equality_ignores_the_order_of_fields(Json.Object value)
    {
        var reversed = new Json.Object(value.Fields.Reverse());
        Assert.Equal(value, reversed);
        Assert.Equal(CanonicalJson.Write(value), CanonicalJson.Write(reversed));
        Assert.Equal(value.Fields.Select(field => field.Name).Order(StringComparer.Ordinal), reversed.Fields.Select(field => field.Name));
    }

    // Would catch: numbers that are equal and look different, or the other way round.
    [Property(MaxTest = 1000)]
    public void Numbers_are_exact_and_have_one_form(decimal number)
    {
        var form = CanonicalJson.Write(number);
        Assert.Equal(number, decimal.Parse(form, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(form, CanonicalJson.Write(number / 1.000000000000000000000000000m));
        Assert.Matches(@"^(0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?)$", form);
        Assert.False(form == "-0");
    }

    // Would catch: a zero that remembers its sign or its places.
    [Fact]
    public void Zero_has_one_form()
    {
        for (byte places = 0; places <= 28; places++)
        {
            foreach (var negative in new[] { true, false })
            {
                Json zero = new decimal(0, 0, 0, negative, places);
                Assert.Equal("0", CanonicalJson.Write(zero));
                Assert.Equal((Json)0, zero);
                Assert.Equal(((Json)0).GetHashCode(), zero.GetHashCode());
            }
        }
    }

    // Would catch: a value so deep that something that walks it runs out of stack.
    [Fact]
    public void Nesting_ends_at_64_levels()
    {
        Json deepest = Values.Nested(Json.MaxDepth);
        Assert.Throws<ArgumentException>(() => new Json.Array([deepest]));
        Assert.Throws<ArgumentException>(() => Json.Object.Of(("one more", deepest)));
        Json array = new Json.Array([]);
        for (var depth = 1; depth < Json.MaxDepth; depth++) array = new Json.Array([array, 1]);
        Assert.Throws<ArgumentException>(() => new Json.Array([1, array]));
        Assert.Equal(64, CanonicalJson.Write(array).Count(c => c == '['));
    }

    // Would catch: text that no UTF-8 can hold, so that two different values are written as one.
    [Property]
    public void Lone_surrogates_are_refused_wherever_text_comes_in(ushort unit, string before)
    {
        var lone = (before?.Replace("\uD800", "", StringComparison.Ordinal) ?? "") is var text && text.Any(char.IsSurrogate)
            ? $"{(char)(0xD800 + (unit % 0x800))}" : $"{text}{(char)(0xD800 + (unit % 0x800))}";
        Assert.Throws<ArgumentException>(() => new Json.String(lone));
        Assert.Throws<ArgumentException>(() => new Json.Field(lone, Json.None));
        Assert.Throws<ArgumentException>(() => new CallTool(lone, Json.Object.Empty));
        Assert.Throws<ArgumentException>(() => new Answer(lone));
        Assert.Throws<ArgumentException>(() => new InvalidDecision("bad", lone));
        Assert.Throws<ArgumentException>(() => new Tool("look", lone, SideEffect.Read));
        Assert.Throws<ArgumentException>(() => new Run("run", lone));
        Assert.Throws<ArgumentException>(() => new ToolReport("run:0", new Ok("x"), [lone]));
    }

    // Would catch: an object in which one of two fields of a name wins silently.
    [Property]
    public void A_field_cannot_occur_twice(Json.Object value, Json other)
    {
        foreach (var field in value.Fields)
            Assert.Throws<ArgumentException>(() => new Json.Object(value.Fields.Append(new Json.Field(field.Name, other))));
        Assert.All(value.Fields, field => Assert.Equal(field.Value, value[field.Name]));
        Assert.Null(value["no such field"]);
    }

    // The same value, made anew and in another order, with numbers that carry another number of zeros.
    private static Json Rebuilt(Json value) => value switch
    {
        Json.Number n => decimal.Truncate(n.Value) == n.Value && Math.Abs(n.Value) < 1000 ? n.Value * 1.00m : n.Value,
        Json.Array a => new Json.Array(a.Items.Select(Rebuilt).ToSeq()),
        Json.Object o => new Json.Object(o.Fields.Reverse().Select(field => new Json.Field(field.Name, Rebuilt(field.Value)))),
        Json.String s => string.Concat(s.Value, ""),
        _ => value,
    };

    private static Json Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => new Json.Array(element.EnumerateArray().Select(Read).ToSeq()),
        JsonValueKind.Object => new Json.Object(element.EnumerateObject().Select(field => new Json.Field(field.Name, Read(field.Value)))),
        JsonValueKind.Number => element.GetDecimal(),
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => Json.None,
    };
}
