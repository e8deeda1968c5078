namespace MiniRuntime.Properties;

/// <summary>What a model is shown, to the token.</summary>
public sealed class ContextTests
{
    private static readonly Tool _look = new("look", "Looks at something.", SideEffect.Read, Json.Object.Of(("type", "object")));

    private static readonly MemoryItem[] _memory =
    [
        new("first", MemoryScope.Task, "A short one."), new("users", MemoryScope.User, "Never shown by default."),
        new("long", MemoryScope.Project, new string('x', 150)), new("last", MemoryScope.Task, "And one more."),
    ];

    // Would catch: an estimate that counts less, or more, than what the packet holds; a limit that is kept all but for one token; memory
    // that leaves no room for what was seen last.
    [Property(MaxTest = 10)]
    public void A_packet_holds_as_much_as_its_limit_allows_and_no_more(Json data, Json.Object input)
    {
        var unlimited = Last(null, data, input);
        Assert.Equal((0, 3, 1), (unlimited.TurnsOmitted, unlimited.Memory.Count, unlimited.Omitted.Count));
        var turns = unlimited.Turns.Select(static turn => Tokens(Written(turn))).ToList();
        var always = Tokens("lookLooks at something.{\"type\":\"object\"}find it" + unlimited.Summary);
        foreach (var limit in Limits(always, turns))
        {
            var (room, used, shown) = (Math.Max(0, limit - always), 0L, new List<string>());
            foreach (var item in _memory.Where(static item => item.Scope != MemoryScope.User))
            {
                if (used + Tokens(item) > room / 2) continue;
                shown.Add(item.Id);
                used += Tokens(item);
            }
            var first = turns.Count;
            for (var left = room - used; first > 0 && turns[first - 1] <= left; first--) left -= turns[first - 1];

            var packet = Last(limit, data, input);
            Assert.Equal((limit, first), (limit, packet.TurnsOmitted));
            Assert.Equal(unlimited.Turns.Skip(first), packet.Turns);
            Assert.Equal(shown, packet.Memory.Select(static item => item.Id));
            Assert.Equal(_memory.Where(item => !shown.Contains(item.Id)).Select(static item => new Omission(item.Id,
                item.Scope == MemoryScope.User ? OmissionReason.OutOfScope : OmissionReason.OverBudget)), packet.Omitted);
        }
    }

    // Those at which something more comes into view, one below and one above: so many turns, beside any of the memory or alone.
    private static IEnumerable<long> Limits(long always, List<long> turns)
    {
        var memory = _memory.Where(static item => item.Scope != MemoryScope.User).Select(Tokens).ToList();
        var some = Enumerable.Range(0, 1 << memory.Count).Select(set => memory.Where((_, i) => (set >> i & 1) == 1).Sum()).ToList();
        return Enumerable.Range(0, turns.Count + 1).SelectMany(i => some.Select(shown => turns.Skip(i).Sum() + shown))
            .Concat(some.Select(static shown => 2 * shown)).SelectMany(room => new[] { -1L, 0, 1 }.Select(by => always + room + by))
            .Prepend(0).Distinct();
    }

    [Fact]
    public void Only_the_latest_turns_are_in_the_window()
    {
        Assert.Equal((2, 5), Count(Last(null, 1, Json.Object.Empty, new ContextRules(window: 5))));
        Assert.Equal((7, 0), Count(Last(null, 1, Json.Object.Empty, new ContextRules(window: 0))));
        Assert.Equal((0, 7), Count(Last(null, 1, Json.Object.Empty, new ContextRules(window: 7))));
        Assert.Equal((3, 4), Count(Last(null, 1, Json.Object.Empty, new ContextRules(window: 4, maxTokens: 10_000))));

        static (int, int) Count(ContextPacket packet) => (packet.TurnsOmitted, packet.Turns.Count);
    }

    // Would catch: scopes that are given and not used, or that are another set for being given in another order.
    [Fact]
    public void The_scopes_are_those_that_are_given()
    {
        Assert.Equal([MemoryScope.Task, MemoryScope.Project], ContextRules.Default.Scopes);
        MemoryScope[] given = [MemoryScope.User, MemoryScope.Task, MemoryScope.User];
        Assert.Equal([MemoryScope.Task, MemoryScope.User], new ContextRules(scopes: given).Scopes);
        Assert.Empty(new ContextRules(scopes: []).Scopes);
        var users = Last(null, 1, Json.Object.Empty, new ContextRules(scopes: [MemoryScope.User]));
        Assert.Equal(["users"], users.Memory.Select(static item => item.Id));
        Assert.Equal(20, ContextRules.Default.Window);
    }

    // Would catch: a model that is offered a tool which the agent in charge does not know, or which its packet does not name.
    [Fact]
    public void Another_agent_offers_of_the_tools_in_a_packet_those_that_it_has()
    {
        Tool[] tools = [_look, new("send", "", SideEffect.Write), new("zoom", "", SideEffect.Read)];
        var state = new Agent(tools[..2], new Budget(1)).Start(new Run("run", "goal")).State;
        var packet = new Agent(tools[1..], new Budget(1)).Pending(state)!.AskModel!.Packet;
        Assert.Equal(["send"], packet.Tools.Select(static tool => tool.Name));
    }

    [Fact]
    public void A_summary_says_where_the_run_stands()
    {
        var packet = Last(null, 1, Json.Object.Empty);
        Assert.Equal("7/9 steps, 16 observations", packet.Summary);
        Assert.Equal((7, 7, 9, 16), (packet.Number, packet.Step, packet.MaxSteps, packet.Observations));
    }

    // The packet after seven turns of every kind.
    private static ContextPacket Last(long? limit, Json data, Json.Object input, ContextRules? rules = null)
    {
        var agent = new Agent([_look], new Budget(9, maxInvalidDecisions: 9, maxToolFailures: 9, maxRefusals: 9), Policy.Permissive,
            Approvals.On, rules ?? new ContextRules(maxTokens: limit));
        Input[] inputs =
        [
            new CallTool("look", input), new ToolReport("run:0", new Ok(data)), new InvalidDecision("no JSON", "I think \u00e9"),
            new CallTool("paint", input), new AskHuman("Which \"one\"?"), (PersonSaid)new Reply("run:3", "that\none", "bob"),
            new CallTool("look", Json.Object.Empty), new ToolReport("run:4", new Error("broken")), new InvalidDecision("nothing"),
            new CallTool("look", Json.Object.Empty), new ToolReport("run:6", new Refused("not now")),
        ];
        return inputs.Aggregate(agent.Start(new Run("run", "find it", memory: _memory)), (step, next) => agent.Step(step.State, next))
            .Work!.AskModel!.Packet;
    }

    private static string Written(Turn turn) => turn.Raw + turn.Proposal switch
    {
        { CallTool: { } call } => call.Name + CanonicalJson.Write(call.Input),
        { AskHuman: { } ask } => ask.Question,
        _ => "",
    } + (turn.Result.Ok is { } ok ? CanonicalJson.Write(ok.Data) : turn.Result.Refused?.Reason ?? turn.Result.Error!.Reason);

    private static long Tokens(MemoryItem item) => Tokens(item.Id + item.Scope.Name() + item.Text);

    private static long Tokens(string text) => (long)Math.Ceiling(text.Length / 4.0);
}
