using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The strict parser: what it takes, what it refuses, and where it says the fault is.</summary>
public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("1e2", "100")]
    [InlineData("1.50", "1.5")]
    [InlineData("-0", "0")]
    [InlineData("-0.0e5", "0")]
    [InlineData("0e999999999999999999999999", "0")]
    [InlineData("0.00e-999999999999999999999999", "0")]
    [InlineData("1e28", "10000000000000000000000000000")]
    [InlineData("1e-28", "0.0000000000000000000000000001")]
    [InlineData("10e-29", "0.0000000000000000000000000001")]
    [InlineData("0.00000000000000000000000000010000000000", "0.0000000000000000000000000001")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("-7.9228162514264337593543950335", "-7.9228162514264337593543950335")]
    [InlineData("-792281625142643375935439503350e-1", "-79228162514264337593543950335")]
    [InlineData("12345678901234567890E+2", "1234567890123456789000")]
    public void Number_that_a_decimal_holds_is_exact(string text, string canonical) =>
        Assert.Equal(canonical, Wire(text).Value.ToString());

    [Theory]
    [InlineData("1e999")]
    [InlineData("1e29")]
    [InlineData("1e-29")]
    [InlineData("79228162514264337593543950336")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("0.12345678901234567890123456789")]
    [InlineData("7.92281625142643375935439503351")]
    [InlineData("100000000000000000000000000000.1")]
    [InlineData("1e99999999999999999999999999999999")]
    [InlineData("1e-99999999999999999999999999999999")]
    public void Number_that_a_decimal_would_round_is_a_fault(string text)
    {
        var fault = Assert.Single(Wire($"{{\n\"a\": [0,\n {text}]}}").Faults);
        Assert.Equal((3, "$.a[1]"), (fault.Line, fault.Path));
        Assert.Contains("cannot be held exactly", fault.Message);
    }

    [Fact]
    public void Number_of_a_million_digits_is_a_short_fault() =>
        Assert.True(Assert.Single(Wire(new string('9', 1_000_000)).Faults).Message.Length < 300);

    [Theory]
    [InlineData("{\"a\": 1,\n\"b\": {\"x\": 1,\n\"x\": 2}}", 3, "$.b.x", "occurs twice")]
    [InlineData("{\"a\": 1,\n\"\\u0061\": 2}", 2, "$.a", "occurs twice")]
    [InlineData("{\"a\": {},\n\"a\": {\"b\": []}}", 2, "$.a", "occurs twice")]
    [InlineData("[1,\n\"\\ud800\"]", 2, "$[1]", "half of a surrogate pair")]
    [InlineData("[1,\n\"\\udc00\\ud800\"]", 2, "$[1]", "half of a surrogate pair")]
    [InlineData("{\"a\": {\n\"\\ud83d x\": 1}}", 2, "$.a", "half of a surrogate pair")]
    [InlineData("{} {}", 1, "$", "not JSON")]
    [InlineData("[1]\n\n,", 3, "$", "not JSON")]
    [InlineData("", 1, "$", "empty")]
    [InlineData("{\"a\": [1, 2\n", 2, "$.a[2]", "not JSON")]
    [InlineData("{\"a b\": [1,\n nope]}", 2, "$['a b'][1]", "not JSON")]
    [InlineData("{\"it's\": \n tru}", 2, "$['it\\'s']", "not JSON")]
    [InlineData("[01]", 1, "$[0]", "not JSON")]
    [InlineData("[NaN]", 1, "$[0]", "not JSON")]
    [InlineData("[1,]", 1, "$[1]", "not JSON")]
    [InlineData("// no\n1", 1, "$", "not JSON")]
    [InlineData("\uFEFF1", 1, "$", "not JSON")]
    public void Fault_has_its_line_and_path(string text, int line, string path, string message)
    {
        var fault = Assert.Single(Wire(text).Faults);
        Assert.Equal((line, path), (fault.Line, fault.Path));
        Assert.Contains(message, fault.Message);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var faults = Wire("{\"a\": 1e999,\n\"b\": \"\\ud800\",\n\"a\": 1e-999,\n\"c\": [1, }").Faults;
        Assert.Equal(
            [(1, "$.a"), (2, "$.b"), (3, "$.a"), (3, "$.a"), (4, "$.c[1]")],
            faults.Select(fault => (fault.Line!.Value, fault.Path)));
    }

    [Fact]
    public void A_file_of_faults_gives_a_bounded_list() =>
        Assert.Contains("there may be more", Wire($"[{string.Join(',', Enumerable.Repeat("1e99", 100_000))}]").Faults[100].Message);

    [Theory]
    [InlineData(JsonSource.Wire)]
    [InlineData(JsonSource.File)]
    public void Bad_utf8_in_a_string_is_a_fault(JsonSource source)
    {
        byte[] text = [.. "{\n\"a\": \""u8, 0xC3, 0x28, .. "\"}"u8];
        var fault = Assert.Single(StrictJson.Parse(text, source).Faults);
        Assert.Equal((2, "$.a"), (fault.Line, fault.Path));
        Assert.Contains("UTF-8", fault.Message);
    }

    [Fact]
    public void Bad_utf8_in_a_name_a_comment_or_between_values_is_a_fault()
    {
        Assert.Equal(1, Assert.Single(File([.. "{\""u8, 0xFF, .. "\": 1}"u8]).Faults).Line);
        Assert.Equal(3, Assert.Single(File([.. "{}\n\n// "u8, 0xE2, 0x82, .. "\n"u8]).Faults).Line);
        Assert.Equal(2, Assert.Single(File([.. "[\n"u8, 0xFF, .. "]"u8]).Faults).Line);
        // A surrogate written in three bytes, as some encoders do, is no UTF-8 either.
        Assert.Contains("UTF-8", Assert.Single(File([.. "\""u8, 0xED, 0xA0, 0x80, .. "\""u8]).Faults).Message);
    }

    [Fact]
    public void Files_may_have_comments_trailing_commas_and_a_byte_order_mark()
    {
        byte[] text = [0xEF, 0xBB, 0xBF, .. "// what\n{\"a\": [1, /* and */ 2,],}\n// end"u8];
        Assert.Equal("""{"a":[1,2]}""", File(text).Value.ToString());
    }

    [Fact]
    public void Sixty_four_levels_nest_in_a_file_and_no_more()
    {
        Assert.True(File(Nested(64)).IsValid);
        var fault = Assert.Single(File(Nested(65)).Faults);
        Assert.Equal("$" + string.Concat(Enumerable.Repeat("[0]", 64)), fault.Path);
        Assert.Contains("64", fault.Message);
    }

    [Theory]
    [InlineData(JsonSource.Wire)]
    [InlineData(JsonSource.File)]
    public void Hostile_nesting_is_a_fault_and_no_crash(JsonSource source)
    {
        Assert.Single(StrictJson.Parse(Nested(100_000), source).Faults);
        var objects = string.Concat(Enumerable.Repeat("{\"a\":", 100_000));
        Assert.Single(StrictJson.Parse(Encoding.UTF8.GetBytes(objects), source).Faults);
    }

    [Fact]
    public void Values_are_the_cores_own() => Assert.Equal(
        Json.Object.Of(("n", Json.None), ("t", true), ("x", new Json.Array([1, "é\n😀"])), ("", Json.Object.Empty)),
        Wire("""{"x": [1.0, "é\n\ud83d\ude00"], "t": true, "n": null, "": {}}""").Value);

    private static Decoded<Json> Wire(string text) => StrictJson.Parse(Encoding.UTF8.GetBytes(text), JsonSource.Wire);

    private static Decoded<Json> File(ReadOnlySpan<byte> text) => StrictJson.Parse(text, JsonSource.File);

    private static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));
}
