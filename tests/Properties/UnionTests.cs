using System.Linq.Expressions;
using OneOf;

namespace MiniRuntime.Properties;

/// <summary>Unions: a value is its own case and no other, in whatever way one looks at it.</summary>
public sealed class UnionTests
{
    private static readonly Call _call =
        new("run:0", new CallTool("pay", Json.Object.Empty), new Tool("pay", "", SideEffect.Write).Ref, "hash");
    private static readonly ApprovalRequest _request = new("run:0", "hash", null);

    // Made anew each time, so that equal ones are two objects; with the word that stands on the wire, where there is one.
    private static readonly (Func<object> Make, string? Word)[] _cases =
    [
        (static () => (Decision)new Answer("a"), "answer"),
        (static () => (Decision)new CallTool("look", Json.Object.Empty), "tool"),
        (static () => (Decision)new AskHuman("q"), "ask_human"),
        (static () => (Decision)new Stop(StopReason.Blocked), "stop"),
        (static () => (Input)(Decision)new Answer("a"), "answer"),
        (static () => (Input)new InvalidDecision("bad"), "invalid_decision"),
        (static () => (Input)new ModelFailure("503"), "model_failure"),
        (static () => (Input)new ToolReport("run:0", new Lost("?")), "tool_result"),
        (static () => (Input)(PersonSaid)new Reply("run:0", "yes", "bob"), "person_said"),
        (static () => (Input)new Recovered(), "recovered"),
        (static () => (Input)new Tick(), "tick"),
        (static () => (Input)new Cancel(), "cancel"),
        (static () => (Input)new Decisions(new Answer("a")).Then(new AskHuman("q")), "decisions"),
        (static () => (PersonSaid)new Approve("run:0", "hash", "bob"), null),
        (static () => (PersonSaid)new Reject("run:0", "bob", "no"), null),
        (static () => (PersonSaid)new Reply("run:0", "yes", "bob"), null),
        (static () => (PersonSaid)new Resolve("run:0", Resolution.Happened, "bob"), null),
        (static () => (ToolResult)new Ok("data"), "ok"),
        (static () => (ToolResult)new Refused("no"), "refused"),
        (static () => (ToolResult)new Error("failed"), "error"),
        (static () => (ToolResult)new Lost("?"), "lost"),
        (static () => (PolicyDecision)new Allow(), "allow"),
        (static () => (PolicyDecision)new ApprovalRequired("ask"), "approval_required"),
        (static () => (PolicyDecision)new Deny("no"), "deny"),
        (static () => (Phase)new Ready(), "ready"),
        (static () => (Phase)new Thinking(new ContextBuilt(0, [], [], [])), "thinking"),
        (static () => (Phase)new Judging("run:0", new Answer("a")), "judging"),
        (static () => (Phase)new AwaitingApproval(_call, _request, "ask"), "awaiting_approval"),
        (static () => (Phase)new Permitted(_call), "permitted"),
        (static () => (Phase)new Executing(_call), "executing"),
        (static () => (Phase)new InDoubt(_call), "in_doubt"),
        (static () => (Phase)new AwaitingReply("run:0", new AskHuman("q")), "awaiting_reply"),
        (static () => (Phase)new Stopped(StopReason.Success), "stopped"),
        (static () => (Fact)new RunStarted(new Run("run", "goal"), new Budget(1), "hash", Stamp.None), null),
        (static () => (Fact)new ContextBuilt(0, [], [], []), null),
        (static () => (Fact)new Accepted(new Tick(), Stamp.None), null),
        (static () => (Fact)new Ignored(new Tick(), "nothing_due", Stamp.None), null),
        (static () => (Fact)new CallRefused("run:0", "look", "unknown_tool"), null),
        (static () => (Fact)new CallJudged("run:0", _call.Tool, new Allow(), "hash"), null),
        (static () => (Fact)new CallAuthorized("run:0", 1), null),
        (static () => (Fact)new OtherJudged(PolicyAction.Answer, []), null),
        (static () => (Fact)new Stopped(StopReason.Success), null),
        (static () => (Effect)new Record(new TraceEvent("run", 0, 0, new Stopped(StopReason.Success))), null),
        (static () => (Effect)new AskModel(new ContextPacket("run", 0, 0, "goal", 1, 0, [], 0, [], [], [])), null),
        (static () => (Effect)Permitted().Effects[^1].ExecuteTool!, null),
        (static () => (Effect)new AskApproval("run", _call, _request, "ask"), null),
        (static () => (Effect)new AskReply("run", "run:0", "q"), null),
        (static () => (Effect)new AskResolution("run", _call), null),
        (static () => (Demand)new Never(new CallPattern()), null),
        (static () => (Demand)new Before(new CallPattern("a"), new CallPattern("b")), null),
        (static () => (Demand)new NeverAfter(new CallPattern("a"), new CallPattern("b")), null),
        (static () => (Demand)new AtMost(1, new CallPattern()), null),
        (static () => (Demand)new Ends([StopReason.Success]), null),
    ];

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, _cases.Length)];

    // Would catch: a case, or a whole union, that this class does not know.
    [Fact]
    public void Every_case_of_every_union_of_the_core_is_here() => Assert.Equal(
        typeof(Agent).Assembly.GetTypes().Where(static type => typeof(IOneOf).IsAssignableFrom(type))
            .SelectMany(static union => union.BaseType!.GetGenericArguments().Select(of => $"{union.Name}.{of.Name}")).Order(),
        Enumerable.Range(0, _cases.Length).Select(Make)
            .Select(static made => $"{made.GetType().Name}.{made.Value.GetType().Name}").Order());

    // Would catch: a property that answers for another case, and one that never does.
    [Theory]
    [MemberData(nameof(Cases))]
    public void It_is_seen_by_the_property_of_its_case_only(int at)
    {
        var value = Make(at);
        foreach (var of in value.GetType().BaseType!.GetGenericArguments())
        {
            var seen = value.GetType().GetProperty(of.Name)!.GetValue(value);
            Assert.Same(of == value.Value.GetType() ? value.Value : null, seen);
        }
    }

    // Would catch: a function that is called for another case, with another context, or not at all.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Match_calls_the_function_of_its_case_with_the_context(int at)
    {
        var value = Make(at);
        var match = value.GetType().GetMethods().Single(static method => method.Name == "Match" && method.GetGenericArguments().Length == 2)
            .MakeGenericMethod(typeof(int), typeof((int, string, object)));
        var functions = match.GetParameters().Skip(1).Select(static parameter => Saying(parameter.Name!, parameter.ParameterType));
        var (context, name, seen) = ((int, string, object))match.Invoke(value, [7, .. functions])!;
        Assert.Equal((7, value.Value.GetType().Name.ToUpperInvariant()), (context, name.ToUpperInvariant()));
        Assert.Same(value.Value, seen);
    }

    // Would catch: equality by reference, across cases, or with nothing; operators that say the opposite of each other's opposite.
    [Theory]
    [MemberData(nameof(Cases))]
    public void It_equals_what_is_made_like_it_and_nothing_else(int at)
    {
        var (value, twin) = (Make(at), Make(at));
        Assert.NotSame(value, twin);
        Assert.True(value.Equals(twin) && Same(value, twin) && !Differ(value, twin));
        Assert.Equal(value.GetHashCode(), twin.GetHashCode());
        Assert.True(!value.Equals(null) && !value.Equals(value.Value));
        Assert.True(!Same(value, null) && !Same(null, value) && Differ(value, null) && Differ(null, value));
        for (var i = 0; i < _cases.Length; i++)
        {
            if (i == at || Make(i) is not { } other || other.GetType() != value.GetType()) continue;
            Assert.False(value.Equals(other) || Same(value, other));
            Assert.True(Differ(value, other));
        }

        static bool Same(IOneOf? one, IOneOf? other) => Operator("op_Equality", one, other);
        static bool Differ(IOneOf? one, IOneOf? other) => Operator("op_Inequality", one, other);
        static bool Operator(string name, IOneOf? one, IOneOf? other) =>
            (bool)(one ?? other)!.GetType().GetMethod(name)!.Invoke(null, [one, other])!;
    }

    [Fact]
    public void Of_two_that_are_nothing_both_are_the_same()
    {
        Assert.True((Decision?)null == null && (Input?)null == null && (PersonSaid?)null == null && (ToolResult?)null == null);
        Assert.True((PolicyDecision?)null == null && (Phase?)null == null && (Fact?)null == null && (Effect?)null == null);
        Assert.True((Demand?)null == null && !((Demand?)null != null));
    }

    // Would catch: a word in traces, scenarios and hashes that has become another one.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Its_word_is_the_one_that_is_on_the_wire(int at)
    {
        var (value, word) = (Make(at), _cases[at].Word);
        var says = value.GetType().GetProperty("Kind") ?? value.GetType().GetProperty("Status") ?? value.GetType().GetProperty("Name");
        Assert.Equal(word is null, says is null);
        Assert.Equal(word, says?.GetValue(value));
        if (value is not Demand) Assert.Equal($"{value.Value}", $"{value}");
    }

    // Would catch: a union that holds nothing, found late by whoever looks into it.
    [Fact]
    public void Nothing_is_no_case() => Assert.All(
        from union in typeof(Agent).Assembly.GetTypes()
        where typeof(IOneOf).IsAssignableFrom(union)
        from operation in union.GetMethods()
        where operation.Name == "op_Implicit" && union != typeof(PolicyDecision)
        select operation,
        static operation => Assert.IsAssignableFrom<ArgumentException>(
            Assert.Throws<System.Reflection.TargetInvocationException>(() => operation.Invoke(null, [null])).InnerException));

    private static IOneOf Make(int at) => (IOneOf)_cases[at].Make();

    private static StepResult Permitted()
    {
        var agent = new Agent([new Tool("look", "", SideEffect.Read)], new Budget(1));
        return agent.Step(agent.Start(new Run("run", "goal")).State, new CallTool("look", Json.Object.Empty));
    }

    // (context, value) => (context, name, value)
    private static Delegate Saying(string name, Type function)
    {
        var of = function.GetGenericArguments();
        var (context, value) = (Expression.Parameter(of[0]), Expression.Parameter(of[1]));
        Expression[] said = [context, Expression.Constant(name), Expression.Convert(value, typeof(object))];
        return Expression.Lambda(function, Expression.New(of[2].GetConstructors().Single(), said), context, value).Compile();
    }
}
