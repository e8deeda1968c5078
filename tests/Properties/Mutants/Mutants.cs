using Xunit.Abstractions;

namespace MiniRuntime.Properties;

/// <summary>
/// Wrong cores, and for each the law that is meant to catch it. They are what the laws are for: a law that lets its mutant live says less
/// than it seems to.
/// </summary>
public sealed class Mutants(ITestOutputHelper output)
{
    private static readonly Mutant[] _mutants =
    [
        new("The gate is skipped for drafts",
            "The traced verdict is the whole policys verdict on the whole request",
            new Edit("Next.cs", "var verdict = Policy.Judge(",
                "var verdict = tool.SideEffect == SideEffect.Draft ? new Allow() : Policy.Judge(")),
        new("Refusals are not charged",
            "What was spent is what the trace adds up to",
            new Edit("Spent.cs", "Refusal() => this with { Refusals = More(Refusals) };", "Refusal() => this;")),
        new("Verdicts are not handed out to be recorded",
            "Events are numbered without gaps",
            new Edit("Step.cs", "(state, events[count++]) = Apply(state, fact);",
                "(state, events[count]) = Apply(state, fact); if (fact.CallJudged is null) count++;")),
        new("An approval opens the same call again",
            "An approval is used once",
            new Edit("Next.cs", "new ApprovalRequest($\"{id}#{state.Events}\", ", "new ApprovalRequest(\"request\", "),
            new Edit("Call.cs", "(\"callId\", callId), ", "")),
        new("Expiry is ignored",
            "An approval after expiry or without a time executes nothing and counts as a refusal",
            new Edit("Evolve.cs", " || withoutTime || IsOverdue(waiting.Request, paid)", "")),
        new("The hash is not compared",
            "An approval of another call is ignored",
            new Edit("Decide.cs", "state.Phase.AwaitingApproval?.Request.Hash == approve.Hash", "true")),
        new("A run may approve its own calls",
            "The actor never reviews and without an actor nobody does",
            new Edit("Decide.cs", "!PersonName.AreAlike(state.Run.Actor!, reviewer)", "true")),
        new("An actor approves under a name that looks the same",
            "The actor never reviews and without an actor nobody does",
            new Edit("PersonName.cs", ">= 0xFF01 and <= 0xFF5E", ">= 0xFF01 and <= 0xFF02")),
        new("Nobody can settle a doubt",
            "What nobody said is ignored",
            new Edit("Decide.cs", "!PersonName.IsNobody(resolve.Person)", "true")),
        new("An answer of which nothing can be seen is an answer",
            "What was spent is what the trace adds up to",
            new Edit("Invisible.cs", "UnicodeCategory.Control or UnicodeCategory.Format", "UnicodeCategory.Control")),
        new("Labels are lost on recovery",
            "Labels only grow",
            new Edit("Evolve.cs", "Seen(at.s, ObservationKind.System, \"recovered\"))",
                "Seen(at.s, ObservationKind.System, \"recovered\"), labels: Seq<string>.Empty)")),
        new("A cancel wakes a run that has stopped",
            "Stopped absorbs",
            new Edit("Decide.cs", "Stamp stamp) => state.Phase.Stopped is not null",
                "Stamp stamp) => state.Phase.Stopped is not null && input.Cancel is null")),
        new("The last rule wins, not the strictest",
            "Rules commute and repeat freely",
            new Edit("PolicyDecision.cs", "Index != other.Index ? (Index > other.Index ? this : other)", "Index != other.Index ? other")),
        new("Steps are checked after one too many",
            "Spent exceeds the budget by no more than the input that exhausted it",
            new Edit("Budget.cs", "spent.Steps >= MaxSteps", "spent.Steps > MaxSteps")),
        new("The budget is not asked before a permit",
            "Nothing executes without an allow or a fresh approval and budget left",
            new Edit("Next.cs", "!state.Start.Budget.CallsExhausted(state.Spent)", "call is not null")),
        new("An unknown tool is executed",
            "Nothing executes without an allow or a fresh approval and budget left",
            new Edit("Next.cs", "return new CallRefused(id, proposal.Name, CallRefused.UnknownTool);",
                "return proposal.Name != \"ghost\" ? new CallRefused(id, proposal.Name, CallRefused.UnknownTool)"
                + " : new CallJudged(id, new ToolRef(\"ghost\", \"1\", SideEffect.Read, false, []), new Allow(), Hash);")),
        new("The scope of memory is ignored",
            "Shown and omitted memory partition what there was each with the right reason",
            new Edit("Context.cs", "!Context.Scopes.Contains(item.Scope) ? OmissionReason.OutOfScope",
                "item is null ? OmissionReason.OutOfScope")),
        new("A turn that just fits is left out",
            "A packet shows as many turns as its window and its limit hold",
            new Edit("Context.cs", "state.TokensFrom(middle) <= room", "state.TokensFrom(middle) < room")),
        new("A lost write is repeated by guess",
            "A write whose outcome is unknown is never executed again without the key",
            new Edit("Tool.cs", "Repeatable => SideEffect != SideEffect.Write || Idempotent;", "Repeatable => true;")),
        new("A cancel hides a doubt",
            "A run that stops with a write unsettled says so",
            new Edit("Evolve.cs", "EndWith(at.s.Phase.Call, StopReason.Cancelled)", "EndWith(null, StopReason.Cancelled)")),
        new("What another agent allowed counts here",
            "Nothing executes that the agent in charge has not allowed itself",
            new Edit("Next.cs", "JudgedHere(Call call) => call.AgentHash == Hash;", "JudgedHere(Call call) => true;")),
        new("A late duplicate starts the work again",
            "An ignored input adds one event and its bill and causes no work",
            new Edit("Step.cs", "new StepResult(after, [traced], null)", "new StepResult(after, [traced], Pending(after))")),
        new("A report of any attempt counts",
            "A report of an earlier attempt is ignored",
            new Edit("Decide.cs", "at.state.Phase.Executing?.Call.Attempts == report.Attempt", "true")),
        new("A loss that is told again is a loss again",
            "The same answer again is ignored",
            new Edit("Decide.cs", "Unless(at.state.Phase.Executing?.Call.Attempts",
                "Unless(report.Result.Lost is not null || at.state.Phase.Executing?.Call.Attempts")),
        new("A run can end for want of budget anywhere",
            "Fold refuses facts that do not fit the phase",
            new Edit("Evolve.cs", "StopReason.BudgetExhausted => s.Phase.Ready is not null || s.Phase.Permitted is not null || "
                + "s.Phase.InDoubt is not null", "StopReason.BudgetExhausted => true")),
        new("A permit may be any attempt",
            "Fold refuses facts that do not fit the phase",
            new Edit("Evolve.cs", " || call.Attempts + 1 != authorized.Attempt", "")),
        new("An approval covers a repetition for ever",
            "Nothing in doubt executes that the agent in charge has not allowed itself",
            new Edit("Next.cs", "JudgedHere(call) && !HasExpired(call.Approval, state.Spent)", "JudgedHere(call)")),
        new("Memory is judged by the run's labels alone",
            "Shown and omitted memory partition what there was each with the right reason",
            new Edit("Next.cs", "LabelSet.Union(state.Labels, item.Labels)", "state.Labels")),
        new("A journal may have gaps",
            "Fold refuses a trace whose numbering is broken",
            new Edit("Evolve.cs", "traced.Sequence != before.Events || ", "")),
        new("What is proposed beside the first is forgotten",
            "The queue is taken in order and the model is not asked while it holds anything",
            new Edit("State.cs", "takes ? before.Queue.From(1) :", "takes ? Seq<Input>.Empty :")),
        new("What is proposed at once is charged once",
            "Proposals made at once do what they would do one by one",
            new Edit("Evolve.cs", "var (id, charged, seen) = (s.IdOf(s.Spent.Steps), paid.Step(), Seen(",
                "var (id, charged, seen) = (s.IdOf(s.Spent.Steps), s.Queue.Count is 0 or 2 ? paid.Step() : paid, Seen(")),
        new("What is proposed at once needs no budget",
            "Spent exceeds the budget by no more than the input that exhausted it",
            new Edit("Next.cs", "if (state.Start.Budget.Exhausted(state.Spent)) return",
                "if (state.Queue.Count == 0 && state.Start.Budget.Exhausted(state.Spent)) return")),
        new("The model is asked before the queue is empty",
            "The queue is taken in order and the model is not asked while it holds anything",
            new Edit("Next.cs", "if (state.Queue.Count > 0) return new Accepted", "if (state.Queue.Count > 1) return new Accepted"),
            new Edit("State.cs", "NeedsPacket => Phase.Ready is { Ending: null } && Queue.Count == 0;",
                "NeedsPacket => Phase.Ready is { Ending: null };")),
        new("Requests are named by chance",
            "The same inputs give the same states events and work",
            new Edit("Next.cs", "new ApprovalRequest($\"{id}#{state.Events}\", ", "new ApprovalRequest($\"{Random.Shared.Next()}\", ")),
        new("Answers are judged without the run's labels",
            "The traced verdict is the whole policys verdict on the whole request",
            new Edit("Next.cs", "(\"text\", answer.Text)), state.Labels)", "(\"text\", answer.Text)), [])")),
        new("Memory is judged by its own labels alone",
            "The traced verdict is the whole policys verdict on the whole request",
            new Edit("Next.cs", "LabelSet.Union(state.Labels, item.Labels)", "item.Labels")),
        .. new[] { "Actor", "Tenant", "Route" }.SelectMany(static part => new Mutant[]
        {
            new($"Policy is not told the {part.ToLowerInvariant()} of a run whose memory it judges",
                "The traced verdict is the whole policys verdict on the whole request",
                new Edit("Next.cs", $"state.Run.{part}, ", $"action == PolicyAction.MemoryRead ? null : state.Run.{part}, ")),
            new($"Policy is told the {part.ToLowerInvariant()} of a run for calls alone",
                "The traced verdict is the whole policys verdict on the whole request",
                new Edit("Next.cs", $"state.Run.{part}, ", $"action == PolicyAction.Tool ? state.Run.{part} : null, ")),
        }),
        new("What was spent is said to policy for calls alone",
            "The traced verdict is the whole policys verdict on the whole request",
            new Edit("Next.cs", "state.Start.Budget, state.Spent);",
                "state.Start.Budget, action == PolicyAction.Tool ? state.Spent : Spent.Nothing);")),
        new("The deadline does not end a wait for a reply",
            "The deadline ends every wait for the model or for a person",
            new Edit("Decide.cs", " or { AwaitingReply: not null }", "")),
        new("A denied answer is shown to the model as accepted",
            "The model is told of every step what came of it",
            new Edit("Evolve.cs", "judging.Proposal, null, new Refused(deny.Reason)),", "judging.Proposal, null, new Ok(answer.Text)),")),
    ];

