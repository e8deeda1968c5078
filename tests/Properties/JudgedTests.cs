namespace MiniRuntime.Properties;

/// <summary>What a policy is asked, and what is said of a call that never gets as far.</summary>
public sealed class JudgedTests
{
    private static readonly Run _run = new("run", "goal", "alice",
        memory: [new MemoryItem("m1", MemoryScope.Task, "one"), new MemoryItem("m2", MemoryScope.Project, "two")]);

    // Would catch: a field that rules about answers or memory are promised, under another name or not there.
    [Theory]
    [InlineData("id", "m1")]
    [InlineData("scope", "task")]
    [InlineData("text", "one")]
    public void Rules_see_id_scope_and_text_of_memory(string field, string value)
    {
        var agent = new Agent([], new Budget(3), Denying(PolicyAction.MemoryRead, field, value));
        Assert.Equal(["m2"], Packet(agent).Memory.Select(static item => item.Id));
    }

    [Fact]
    public void Rules_see_the_text_of_an_answer()
    {
        var agent = new Agent([], new Budget(3, maxRefusals: 3), Denying(PolicyAction.Answer, "text", "no"));
        var state = agent.Start(_run).State;
        Assert.Equal(1, agent.Step(state, new Answer("no")).State.Spent.Refusals);
        Assert.Equal(StopReason.Success, agent.Step(state, new Answer("yes")).State.Stopped!.Reason);
    }

    // Would catch: verdicts in a trace that nobody gave, or code that is not asked.
    [Fact]
    public void Answers_are_judged_only_where_a_rule_or_code_has_a_say_on_them()
    {
        var code = new PolicyCode("c", static request => request.Action == PolicyAction.Answer ? new Deny("no") : null);
        Assert.Equal(0, Verdicts(new Policy([])));
        Assert.Equal(0, Verdicts(Denying(PolicyAction.MemoryRead, "id", "m1")));
        Assert.Equal(1, Verdicts(Denying(PolicyAction.Answer, "text", "no")));
        Assert.Equal(1, Verdicts(new Policy([], code)));

        static int Verdicts(Policy policy)
        {
            var agent = new Agent([], new Budget(3, maxRefusals: 3), policy);
            return agent.Step(agent.Start(_run).State, new Answer("yes")).Events
                .Count(static traced => traced.Fact.OtherJudged?.Action == PolicyAction.Answer);
        }
    }

    [Fact]
    public void A_call_of_a_disabled_tool_is_refused_by_that_word()
    {
        var agent = new Agent([new Tool("read", "", SideEffect.Read, enabled: false)], new Budget(3));
        var step = agent.Step(agent.Start(_run).State, new CallTool("read", Json.Object.Empty));
        Assert.Contains("tool_disabled", step.Events.Select(static traced => traced.Fact.CallRefused?.Reason));
    }

    // Would catch: an agent that refuses what another one asked a person for, though it may ask itself; and one that repeats what it has
    // not.
    [Fact]
    public void What_another_agent_asked_for_is_judged_again_and_refused_only_where_it_may_have_happened_and_cannot_be_repeated()
    {
        var pay = new Tool("pay", "", SideEffect.Write, idempotent: true);
        var (asks, other) = (Asking(pay, 9), Asking(pay, 8));
        var waiting = asks.Step(asks.Start(_run, new Stamp(DateTimeOffset.UnixEpoch)).State, new CallTool("pay", Json.Object.Empty)).State;
        Assert.NotNull(other.Resume(waiting).State.Phase.AwaitingApproval);
        var without = Asking(new Tool("look", "", SideEffect.Read), 9);
        Assert.Contains("unknown_tool", without.Resume(waiting).Events.Select(static traced => traced.Fact.CallRefused?.Reason));

        var request = waiting.Phase.AwaitingApproval!.Request;
        var sent = asks.Step(waiting, (PersonSaid)new Approve(request.Id, request.Hash, "bob"), new Stamp(DateTimeOffset.UnixEpoch)).State;
        var again = asks.Step(sent, new Recovered(), new Stamp(DateTimeOffset.UnixEpoch.AddDays(30))).State;
        Assert.NotNull(again.Phase.AwaitingApproval);
        Assert.Contains("not_repeatable", without.Resume(again).Events.Select(static traced => traced.Fact.CallRefused?.Reason));

        static Agent Asking(Tool tool, int steps) => new([tool], new Budget(steps, maxRefusals: 9),
            new Policy([new Rule(new ApprovalRequired("ask"))]), Approvals.On);
    }

    [Fact]
    public void Policies_are_one_only_with_the_same_rules_and_the_same_code()
    {
        Rule[] rules = [new Rule(new Allow())];
        var (code, more) = (new PolicyCode("c", static _ => null), new PolicyCode("d", static _ => null));
        Assert.Equal(new Policy([.. rules], code), new Policy([.. rules], code));
        Assert.NotEqual(new Policy([.. rules], code), new Policy([], code));
        Assert.NotEqual(new Policy([.. rules], code), new Policy([.. rules], more));
        Assert.False(new Policy([]).Equals(null));
    }

    private static Policy Denying(PolicyAction action, string field, string value) =>
        new([new Rule(new Deny("no"), action, input: [new Condition(field, equal: value)])]);

    private static ContextPacket Packet(Agent agent) => agent.Start(_run).Work!.AskModel!.Packet;
}
