namespace MiniRuntime.Properties;

/// <summary>The laws as a user has them: over one agent that is given, whatever it is made of.</summary>
public sealed class GivenAgentTests
{
    private static readonly Tool _read = new("find", "", SideEffect.Read, labels: ["untrusted"]);
    private static readonly Tool _write = new("refund", "", SideEffect.Write, Json.Object.Of(("type", "object")), idempotent: true);

    public static TheoryData<string> Agents => [.. _agents.Keys];

    private static readonly Dictionary<string, Agent> _agents = new()
    {
        ["ordinary"] = new([_read, _write], new Budget(6, maxRefusals: 2), approvals: Approvals.On),
        ["without a step"] = new([_read], new Budget(0)),
        ["without tools"] = new([], new Budget(3)),
        ["without an end"] = new([_read, _write],
            new Budget(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, long.MaxValue, decimal.MaxValue,
                TimeSpan.MaxValue),
            Policy.Permissive, new Approvals(true, TimeSpan.MaxValue)),
        ["with nothing to spend"] = new([_read], new Budget(9, 0, maxTokens: 0, maxCost: 0, deadline: TimeSpan.Zero)),
        ["that denies everything"] = new([_read, _write], new Budget(9, maxRefusals: 9), new Policy([])),
        ["whose reviewer acts"] = new([_write], new Budget(4, maxRefusals: 4),
            new Policy([new Rule(new ApprovalRequired("ask"), actor: "Carol")]), Approvals.On),
        ["with code that throws"] = new([_read, _write], new Budget(4, maxRefusals: 4),
            new Policy([new Rule(new Allow())], new PolicyCode("throws", static _ => throw new InvalidOperationException())), Approvals.On),
        ["with code that reads input"] = new([_write], new Budget(4), new Policy([], new PolicyCode("cheap", static request =>
            request.Input["amount"] is Json.Number { Value: < 10 } ? (PolicyDecision)new Allow() : new ApprovalRequired("dear"))),
            Approvals.On),
        ["of a version of its own"] = new([_read, _write], new Budget(6, maxRefusals: 2), approvals: Approvals.On, version: "2026.1"),
        ["of the second version"] = new([_read, _write], new Budget(6), new Policy([new Rule(new ApprovalRequired("ask"))]), Approvals.On,
            version: "2"),
        ["of disabled tools"] = new([new Tool("look", "", SideEffect.Read, enabled: false)], new Budget(4, maxRefusals: 4)),
    };

    // Would catch: a law, or a generator, that takes something about agents for granted, or does not come to an end.
    [Theory]
    [MemberData(nameof(Agents))]
    public void The_laws_hold(string agent) => Laws.All(_agents[agent]).Verify(cases: 15);

    // A seed that broke a law which was at fault itself: the agent's code had the name of code that is generated.
    [Fact]
    public void Agents_with_one_hash_are_made_of_the_same_where_code_has_one_name() =>
        Laws.All(_agents["with code that throws"]).Named("Agents with one hash are made of the same")
            .Verify(seed: "15729436513871544956,11463777793149162133,8");

    // Would catch: generators that never say what the agent's own policy listens for.
    [Fact]
    public void Calls_carry_what_schemas_and_conditions_tell_apart()
    {
        var agent = new Agent([new Tool("pay", "", SideEffect.Write)], new Budget(30), new Policy(
        [
            new Rule(new Allow(), input: [new Condition("iban", matches: "DE[0-9]{4}")]),
            new Rule(new Deny("dear"), input: [new Condition("sum", greater: 777)]),
        ]));
        var verdicts = Gen.Sample(AgentArbitraries.Of(agent).Journey.Generator, 100, new Rnd(20300101, 7), 50)
            .SelectMany(static journey => journey.Walk().Trace).Select(static traced => traced.Fact.CallJudged?.Verdict).ToHashSet();
        Assert.Superset(new HashSet<PolicyDecision?> { new Allow(), new Deny("dear"), new Deny("no_rule_matched") }, verdicts);
    }