    // What goes wrong only when processes do, and the law over simulated ones.
    private static readonly Mutant[] _deadly =
    [
        _mutants.Single(static mutant => mutant.Name == "A lost write is repeated by guess") with { Law = SimulatedProcessesTests.Law },
        new("What was executing when a process died is taken for not having happened",
            SimulatedProcessesTests.Law,
            new Edit("Evolve.cs", "recovered: static (at, _) => new State(at.s, new InDoubt(at.s.Phase.Executing!.Call)",
                "recovered: static (at, _) => new State(at.s, new Permitted(at.s.Phase.Executing!.Call)")),
        new("A call is forgotten when its process dies",
            SimulatedProcessesTests.Law,
            new Edit("Evolve.cs", "recovered: static (at, _) => new State(at.s, new InDoubt(at.s.Phase.Executing!.Call)",
                "recovered: static (at, _) => new State(at.s, Phase.Between")),
        new("The runtime acts before it records",
            SimulatedProcessesTests.Law,
            new Edit("AgentRuntime.cs", "if (step.Events.Count > 0) await drive.Held.AppendAsync(",
                "drive.Came = step.Work is null ? null : await PerformAsync(step.State, step.Work, drive.Held);\n"
                + "if (step.Events.Count > 0) await drive.Held.AppendAsync("),
            new Edit("AgentRuntime.cs", "if (await PerformAsync(drive.Step.State, drive.Step.Work!, drive.Held) is not { } answer)",
                "if (drive.Came is not { } answer)"),
            new Edit("AgentRuntime.cs", "public StepResult Step { get; set; } = null!;",
                "public StepResult Step { get; set; } = null!; public Arrival? Came { get; set; }")),
        new("What took long to prepare is carried out without a look at the lease",
            SimulatedProcessesTests.Law,
            new Edit("AgentRuntime.Work.cs", "await held.ConfirmAsync();", "")),
    ];

