namespace MiniRuntime.Properties;

/// <summary>What laws and evals make of a path, and in which words.</summary>
public sealed class TrajectoryTests
{
    private static readonly Condition _much = new("amount", greater: 10);
    private static readonly CallPattern _look = new("look"), _pay = new("pay"), _payMuch = new("pay", input: [_much]);

    // A letter per call: looks at something (L), at something untrusted (U), drafts (D), pays 9 (p) or 11 (P), pays without saying how much
    // (?), pays with an approval (A). And the law that such a path breaks, or not.
    public static TheoryData<string, string, bool> Paths => new()
    {
        { "never", "", false }, { "never", "L", false }, { "never", "LpL", true }, { "never", "A", true },
        { "neverUnless", "LA", false }, { "neverUnless", "Ap", true }, { "neverUnless", "p", true },
        { "neverMuch", "p", false }, { "neverMuch", "P", true }, { "neverMuch", "?", true },
        { "before", "", false }, { "before", "LP", false }, { "before", "P", true }, { "before", "PL", true }, { "before", "LPDP", false },
        { "before", "DUpP", false },
        // What a law asks for must be there for sure, and what it forbids must not be there for sure.
        { "beforeMuch", "PL", false }, { "beforeMuch", "pL", true }, { "beforeMuch", "?L", true }, { "muchBefore", "L?", false },
        { "muchBefore", "?", true }, { "muchBefore", "p", false },
        { "neverAfter", "", false }, { "neverAfter", "pU", false }, { "neverAfter", "Up", true }, { "neverAfter", "ULLp", true },
        { "neverAfter", "Lp", false }, { "neverAfter", "UL", false },
        { "neverAfterItself", "U", false }, { "neverAfterItself", "UU", true },
        { "neverAfterMuch", "?L", true }, { "neverAfterMuch", "pL", false },
        { "muchAfter", "L?", true }, { "muchAfter", "Lp", false }, { "muchAfter", "?L", false },
        { "noneMuch", "?", true }, { "noneMuch", "p", false },
        { "atMost", "", false }, { "atMost", "pp", false }, { "atMost", "pLp", false }, { "atMost", "pLpp", true },
        { "atMost", "AAAA", true },
        { "none", "L", false }, { "none", "p", true },
        { "writes", "LDU", false }, { "writes", "p", true }, { "drafts", "Lp", false }, { "drafts", "LD", true }, { "globs", "D", false },
        { "globs", "L", true }, { "any", "D", true },
    };

