namespace MiniRuntime.Properties;

/// <summary>Values: what equals what, how it reads, and what it costs to make.</summary>
public sealed class ValueTests
{
    // Would catch: two states that differ and are taken for one.
    [Fact]
    public void States_are_equal_only_when_all_is()
    {
        var agent = new Agent([], new Budget(9));
        State state = Start(), same = Start();
        Assert.True(state.Equals(same) && state == same && !(state != same) && state.Equals((object)same));
        Assert.Equal(state.GetHashCode(), same.GetHashCode());
        // One that has ignored something differs in nothing but the number of events.
        var ignored = agent.Step(state, new Tick()).State;
        Assert.Equal(state.Events + 1, ignored.Events);
        Assert.True(!state.Equals(ignored) && state != ignored && !(state == ignored));
        Assert.True(!state.Equals(null) && state != null && !(state == null) && null != state && !state.Equals((object)"run"));
        Assert.True((State?)null == null && !((State?)null != null));

        State Start() => agent.Start(new Run("run", "goal")).State;
    }

    [Fact]
    public void Permits_are_equal_only_when_all_is()
    {
        var agent = new Agent([new Tool("look", "", SideEffect.Read)], new Budget(9));
        var (permit, same) = (Of("run"), Of("run"));
        Assert.True(permit.Equals(same) && permit == same && !(permit != same) && permit.Equals((object)same));
        Assert.Equal(permit.GetHashCode(), same.GetHashCode());
        Assert.True(!permit.Equals(Of("other")) && permit != Of("other") && !permit.Equals(null) && permit != null && null != permit);
        Assert.True((AuthorizedCall?)null == null && !((AuthorizedCall?)null != null));
        Assert.Equal($"AuthorizedCall {{ {permit.Call} }}", $"{permit}");
        // The same call of the same run, but another attempt.
        var executing = agent.Step(agent.Start(new Run("run", "goal")).State, Look).State;
        var again = agent.Step(executing, new Recovered()).Work!.ExecuteTool!.Permit;
        Assert.True(!permit.Equals(again) && permit != again && agent.Hash == again.AgentHash && again.RunId == "run");

        AuthorizedCall Of(string run) => agent.Step(agent.Start(new Run(run, "goal")).State, Look).Work!.ExecuteTool!.Permit;
    }

    private static CallTool Look => new("look", Json.Object.Empty);

    // Would catch: items lost or doubled where one chunk ends and the next begins.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(1000)]
    public void The_rest_of_a_sequence_is_its_items_from_there_on(int length)
    {
        var (all, seq) = (Enumerable.Range(0, length).ToList(), Enumerable.Range(0, length).ToSeq());
        Assert.Equal(all, seq);
        Assert.Same(seq, seq.From(0));
        Assert.Same(seq, seq.From(-1));
        Assert.Same(Seq<int>.Empty, seq.From(length));
        Assert.Same(Seq<int>.Empty, seq.From(length + 1));
        for (var from = 0; from < length; from += 37)
        {
            var rest = seq.From(from);
            Assert.Equal(all.Skip(from), rest);
            Assert.Equal(all.Skip(from).ToSeq(), rest);
            Assert.Equal(all[^1], rest[rest.Count - 1]);
            Assert.Equal([.. all.Skip(from), -1, -2], rest.Add(-1).Add(-2));
            for (var more = 1; more < rest.Count; more += 97)
            {
                Assert.Equal(all.Skip(from + more), rest.From(more));
                Assert.Equal([.. all.Skip(from + more), -1], rest.From(more).Add(-1));
            }
        }
        Assert.Equal(all, seq);
    }

    [Fact]
    public void Sequences_read_as_lists_are_made_once_and_hash_by_their_end_and_length()
    {
        Seq<int> seq = [1, 2, 3], none = [];
        Assert.Equal("[1, 2, 3]", $"{seq}");
        Assert.Same(seq, seq.ToSeq());
        Assert.Same(Seq<int>.Empty, none);
        Assert.True(!seq.Equals(null) && seq != null && null != seq && (Seq<int>?)null == null && !((Seq<int>?)null != null));
        Assert.NotEqual(seq.GetHashCode(), ((Seq<int>)[1, 2, 4]).GetHashCode());
        Assert.NotEqual(seq.GetHashCode(), ((Seq<int>)[2, 3]).GetHashCode());
        Assert.NotEqual(Enumerable.Range(1, 8).ToSeq().GetHashCode(), Enumerable.Range(0, 9).ToSeq().GetHashCode());
        Assert.Equal([6, 1, 2, 3], ((System.Collections.IEnumerable)seq).Cast<int>().Prepend(6));
    }

