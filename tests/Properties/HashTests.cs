namespace MiniRuntime.Properties;

/// <summary>Hashes that traces and approvals hold: of what governs a run, and of what a person saw.</summary>
public sealed class HashTests
{
    // Would catch: a hash that has become another one, so that what was approved yesterday is void today. They stand in journals.
    [Fact]
    public void They_are_what_they_were()
    {
        Assert.Equal("4bba9fd90c52862f56e96d5bb7c4e87330b75feb08568bbf5672e53a24f53711",
            new Agent([], new Budget(1)).Hash);
        Assert.Equal("6a50c86e1e2bc298f65a264f35008db006fde55ecc62529fda9f62a3f83a6715", All().Hash);
        Assert.Equal("173b9a8b4d0a0a970af2a5bbbd5532ed3a857dbc2d33375dc2b658d35bd97e31",
            ApprovalRequest.HashOf("run", "run:0", new CallTool("pay", Json.Object.Of(("amount", 1))), Tool().Ref));
    }

    // Would catch: something that decides, and can be changed behind a verdict that has been given.
    [Fact]
    public void Agents_that_may_govern_otherwise_have_other_hashes()
    {
        Agent[] agents =
        [
            All(), All(version: "2"), All(tools: []), All(code: "d"), All(tools: [Tool(), new Tool("look", "", SideEffect.Read)]),
            .. Budgets().Select(static budget => All(budget: budget)),
            All(approvals: Approvals.Off), All(approvals: new Approvals(true, TimeSpan.FromHours(1))),
            All(context: new ContextRules(2, 100)), All(context: new ContextRules(1, 101)), All(context: new ContextRules(1)),
            All(context: new ContextRules(1, 100, [MemoryScope.Task])),
            All(tools: [Tool(name: "pays")]), All(tools: [Tool(description: "other")]), All(tools: [Tool(effect: SideEffect.Draft)]),
            All(tools: [Tool(schema: "other")]), All(tools: [Tool(labels: [])]), All(tools: [Tool(labels: ["a"])]),
            All(tools: [Tool(version: "3")]),
            All(tools: [Tool(enabled: false)]), All(tools: [Tool(idempotent: false)]), All(tools: [Tool(seconds: 2)]),
            .. Rules().Skip(1).Select(static rule => All(rules: [rule])), All(rules: []), All(rules: [Rules()[1], Rules()[0]]),
            All(rules: [Rules()[0], Rules()[1]]),
        ];
        Assert.Equal(agents.Length, agents.Select(static agent => agent.Hash).Distinct().Count());
        Assert.Equal(All().Hash, All().Hash);
    }

    // Would catch: an approval that holds for a call that the person did not see.
    [Fact]
    public void What_a_person_saw_is_the_run_the_call_the_tool_its_version_and_the_input()
    {
        var input = Json.Object.Of(("amount", 1));
        string[] hashes =
        [
            ApprovalRequest.HashOf("run", "run:0", new CallTool("pay", input), Tool().Ref),
            ApprovalRequest.HashOf("other", "run:0", new CallTool("pay", input), Tool().Ref),
            ApprovalRequest.HashOf("run", "run:1", new CallTool("pay", input), Tool().Ref),
            ApprovalRequest.HashOf("run", "run:0", new CallTool("pay", Json.Object.Empty), Tool().Ref),
            ApprovalRequest.HashOf("run", "run:0", new CallTool("pay", input), Tool(name: "pays").Ref),
            ApprovalRequest.HashOf("run", "run:0", new CallTool("pay", input), Tool(version: "3").Ref),
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    private static Agent All(string version = "1", Tool[]? tools = null, Rule[]? rules = null, string code = "c", Budget? budget = null,
        Approvals? approvals = null, ContextRules? context = null) => new(tools ?? [Tool()],
        budget ?? new Budget(1, 2, 3, 4, 5, 6, 7, 8, TimeSpan.FromHours(9)),
        new Policy([.. rules ?? [Rules()[0]]], new PolicyCode(code, static _ => null)), approvals ?? Approvals.On,
        context ?? new ContextRules(1, 100), version);

    // Each other than that of All in one limit.
    private static IEnumerable<Budget> Budgets()
    {
        var nine = TimeSpan.FromHours(9);
        return
        [
            new Budget(2, 2, 3, 4, 5, 6, 7, 8, nine), new Budget(1, 3, 3, 4, 5, 6, 7, 8, nine), new Budget(1, 2, 4, 4, 5, 6, 7, 8, nine),
            new Budget(1, 2, 3, 5, 5, 6, 7, 8, nine), new Budget(1, 2, 3, 4, 6, 6, 7, 8, nine), new Budget(1, 2, 3, 4, 5, 7, 7, 8, nine),
            new Budget(1, 2, 3, 4, 5, 6, 8, 8, nine), new Budget(1, 2, 3, 4, 5, 6, null, 8, nine), new Budget(1, 2, 3, 4, 5, 6, 7, 9, nine),
            new Budget(1, 2, 3, 4, 5, 6, 7, null, nine), new Budget(1, 2, 3, 4, 5, 6, 7, 8, nine / 2), new Budget(1, 2, 3, 4, 5, 6, 7, 8),
        ];
    }

    private static Tool Tool(string name = "pay", string description = "pays", SideEffect effect = SideEffect.Write,
        string schema = "schema", string[]? labels = null, string version = "2", bool enabled = true, bool idempotent = true,
        int seconds = 1) =>
        new(name, description, effect, schema, labels ?? ["paid"], version, enabled, idempotent, TimeSpan.FromSeconds(seconds));

    // The first says all that a rule can say; each of the others says one thing otherwise.
    private static Rule[] Rules()
    {
        return
        [
            Rule(), Rule(then: new Deny("other")), Rule(then: new ApprovalRequired("why")), Rule(then: new Allow()), Rule(tool: "pa?"),
            Rule(effect: SideEffect.Read), Rule(actor: "bob"), Rule(tenant: "other"), Rule(route: "other"), Rule(labels: ["b"]),
            Rule(of: []),
            Rule(of: [Condition(field: "other")]), Rule(of: [Condition(equal: 2)]), Rule(of: [Condition(isIn: [1])]),
            Rule(of: [Condition(greater: 2)]), Rule(of: [Condition(less: 3)]), Rule(of: [Condition(matches: "b")]),
            Rule(of: [Condition(), Condition(field: "other")]),
            new Rule(new Deny("why"), PolicyAction.Answer), new Rule(new Deny("why"), PolicyAction.MemoryRead), new Rule(new Deny("why")),
        ];

        static Rule Rule(PolicyDecision? then = null, string tool = "pay", SideEffect effect = SideEffect.Write, string actor = "ann",
            string tenant = "acme", string route = "mail", string[]? labels = null, Condition[]? of = null) => new(then ?? new Deny("why"),
            PolicyAction.Tool, tool, effect, actor, tenant, route, labels ?? ["a"], of ?? [Condition()]);

        static Condition Condition(string field = "amount", Json? equal = null, Json[]? isIn = null, decimal greater = 1, decimal less = 9,
            string matches = "a") => new(field, equal ?? 1, isIn ?? [1, 2], greater, less, matches);
    }
}