    private static Demand Of(string law) => law switch
    {
        "never" => new Never(_pay),
        "neverUnless" => new Never(_pay, UnlessApproved: true),
        "neverMuch" => new Never(_payMuch),
        "before" => new Before(_look, _pay),
        "beforeMuch" => new Before(_payMuch, _look),
        "muchBefore" => new Before(_look, _payMuch),
        "neverAfter" => new NeverAfter(new CallPattern(label: "untrusted"), _pay),
        "neverAfterItself" => new NeverAfter(new CallPattern(label: "untrusted"), new CallPattern(label: "untrusted")),
        "neverAfterMuch" => new NeverAfter(_payMuch, _look),
        "muchAfter" => new NeverAfter(_look, _payMuch),
        "noneMuch" => new AtMost(0, _payMuch),
        "atMost" => new AtMost(2, _pay),
        "none" => new AtMost(0, _pay),
        "writes" => new Never(new CallPattern(sideEffect: SideEffect.Write)),
        "drafts" => new Never(new CallPattern(sideEffect: SideEffect.Draft)),
        "globs" => new Never(new CallPattern("l?*k")),
        _ => new Never(new CallPattern()),
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_law_is_broken_by_the_paths_that_it_forbids(string law, string path, bool breaks)
    {
        var judged = new TrajectoryLaw("law", Of(law)).Judge(Path(path));
        Assert.Equal(("law", !breaks), (judged.Law, judged.Passed));
        Assert.Equal(breaks ? 1 : 0, judged.Reasons.Count);
    }

    // Would catch: a law that recovers from being broken.
    [Theory]
    [MemberData(nameof(Paths))]
    public void A_broken_law_stays_broken(string law, string path, bool breaks)
    {
        var (of, progress) = (new TrajectoryLaw("law", Of(law)), 0);
        foreach (var call in Path(path).Calls) progress = of.Advance(progress, call);
        Assert.Equal(breaks, progress == TrajectoryLaw.Broken);
        if (breaks) Assert.All(Path("LUDpPA").Calls, call => Assert.Equal(TrajectoryLaw.Broken, of.Advance(TrajectoryLaw.Broken, call)));
    }

    [Fact]
    public void A_law_about_the_end_judges_how_a_run_ended_once_it_has()
    {
        var law = new TrajectoryLaw("law", new Ends([StopReason.Success, StopReason.Blocked]));
        Assert.True(law.Judge(new Trajectory([], null)).Passed);
        Assert.True(law.Judge(new Trajectory([], new Stopped(StopReason.Blocked))).Passed);
        Assert.Equal(["the run must end with success or blocked: refused"],
            law.Judge(new Trajectory(Path("Lp").Calls, new Stopped(StopReason.Refused))).Reasons);
        var saying = new TrajectoryLaw("law", law.Demand, "Call us");
        Assert.Equal(["Call us: refused"], saying.Judge(new Trajectory([], new Stopped(StopReason.Refused))).Reasons);
        Assert.True(law.Admits(new Stopped(StopReason.Success)) && !law.Admits(new Stopped(StopReason.Cancelled)));
        Assert.Equal(0, law.Advance(0, Path("p").Calls[0]));
        Assert.True(new TrajectoryLaw("law", new Never(_pay)).Admits(new Stopped(StopReason.Cancelled)));
    }

    // Would catch: a reason that a person cannot understand, or that does not say which call it was.
    [Theory]
    [InlineData("never", "LP", "there must be no call of pay: pay {\"amount\":11} (run:1)")]
    [InlineData("neverUnless", "P", "there must be no call of pay that was not approved: pay {\"amount\":11} (run:0)")]
    [InlineData("neverMuch", "?", "there must be no call of pay with amount greater 10: pay {} (run:0)")]
    [InlineData("before", "PP", "before a call of pay there must be a call of look: pay {\"amount\":11} (run:0)")]
    [InlineData("neverAfter", "UP", "after a call labelled untrusted there must be no call of pay: pay {\"amount\":11} (run:1)")]
    [InlineData("atMost", "ppp", "there must be no call of pay beyond the first 2: pay {\"amount\":9} (run:2)")]
    [InlineData("writes", "p", "there must be no write: pay {\"amount\":9} (run:0)")]
    [InlineData("any", "L", "there must be no call: look {} (run:0)")]
    public void A_broken_law_says_what_it_demands_and_which_call_broke_it(string law, string path, string reason)
    {
        Assert.Equal([reason], new TrajectoryLaw("law", Of(law)).Judge(Path(path)).Reasons);
        Assert.Equal([$"Call us{reason[reason.IndexOf(": ", StringComparison.Ordinal)..]}"],
            new TrajectoryLaw("law", Of(law), "Call us").Judge(Path(path)).Reasons);
    }

    [Fact]
    public void A_demand_names_its_patterns()
    {
        Assert.Equal([_pay], ((Demand)new Never(_pay)).Patterns);
        Assert.Equal([_look, _pay], ((Demand)new Before(_look, _pay)).Patterns);
        Assert.Equal([_look, _pay], ((Demand)new NeverAfter(_look, _pay)).Patterns);
        Assert.Equal([_pay], ((Demand)new AtMost(1, _pay)).Patterns);
        Assert.Empty(((Demand)new Ends([StopReason.Success])).Patterns);
    }

    [Fact]
    public void A_pattern_is_said_in_words()
    {
        Assert.Equal("a call", $"{new CallPattern()}");
        Assert.Equal("a write of pay* labelled untrusted with amount greater 10 and to equals \"bob\"",
            $"{new CallPattern("pay*", SideEffect.Write, "untrusted", [_much, new Condition("to", "bob")])}");
        Assert.Contains("Two conditions are about one field",
            Assert.Throws<ArgumentException>(() => new CallPattern(input: [_much, new Condition("amount", less: 3)])).Message);
    }

    // Would catch: an expectation that is not judged, is judged by the wrong list, or fails without saying so.
    [Fact]
    public void An_eval_says_each_expectation_that_was_not_met_in_a_fixed_order()
    {
        var (all, ended) = (new EvalCase("case", StopReason.Success, ["look", "draft"], ["pay", "other"]), new Stopped(StopReason.Refused));
        Assert.Equal(["expected stopReason success, got refused", "expected tool call: look", "expected tool call: draft",
            "forbidden tool was called: pay"], all.Judge(new Trajectory(Path("p").Calls, ended)).Reasons);
        Assert.Equal(["expected stopReason success, got none"], all.Judge(Path("LD")).Reasons);
        var passed = all.Judge(new Trajectory(Path("DL").Calls, new Stopped(StopReason.Success)));
        Assert.Equal(("case", true), (passed.CaseId, passed.Passed));
        Assert.False(all.Judge(Path("LD")).Passed);
        Assert.True(new EvalCase("case").Judge(new Trajectory(Path("pL").Calls, ended)).Passed);
        Assert.True(new EvalCase("case").Judge(Path("p")).Passed);
    }

    // Would catch: an approval that counts for a repetition that nobody approved, and labels that a result brought and a law does not see.
    [Fact]
    public void A_call_is_approved_when_each_permit_was_and_has_the_labels_of_all_its_results()
    {
        var pay = new Tool("pay", "", SideEffect.Write, idempotent: true, labels: ["paid"]);
        var at = new Stamp(DateTimeOffset.UnixEpoch);
        var asks = new Agent([pay], new Budget(9), Policy.Default, new Approvals(true, TimeSpan.FromHours(1)));
        var trace = new List<TraceEvent>();
        var state = Then(asks, asks.Start(new Run("run", "goal", "alice"), at));
        state = Then(asks, asks.Step(state, new CallTool("pay", Json.Object.Of(("amount", 1))), at));
        var request = state.Phase.AwaitingApproval!.Request;
        Assert.Empty(Trajectory.Of(trace).Calls);
        state = Then(asks, asks.Step(state, (PersonSaid)new Approve(request.Id, request.Hash, "bob"), at));
        Assert.Equal([("run:0", true, 0)], Calls(trace));

        // Repeated under the approval that it has; then by somebody who needs none.
        state = Then(asks, asks.Step(state, new Recovered(), at));
        Assert.Equal([("run:0", true, 0)], Calls(trace));
        var free = new Agent([pay], new Budget(9), Policy.Permissive);
        state = Then(free, free.Step(state, new Recovered(), at));
        Assert.Equal(3, state.Phase.Executing!.Call.Attempts);
        Assert.Equal([("run:0", false, 0)], Calls(trace));

        state = Then(free, free.Step(state, new ToolReport("run:0", new Ok(1), ["fresh"], attempt: 3), at));
        Assert.Equal(["fresh", "paid"], Trajectory.Of(trace).Calls[0].Labels);
        Then(free, free.Step(state, new CallTool("pay", Json.Object.Empty), at));
        Assert.Equal([("run:0", false, 2), ("run:1", false, 0)], Calls(trace));
        Assert.Null(Trajectory.Of(trace).Stopped);

        State Then(Agent agent, StepResult step)
        {
            trace.AddRange(step.Events);
            return step.State;
        }
        static IEnumerable<(string, bool, int)> Calls(IEnumerable<TraceEvent> of) =>
            Trajectory.Of(of).Calls.Select(static call => (call.Id, call.Approved, call.Labels.Count));
    }

    // Would catch: labels that a run picks up when a person tells what became of a call, and that its path does not show.
    [Theory]
    [InlineData(Resolution.Happened, "paid")]
    [InlineData(Resolution.DidNotHappen, "paid")]
    [InlineData(Resolution.Abandon, "")]
    public void What_a_person_says_became_of_a_call_brings_the_labels_of_its_tool(Resolution resolution, string labels)
    {
        Tool[] tools = [new("pay", "", SideEffect.Write, labels: ["paid"]), new("look", "", SideEffect.Read, labels: ["seen"])];
        var agent = new Agent(tools, new Budget(9, maxToolFailures: 9), Policy.Permissive, Approvals.On);
        var steps = new List<StepResult> { agent.Start(new Run("run", "goal", "alice")) };
        foreach (var input in (Input[])[new CallTool("look", Json.Object.Empty), new ToolReport("run:0", new Ok(1)),
            new CallTool("pay", Json.Object.Empty), new Recovered(), (PersonSaid)new Resolve("run:1", resolution, "bob")])
            steps.Add(agent.Step(steps[^1].State, input));
        var calls = Trajectory.Of(steps.SelectMany(static step => step.Events)).Calls;
        Assert.Equal(["run:0", "run:1"], calls.Select(static call => call.Id));
        Assert.Equal(["seen"], calls[0].Labels);
        Assert.Equal(labels, string.Join(" ", calls[1].Labels));
    }

    // Would catch: a repetition that a person approved, and that makes good for the time before when nobody did; labels that get lost by
    // it.
    [Fact]
    public void An_approval_of_a_repetition_does_not_make_the_call_an_approved_one()
    {
        var pay = new Tool("pay", "", SideEffect.Write, idempotent: true, labels: ["paid"]);
        var at = new Stamp(DateTimeOffset.UnixEpoch);
        var free = new Agent([pay], new Budget(9), Policy.Permissive);
        var asks = new Agent([pay], new Budget(9), Policy.Default, Approvals.On);
        var steps = new List<StepResult> { free.Start(new Run("run", "goal", "alice"), at) };
        steps.Add(free.Step(steps[^1].State, new CallTool("pay", Json.Object.Empty), at));
        steps.Add(asks.Step(steps[^1].State, new ToolReport("run:0", new Lost("?"), ["fresh"]), at));
        var request = steps[^1].State.Phase.AwaitingApproval!.Request;
        steps.Add(asks.Step(steps[^1].State, (PersonSaid)new Approve(request.Id, request.Hash, "bob"), at));
        Assert.Equal(2, steps[^1].State.Phase.Executing!.Call.Attempts);
        var call = Assert.Single(Trajectory.Of(steps.SelectMany(static step => step.Events)).Calls);
        Assert.False(call.Approved);
        Assert.Equal(["fresh", "paid"], call.Labels);
    }

    private static Trajectory Path(string letters) => new(letters.Select(static (letter, i) => letter switch
    {
        'L' or 'U' => Call(i, "look", SideEffect.Read, Json.Object.Empty, labels: letter == 'U' ? ["untrusted"] : []),
        'D' => Call(i, "draft", SideEffect.Draft, Json.Object.Empty),
        '?' => Call(i, "pay", SideEffect.Write, Json.Object.Empty),
        _ => Call(i, "pay", SideEffect.Write, Json.Object.Of(("amount", letter == 'P' ? 11 : 9)), letter == 'A'),
    }).ToSeq(), null);

    private static ExecutedCall Call(int at, string tool, SideEffect effect, Json.Object input, bool approved = false,
        Seq<string>? labels = null) =>
        new($"run:{at}", new Tool(tool, "", effect).Ref, input, approved, labels ?? []);
}