    // Would catch: a sequence that copies what it has for every item that is added, though it gives the right ones. Bytes, not time.
    [Fact]
    public void Adding_an_item_costs_the_same_however_long_the_sequence_is()
    {
        _ = Grown(3000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = Grown(100_000);
        // A sequence of 40 bytes, the item, and what it takes to list the chunks, one reference each, once per 256 items.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100_000, 48, 120);

        // In the first chunk there is nothing to list.
        before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) _ = Grown(256);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 25_600, 48, 80);

        // Whoever branches off gets room for a few more, not for as much again.
        var (early, late) = (Grown(120), Grown(121));
        _ = early.Add(1);
        before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) _ = early.Add(i);
        var branching = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        Assert.InRange(branching, 120 * sizeof(int), (122 * sizeof(int)) + 150);
        Assert.Equal(121, late.Count);

        static Seq<int> Grown(int length)
        {
            var seq = Seq<int>.Empty;
            for (var i = 0; i < length; i++) seq = seq.Add(i);
            return seq;
        }
    }

    [Fact]
    public void Json_says_its_kind_and_is_written_in_one_form()
    {
        Json[] values = [true, 1, "a", new Json.Array([]), Json.Object.Empty, Json.None];
        Assert.Equal(["boolean", "number", "string", "array", "object", "null"], values.Select(static value => value.Kind));
        Assert.Equal(["true", "1", "\"a\"", "[]", "{}", "null"], values.Select(CanonicalJson.Write));
        Assert.Equal("false", CanonicalJson.Write(false));
        Assert.Equal("{\"a\":[1,\"b\",null],\"b\":{\"c\":-0.5}}", CanonicalJson.Write(Json.Object.Of(
            ("b", Json.Object.Of(("c", -0.50m))), ("a", new Json.Array([1.0m, "b", Json.None])), ("absent", null))));
        Assert.Equal("\"\\u0001\\u001f \\\"\\\\\\b\\f\\n\\r\\t/\u007f\u00e9\u2028\"",
            CanonicalJson.Write("\u0001\u001f \"\\\b\f\n\r\t/\u007f\u00e9\u2028"));
        Assert.Equal("74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b", CanonicalJson.Hash(Json.None));
        Assert.Throws<ArgumentException>(() => Json.Object.Of(("a", 1), ("deep", Values.Nested(Json.MaxDepth))));
    }

    [Fact]
    public void A_condition_is_said_in_words()
    {
        Assert.Equal("to equals \"bob\"", $"{new Condition("to", "bob")}");
        Assert.Equal("to in [\"bob\",1]", $"{new Condition("to", isIn: ["bob", 1])}");
        Assert.Equal("/a/b greater 1.5 less 200 matches a.c", $"{new Condition("/a/b", greater: 1.50m, less: 200, matches: "a.c")}");
        Assert.Equal("to equals {} in [] greater 0 less 1 matches x", $"{new Condition("to", Json.Object.Empty, [], 0, 1, "x")}");
    }

    [Fact]
    public void Conditions_are_one_only_with_the_same_tests_of_the_same_field()
    {
        Condition[] all =
        [
            Of(), Of(field: "other"), Of(equal: 2), Of(isIn: [3]), Of(greater: 5), Of(less: 7), Of(matches: "b"),
        ];
        for (var i = 0; i < all.Length; i++)
            for (var j = 0; j < all.Length; j++) Assert.Equal(i == j, all[i].Equals(all[j]));
        Assert.True(Of().Equals(Of()) && !Of().Equals(null) && Of().GetHashCode() == Of().GetHashCode());
        // That differ in all but one.
        Assert.False(Of().Equals(new Condition("other", 2, [3], 5, 7, "a")));

        static Condition Of(string field = "to", Json? equal = null, Json[]? isIn = null, decimal greater = 4, decimal less = 6,
            string matches = "a") => new(field, equal ?? 1, isIn ?? [2], greater, less, matches);
    }

    [Fact]
    public void A_condition_that_tests_nothing_or_by_what_is_no_expression_is_refused()
    {
        Says("A condition needs at least one of equals, in, greater, less, matches.", static () => new Condition("to"));
        Says("The pattern is longer than 1,000 characters.", static () => new Condition("to", matches: new string('a', 1001)));
        Assert.True(new Condition("to", matches: new string('a', 1000)).Holds(Json.Object.Of(("to", new string('a', 1000)))));
        foreach (var pattern in (string[])["[", "(a)\\1", "(?=a)", "a)|(b"])
            Says($"'{pattern}' is no regular expression that works without backtracking: ", () => new Condition("to", matches: pattern));
    }

    // Would catch: a pattern of an author that takes for ever on an input of somebody else.
    [Fact]
    public void A_pattern_does_not_backtrack() =>
        Assert.False(new Condition("to", matches: "(a+)+b").Holds(Json.Object.Of(("to", new string('a', 5000)))));

    // RFC 6901.
    [Theory]
    [InlineData("/a~1b", true)]
    [InlineData("/m~0n", true)]
    [InlineData("/~01", true)]
    [InlineData("/list/1", true)]
    [InlineData("/list/0/deep", true)]
    [InlineData("/", true)]
    [InlineData("a/b", true)]
    [InlineData("/a/b", null)]
    [InlineData("/list/2", null)]
    [InlineData("/list/01", null)]
    [InlineData("/list/-1", null)]
    [InlineData("/list/+1", null)]
    [InlineData("/list/x", null)]
    [InlineData("/list/1/deep", null)]
    [InlineData("/list/0/none", null)]
    public void A_pointer_points(string field, bool? holds) => Assert.Equal(holds, new Condition(field, 1).Holds(Json.Object.Of(
        ("a/b", 1), ("m~n", 1), ("~1", 1), ("", 1), ("list", new Json.Array([Json.Object.Of(("deep", 1)), 1])))));

    [Fact]
    public void Rules_about_anything_but_calls_name_no_tool_and_ask_nobody()
    {
        Says("Only tool calls can be approved, not answer.", static () => new Rule(new ApprovalRequired("ask"), PolicyAction.Answer));
        Says("Only tool calls can be approved, not memory_read.",
            static () => new Rule(new ApprovalRequired("ask"), PolicyAction.MemoryRead));
        Says("A rule for answer cannot name a tool or a side effect.",
            static () => new Rule(new Deny("no"), PolicyAction.Answer, tool: "pay"));
        Says("A rule for memory_read cannot name a tool or a side effect.",
            static () => new Rule(new Deny("no"), PolicyAction.MemoryRead, sideEffect: SideEffect.Read));
        Assert.Null((PolicyDecision?)(ApprovalRequired?)null);
        Assert.Null((PolicyDecision?)(Allow?)null);
        Assert.Null((PolicyDecision?)(Deny?)null);
    }

    // Would catch: what is left that is more than there was, less than nothing, or of another limit.
    [Fact]
    public void What_is_left_of_a_budget_is_the_rest_and_never_less_than_nothing()
    {
        var budget = new Budget(10, 20, 3, 4, 5, 6, 70, 8.5m, TimeSpan.FromMinutes(90));
        var begin = DateTimeOffset.UnixEpoch;
        Assert.Equal(budget, budget.Left(Spent.Nothing));
        Assert.Equal(new Budget(9, 18, 2, 2, 4, 5, 60, 8.25m, TimeSpan.FromMinutes(60)),
            budget.Left(new Spent(1, 2, 1, 2, 1, 1, 10, 0.25m, begin, begin.AddMinutes(30))));
        Assert.Equal(new Budget(0, 0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero),
            budget.Left(new Spent(11, 21, 4, 5, 6, 7, 71, 9, begin, begin.AddMinutes(91))));
        Assert.Equal(TimeSpan.Zero, budget.Left(new Spent(0, 0, 0, 0, 0, 0, 0, 0, begin, begin.AddMinutes(90))).Deadline);
        Assert.Equal(new Budget(1, 2), new Budget(1).Left(new Spent(0, 0, 0, 0, 0, 0, 99, 99, begin, begin.AddDays(9))));
        Assert.Equal(int.MaxValue, new Budget(int.MaxValue).MaxToolCalls);
    }

    private static void Says(string message, Func<object> make) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(make).Message, StringComparison.Ordinal);
}