    // Would catch: a search that is over before it begins, and never says so.
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void No_cases_are_none(int cases)
    {
        var laws = Laws.All(_agents["ordinary"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => laws.Verify(cases));
        Assert.Throws<ArgumentOutOfRangeException>(() => laws[0].Check(cases));
    }

    // Would catch: laws that say nothing about what users write themselves, and counterexamples that cannot be seen again.
    [Fact]
    public void Policy_that_remembers_is_caught_with_a_seed_that_finds_it_again()
    {
        var calls = 0;
        var code = new PolicyCode("counts", _ => new Deny($"call {++calls}"));
        var law = Laws.All(new Agent([_write], new Budget(9), new Policy([], code)))
            .Named("The same inputs give the same states events and work");
        var broken = law.Check();
        Assert.False(broken.Held);
        Assert.InRange(broken.Counterexample!.Split('\n').Length, 1, 16);
        var again = law.Check(seed: broken.Seed);
        Assert.Equal((false, 1, broken.Seed), (again.Held, again.Cases, again.Seed));
        var thrown = Assert.Throws<LawBrokenException>(() => law.Verify(seed: broken.Seed));
        Assert.Contains(law.Name, thrown.Message, StringComparison.Ordinal);
        Assert.Contains(law.Catches, thrown.Message, StringComparison.Ordinal);
        Assert.Contains(broken.Seed!, thrown.Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => law.Check(seed: "seven"));
    }

    // Would catch: hidden state that shows itself only with inputs, or in runs, that nobody told the generators of.
    [Theory]
    [InlineData("amount")]
    [InlineData("tenant")]
    public void What_code_looks_at_can_be_shown(string what)
    {
        var calls = 0;
        var code = new PolicyCode("every other", request =>
            (what == "amount" ? request.Input["amount"] is Json.Number { Value: > 7000 } : request.Tenant == "globex") && ++calls % 2 == 0
                ? (PolicyDecision)new Deny("limit") : new Allow());
        var laws = Laws.All(new Agent([_write], new Budget(9), new Policy([], code)),
            calls: [new CallTool("refund", Json.Object.Of(("amount", 7001)))], runs: [new Run("r", "", tenant: "globex")]);
        Assert.False(laws.Named("The same inputs give the same states events and work").Check().Held);
    }

    // Would catch: a loop that is called broken because it was asked for what no runtime does.
    [Fact]
    public void What_no_runtime_takes_is_refused_at_once()
    {
        var hasty = new Agent([new Tool("look", "", SideEffect.Read, timeout: TimeSpan.Zero)], new Budget(3));
        Assert.Contains("'look' has a timeout of 0", Assert.Throws<ArgumentException>(() => Laws.All(hasty)).Message);
        Assert.Throws<ArgumentNullException>(() => Laws.All(null!));
    }

    // Would catch: a seed of one case, left in a test of all laws, with which each law sees one case and no more.
    [Theory]
    [InlineData("1,3,5", true)]
    [InlineData("1,2,5", false)]
    public void A_seed_of_one_case_is_for_one_law(string seed, bool isOne)
    {
        var laws = Laws.All(_agents["ordinary"]);
        Assert.Contains("seed of one case of one law", Assert.Throws<FormatException>(() => laws.Verify(seed: seed)).Message);
        if (isOne) Assert.Equal(1, laws[0].Check(seed: seed).Cases);
        else Assert.Throws<FormatException>(() => laws[0].Check(seed: seed));
    }

    // Would catch: a test's output that a terminal turns around, or takes for a command.
    [Fact]
    public void A_counterexample_is_safe_to_show()
    {
        var calls = 0;
        var code = new PolicyCode("says\u202e \u001b[31m", _ => new Deny($"\u202e\u001b[31m {++calls}"));
        var law = Laws.All(new Agent([_write], new Budget(9), new Policy([], code))).Named("The same inputs give the same states events and work");
        var told = $"{law.Check()}";
        Assert.Contains(@"\u202e \u001b[31m", told);
        Assert.DoesNotContain(told, static c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
    }
}
