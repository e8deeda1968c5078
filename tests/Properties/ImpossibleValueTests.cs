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
        Assert.Contains("is not a name: a letter or digit first, then letters, digits, '_', '.' and '-', 128 characters at most.",
            refused.Message);
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
        Assert.False(Makes(() => new InvalidDecision("no JSON", new string('a', InvalidDecision.MaxRaw - 1) + '\ud83d')));
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

    [Fact]
    public void What_is_named_has_a_name_of_its_own()
    {
        Assert.Contains("A memory item needs an id.",
            Assert.Throws<ArgumentException>(() => new MemoryItem("", MemoryScope.Task, "text")).Message);
        Assert.True(Makes(() => new MemoryItem("1", MemoryScope.Task, "")));
        MemoryItem[] twice = [new("a", MemoryScope.Task, "1"), new("b", MemoryScope.Task, "2"), new("a", MemoryScope.User, "3")];
        Assert.Contains("The memory id 'a' occurs twice.",
            Assert.Throws<ArgumentException>(() => new Run("r", "g", memory: twice)).Message);
        Assert.True(Makes(() => new Run("r", "g", memory: twice[1..])));
        Tool[] tools = [new("b", "", SideEffect.Read), new("a", "", SideEffect.Read), new("b", "", SideEffect.Draft)];
        Assert.Contains("The tool 'b' occurs twice.", Assert.Throws<ArgumentException>(() => new Agent(tools, new Budget(1))).Message);
        Assert.Equal(["a", "b"], new Agent(tools[..2], new Budget(1)).Tools.Select(static tool => tool.Name));
        Assert.Contains("A verdict on a tool call is CallJudged.",
            Assert.Throws<ArgumentException>(() => new OtherJudged(PolicyAction.Tool, [])).Message);
    }

    // Would catch: a set that is kept as it came, so that two of the same labels are two; also where it came as a sequence.
    [Fact]
    public void Labels_are_a_set_in_order()
    {
        Seq<string> mixed = ["b", "a", "c", "a"], twice = ["a", "a"], set = ["a", "b"];
        Assert.Equal(["a", "b", "c"], new Tool("t", "", SideEffect.Read, labels: mixed).Ref.Labels);
        Assert.Equal(["a"], new ToolReport("r:0", new Ok(1), twice).Labels);
        Assert.Equal(["a", "b", "c"], new ToolReport("r:0", new Ok(1), mixed.ToArray()).Labels);
        Assert.Same(set, new ToolReport("r:0", new Ok(1), set).Labels);
        var agent = new Agent([new Tool("t", "", SideEffect.Read, labels: ["b", "d"])], new Budget(9));
        var state = agent.Start(new Run("r", "g", memory: [new MemoryItem("m", MemoryScope.Task, "", labels: ["c"])])).State;
        foreach (var (step, labels) in ((int, Seq<string>)[])[(0, ["a", "e"]), (1, ["a"]), (2, [])])
        {
            state = agent.Step(state, new CallTool("t", Json.Object.Empty)).State;
            state = agent.Step(state, new ToolReport($"r:{step}", new Ok(1), labels)).State;
            Assert.Equal(["a", "b", "c", "d", "e"], state.Labels);
        }
    }

    // Would catch: an answer of nothing that anybody can see, and one that is refused though it can be seen.
    [Theory]
    [InlineData(true, " \t\n\u00a0\u00ad\u200b")]
    [InlineData(true, "\u034f")]
    [InlineData(true, "\u115f")]
    [InlineData(true, "\u1160")]
    [InlineData(true, "\u17b4")]
    [InlineData(true, "\u17b5")]
    [InlineData(true, "\u180b")]
    [InlineData(true, "\u180f")]
    [InlineData(true, "\u2065")]
    [InlineData(true, "\u2800")]
    [InlineData(true, "\u3164")]
    [InlineData(true, "\ufe00")]
    [InlineData(true, "\ufe0f")]
    [InlineData(true, "\uffa0")]
    [InlineData(true, "\ufff0")]
    [InlineData(true, "\ufff8")]
    [InlineData(true, "\U000e0000")]
    [InlineData(true, "\U000e0fff")]
    [InlineData(false, "\u034e")]
    [InlineData(false, "\u115e")]
    [InlineData(false, "\u1161")]
    [InlineData(false, "\u17b3")]
    [InlineData(false, "\u180a")]
    [InlineData(false, "\u1810")]
    [InlineData(false, "\u2801")]
    [InlineData(false, "\u3165")]
    [InlineData(false, "\ufe10")]
    [InlineData(false, "\uff9f")]
    [InlineData(false, "\uffef")]
    [InlineData(false, "\ufffd")]
    [InlineData(false, "\U0001f600")]
    [InlineData(false, "\U000e1000")]
    public void An_answer_of_what_cannot_be_seen_is_blank(bool blank, string text)
    {
        var agent = new Agent([], new Budget(1));
        var ended = agent.Step(agent.Start(new Run("r", "g")).State, new Answer(text)).State.Stopped!;
        Assert.Equal(blank ? "empty_answer" : null, ended.Detail);
    }

    [Theory]
    [InlineData("A", "\u00c0")]
    [InlineData("s", "\u017f")]
    [InlineData("a", "\u1e00")]
    [InlineData("Y", "\u1ef9")]
    [InlineData("!", "\uff01")]
    [InlineData("~", "\uff5e")]
    public void Letters_are_alike_up_to_the_last_of_each_range(string plain, string other) =>
        Assert.True(PersonName.AreAlike(plain, other));

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
