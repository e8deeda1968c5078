namespace MiniRuntime.Properties;

public sealed class PolicyLaws
{
    // Would catch: a default that is open.
    [Property(MaxTest = 500)]
    public void Nothing_matching_denies_a_tool_call_and_allows_anything_else(PolicyRequest request)
    {
        var expected = request.Action == PolicyAction.Tool ? (PolicyDecision)new Deny("no_rule_matched") : new Allow();
        Assert.Equal(expected, new Policy([]).Judge(request));
        var elsewhere = request.Action == PolicyAction.Answer ? PolicyAction.MemoryRead : PolicyAction.Answer;
        Assert.Equal(expected, new Policy([new Rule(new Deny("no"), elsewhere), new Rule(new Allow(), tenant: "other")]).Judge(request));
    }

    // Would catch: a missing or ill-typed field that opens the gate, or slips past a rule that closes it.
    [Property(MaxTest = 1000)]
    public void A_condition_on_a_missing_or_ill_typed_field_matches_to_close_and_never_to_open(Condition condition, PolicyRequest request)
    {
        var action = request.Action;
        bool Matches(PolicyDecision then) => new Rule(then, action, input: [condition]).Matches(request);
        var holds = condition.Holds(request.Input);
        Assert.Equal(holds == true, Matches(new Allow()));
        Assert.Equal(holds != false, Matches(new Deny("no")));
        if (action == PolicyAction.Tool) Assert.Equal(holds != false, Matches(new ApprovalRequired("ask")));
    }

    // Would catch: as above, for what a run does not say about itself.
    [Property]
    public void A_rule_about_an_unknown_actor_tenant_or_route_matches_to_close_and_never_to_open(PolicyRequest request)
    {
        var unknown = request with { Actor = null, Tenant = null, Route = null };
        var action = request.Action;
        (string?, string?, string?)[] each = [("a", null, null), (null, "a", null), (null, null, "a")];
        foreach (var (actor, tenant, route) in each)
        {
            Assert.False(new Rule(new Allow(), action, actor: actor, tenant: tenant, route: route).Matches(unknown));
            Assert.True(new Rule(new Deny("no"), action, actor: actor, tenant: tenant, route: route).Matches(unknown));
        }
    }

    // Would catch: a rule that speaks of tools, and lets through a request that does not say which.
    [Fact]
    public void A_rule_about_a_tool_never_opens_for_a_request_without_one()
    {
        var request = new PolicyRequest(PolicyAction.Tool, "alice", null, null, null, Json.Object.Empty, [], new Budget(1), Spent.Nothing);
        Assert.False(new Rule(new Allow(), tool: "look").Matches(request));
        Assert.False(new Rule(new Allow(), sideEffect: SideEffect.Read).Matches(request));
        Assert.True(new Rule(new Deny("no"), tool: "look").Matches(request));
    }

    // Would catch: code that breaks and thereby allows.
    [Property]
    public void Code_that_throws_or_talks_nonsense_denies(Seq<Rule> rules, PolicyRequest request)
    {
        var breaks = new PolicyCode("throws", static _ => throw new NotSupportedException());
        Assert.Equal("deny", new Policy(rules, breaks).Judge(request).Status);
        Assert.Equal(new Deny(Policy.PolicyError), new Policy([], breaks).Judge(request));
        // Only a tool call can be approved.
        PolicyDecision asks = request.Action == PolicyAction.Tool ? new ApprovalRequired("?") : new Deny(Policy.PolicyError);
        Assert.Equal(asks, new Policy([], new PolicyCode("asks", static _ => new ApprovalRequired("?"))).Judge(request));
    }

    // Would catch: a join that forgets, prefers a side, or depends on the order.
    [Property]
    public void Verdicts_form_a_semilattice(PolicyDecision a, PolicyDecision b, PolicyDecision c)
    {
        Assert.Equal(a, a.Join(a));
        Assert.Equal(a.Join(b), b.Join(a));
        Assert.Equal(a.Join(b).Join(c), a.Join(b.Join(c)));
        Assert.True(a.Join(b).AtLeastAsStrictAs(a) && a.Join(b).AtLeastAsStrictAs(b));
        Assert.Contains(a.Join(b), new[] { a, b });
        Assert.True(new Deny("").Equals(((PolicyDecision)new Allow()).Join(new Deny("")).Deny));
    }

    // Would catch: a default policy that lets a write through.
    [Property]
    public void By_default_reads_and_drafts_are_allowed_and_writes_need_approval(PolicyRequest request)
    {
        request = request with { Action = PolicyAction.Tool, Tool = request.Tool ?? new Tool("pay", "", SideEffect.Write).Ref };
        PolicyDecision asks = new ApprovalRequired("write_tool_requires_approval");
        Assert.Equal(request.Tool.SideEffect == SideEffect.Write ? asks : new Allow(), Policy.Default.Judge(request));
        Assert.Equal(new Allow(), Policy.Permissive.Judge(request));
    }
}
