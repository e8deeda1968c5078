namespace MiniRuntime.Properties;

/// <summary>Values that cannot be are refused where they are made, so that the core never meets one.</summary>
public sealed class ImpossibleValueTests
{
    // Would catch: an id that is a path, a flag of a command line or a page long.
    [Theory]
    [InlineData("a", true)]
    [InlineData("1", true)]
    [InlineData("a_b.c-9", true)]
    [InlineData("", false)]
    [InlineData(".a", false)]
    [InlineData("-a", false)]
    [InlineData("_a", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("ab ", false)]
    [InlineData("é", false)]
    [InlineData("aé", false)]
    public void A_name_is_of_letters_digits_and_a_few_signs(string name, bool isOne)
    {
        Assert.Equal(isOne, Makes(() => new Run(name, "g")));
        Assert.Equal(isOne && !char.IsAsciiDigit(name[0]), Makes(() => new Tool(name, "", SideEffect.Read)));
    }

    [Fact]
    public void A_name_has_128_characters_at_most()
    {
        Assert.True(Makes(() => new Run(new string('a', 128), "g")));
        var refused = Assert.Throws<ArgumentException>(() => new Run(new string('a', 129), "g"));
        Assert.Contains("is not a name: a letter or digit first, then letters, digits, '_', '.' and '-', 128 characters at most.", refused.Message);
        refused = Assert.Throws<ArgumentException>(() => new Tool("1", "", SideEffect.Read));
        Assert.Contains("'1' is not a name: a letter first", refused.Message);
    }

    [Fact]
    public void What_is_counted_is_not_negative_and_an_enum_has_only_the_values_that_it_declares()
    {
        Assert.True(Makes(() => new Budget(0)));
        Assert.Contains("It must not be negative.", Assert.Throws<ArgumentOutOfRangeException>(() => new Budget(-1)).Message);
        Assert.True(Makes(() => new Stop(StopReason.Success)) && Makes(() => new Stop(StopReason.Cancelled)));
        foreach (var reason in (StopReason[])[(StopReason)(-1), StopReason.Cancelled + 1])
            Assert.Contains("It is not a declared value.", Assert.Throws<ArgumentOutOfRangeException>(() => new Stop(reason)).Message);
    }

    // Would catch: a journal that cannot be written, since half a character has no UTF-8 form.
    [Fact]
    public void Half_a_character_is_in_no_text()
    {
        foreach (var text in (string[])["\ud83d", "a\ude00", "\ude00\ud83d", "\ud83d\ude00\ud83d", "\ud83da"])
        {
            Assert.Contains("lone surrogate", Assert.Throws<ArgumentException>(() => new Answer(text)).Message);
            Assert.False(Makes(() => new EvalCase("e", ToolsCalled: [text])));
            Assert.False(Makes(() => new EvalCase("e", ToolsNotCalled: ["fine", text])));
        }
        Assert.True(Makes(() => new Answer("\ud83d\ude00")));
        Assert.Null(new EvalCase("e").ToolsCalled);
        Assert.Equal(["fine"], new EvalCase("e", ToolsCalled: ["fine"]).ToolsCalled!);
    }

    // Would catch: what a model said that is cut one too many, one too few, or through a character.
    [Theory]
    [InlineData(-1, "a", 0)]
    [InlineData(0, "a", 0)]
    [InlineData(1, "a", 0)]
    [InlineData(-1, "\ud83d\ude00", 1)]
    [InlineData(-2, "\ud83d\ude00", 0)]
    public void What_a_model_said_is_cut_at_its_limit_and_never_through_a_character(int before, string last, int less)
    {
        var raw = new string('a', InvalidDecision.MaxRaw + before) + last;
        Assert.Equal(raw[..(Math.Min(raw.Length, InvalidDecision.MaxRaw) - less)], new InvalidDecision("no JSON", raw).Raw);
    }

    private static bool Makes<T>(Func<T> value)
    {
        try
        {
            return value() is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