    public static TheoryData<Mutant> All => [.. _mutants];

    public static TheoryData<Mutant> Deadly => [.. _deadly];

    // Would catch: a law that no longer sees what it is there for. The bound keeps counterexamples such that a person would read them.
    [Theory]
    [MemberData(nameof(All))]
    public void Is_caught_by_its_law_in_a_short_story(Mutant mutant)
    {
        using var core = new CompiledCore(mutant.Edits);
        var (held, story) = core.Check(mutant.Law, cases: 3000);
        Assert.False(held, $"{mutant.Law} holds");
        output.WriteLine(story);
        Assert.True(story.Split("\n    → ").Length - 1 <= 7, story);
    }

    // Would catch: simulated processes in which nothing happens that matters, or promises that nobody looks after.
    [Theory]
    [MemberData(nameof(Deadly))]
    public void Is_caught_when_processes_die(Mutant mutant)
    {
        using var core = new CompiledCore(mutant.Edits);
        var (held, story) = core.Check(mutant.Law, cases: 500);
        Assert.False(held, $"{mutant.Law} holds");
        output.WriteLine(story);
    }

    // Would catch: a simulated world that does not see what was done in it. Another rule may be broken first; this is the dearest one.
    [Fact]
    public void With_the_rule_for_doubt_switched_off_simulated_processes_pay_twice()
    {
        using var core = new CompiledCore(_deadly[0].Edits);
        var stories = Enumerable.Range(1, 9).Select(seed => core.Check(SimulatedProcessesTests.Law, cases: 100, $"{seed}").Story);
        var story = stories.FirstOrDefault(static story => story.Contains("took effect 2 times", StringComparison.Ordinal));
        Assert.NotNull(story);
        output.WriteLine(story);
    }

    // Would catch: a harness in which every law fails, whatever the core.
    [Fact]
    public void Without_a_fault_the_same_laws_hold()
    {
        using var core = new CompiledCore([]);
        Assert.All(_mutants.Select(static mutant => mutant.Law).Distinct(), law => Assert.True(core.Check(law, cases: 50).Held, law));
    }
}

/// <summary>A wrong core.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Law">The law that is meant to catch it.</param>
/// <param name="Edits">What makes it wrong.</param>
public sealed record Mutant(string Name, string Law, params Edit[] Edits)
{
    public override string ToString() => Name;
}

/// <summary>A change of a source file of the core.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Find">A text that occurs in it exactly once.</param>
/// <param name="Replace">What takes its place.</param>
public sealed record Edit(string File, string Find, string Replace);
