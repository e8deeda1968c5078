namespace MiniRuntime.Properties;

public sealed class LabelLaws
{
    // Would catch: a label that washes off: after a recovery, an error, a refusal, or with the next packet.
    [Property(MaxTest = 500)]
    public void Labels_only_grow(Saga saga)
    {
        var before = Seq<string>.Empty;
        foreach (var (_, state) in Agent.States(saga.Walk().Trace))
        {
            Assert.All(before, label => Assert.Contains(label, state.Labels));
            before = state.Labels;
        }
    }

    // Would catch: content that comes in without its label, or a label that nothing brought.
    [Property(MaxTest = 500)]
    public void The_labels_are_those_of_every_result_reply_and_memory_shown(Saga saga)
    {
        var labels = new SortedSet<string>(StringComparer.Ordinal);
        var tools = new Dictionary<string, ToolRef>();
        foreach (var (traced, state) in Agent.States(saga.Walk().Trace))
        {
            var fact = traced.Fact;
            if (fact.CallJudged is { } judged) tools[judged.CallId] = judged.Tool;
            if (fact.ContextBuilt is { } built)
                labels.UnionWith(saga.Run.Memory.Where(item => built.Memory.Contains(item.Id)).SelectMany(item => item.Labels));
            if (fact.Accepted?.Input is { } input)
            {
                if (input.ToolReport is { } report) labels.UnionWith(report.Labels.Concat(tools[report.CallId].Labels));
                labels.UnionWith(input.PersonSaid?.Match(tools,
                    approve: static (_, _) => Seq<string>.Empty,
                    reject: static (_, _) => Seq<string>.Empty,
                    reply: static (_, reply) => reply.Labels,
                    resolve: static (tools, resolve) =>
                        resolve.Resolution == Resolution.Abandon ? Seq<string>.Empty : tools[resolve.CallId].Labels) ?? []);
            }
            Assert.Equal(labels, state.Labels);
        }
    }

    // Would catch: a policy that sees labels one call too late.
    [Property]
    public void A_run_that_has_read_something_untrusted_can_be_refused_writes_from_then_on(Json data, ToolResult result)
    {
        if (result.Status == "lost") result = new Error("failed");
        var agent = new Agent(
            [new Tool("search", "", SideEffect.Read, labels: ["untrusted"]), new Tool("pay", "", SideEffect.Write)],
            new Budget(9, maxRefusals: 9, maxToolFailures: 9),
            new Policy([new Rule(new Allow()), new Rule(new Deny("tainted"), sideEffect: SideEffect.Write, labels: ["untrusted"])]));
        var state = agent.Start(new Run("run", "")).State;
        state = agent.Step(state, new CallTool("pay", Json.Object.Empty)).State;
        state = agent.Step(state, new ToolReport("run:0", new Ok(data))).State;
        Assert.Equal(["pay"], state.ToolsCalled);
        state = agent.Step(state, new CallTool("search", Json.Object.Empty)).State;
        state = agent.Step(state, new ToolReport("run:1", result)).State;
        state = agent.Step(state, new CallTool("pay", Json.Object.Empty)).State;
        Assert.Equal(["pay", "search"], state.ToolsCalled);
        Assert.Equal(new Refused("tainted"), state.Turns[^1].Result);
    }
}
