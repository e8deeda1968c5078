using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class ContextLaws
{
    [Law("memory that vanishes, shows up twice, or is left out for a reason that does not hold.", Cases = 500)]
    public static void Shown_and_omitted_memory_partition_what_there_was_each_with_the_right_reason(Journey journey)
    {
        var (run, rules) = (journey.Run, journey.Setup.Context);
        var before = journey.Walk().Legs[0].After;
        foreach (var (traced, state) in Agent.States(journey.Walk().Trace))
        {
            if (traced.Fact.ContextBuilt is { } built)
            {
                var omitted = built.Omitted.ToDictionary(omission => omission.Ref, omission => omission.Reason);
                Expect.Equal(run.Memory.Select(item => item.Id).Where(id => !omitted.ContainsKey(id)), built.Memory);
                Expect.Equal(run.Memory.Select(item => item.Id).Where(omitted.ContainsKey), built.Omitted.Select(omission => omission.Ref));
                foreach (var item in run.Memory)
                {
                    var (left, reason) = (omitted.TryGetValue(item.Id, out var why), why);
                    if (!rules.Scopes.Contains(item.Scope)) Expect.Equal((true, OmissionReason.OutOfScope), (left, reason));
                    else if (item.Expires is { } time && !(before.Spent.Now < time))
                        Expect.Equal((true, OmissionReason.Expired), (left, reason));
                    else if (journey.Setup.Policy.Judge(Asked.OfMemory(journey, before, item)).Deny is not null)
                        Expect.Equal((true, OmissionReason.Denied), (left, reason));
                    else Expect.True(!left || (rules.MaxTokens is not null && reason == OmissionReason.OverBudget), $"{item.Id}: {reason}");
                }
            }
            before = state;
        }
    }

    [Law("a packet whose turns are not the latest, or are torn apart, or that is not what the trace says.", Cases = 500)]
    public static void A_packet_holds_the_latest_turns_whole_and_what_the_trace_names(Journey journey)
    {
        var rules = journey.Setup.Context;
        var number = 0;
        foreach (var (leg, packet) in journey.Walk().Packets)
        {
            var built = leg.After.Phase.Thinking!.Context;
            Expect.Equal(leg.After.Turns.Skip(packet.TurnsOmitted), packet.Turns);
            Expect.InRange(packet.Turns.Count, 0, rules.Window);
            if (rules.MaxTokens is null) Expect.Equal(Math.Min(rules.Window, leg.After.Turns.Count), packet.Turns.Count);
            Expect.Equal(journey.Setup.Agent.Tools.Where(tool => tool.Enabled), packet.Tools);
            Expect.Equal(packet.Tools.Select(tool => tool.Name), built.Tools);
            Expect.Equal(packet.Memory.Select(item => item.Id), built.Memory);
            Expect.All(packet.Memory, item => Expect.Contains(item, journey.Run.Memory));
            Expect.Equal((packet.Omitted, packet.TurnsOmitted), (built.Omitted, built.FirstTurn));
            Expect.Equal((number++, leg.After.Spent.Steps, journey.Run.Goal), (packet.Number, packet.Step, packet.Goal));
        }
    }

    [Law("a limit that something escapes. Four characters count as a token, as the packet's page says.", Cases = 500)]
    public static void A_packet_keeps_to_its_token_limit(Journey journey)
    {
        if (journey.Setup.Context.MaxTokens is not { } limit) limit = 40;
        var setup = journey.Setup with { Context = new ContextRules(journey.Setup.Context.Window, limit, journey.Setup.Context.Scopes) };
        foreach (var (_, packet) in (journey with { Setup = setup }).Walk().Packets)
        {
            decimal fixedPart = packet.Goal.Length + packet.Summary.Length
                + packet.Tools.Sum(tool => tool.Name.Length + tool.Description.Length + $"{tool.InputSchema}".Length);
            var rest = packet.Memory.Sum(item => item.Text.Length) + packet.Turns.Sum(Size);
            Expect.True(rest <= Math.Max(0, (4m * limit) - fixedPart), $"{fixedPart} and {rest} characters in {limit} tokens: {packet}");
        }
    }

    [Law("room that is given away: a turn that is left out although it fits.", Cases = 500)]
    public static void A_packet_shows_as_many_turns_as_its_window_and_its_limit_hold(Journey journey)
    {
        if (journey.Setup.Context.MaxTokens is not { } limit) return;
        foreach (var (leg, packet) in journey.Walk().Packets)
        {
            if (packet.TurnsOmitted == 0 || packet.Turns.Count == journey.Setup.Context.Window) continue;
            var taken = Tokens(packet.Goal.Length + packet.Summary.Length
                    + packet.Tools.Sum(tool => tool.Name.Length + tool.Description.Length + $"{tool.InputSchema}".Length))
                + packet.Memory.Sum(item => Tokens(item.Id.Length + item.Scope.Name().Length + item.Text.Length))
                + packet.Turns.Append(leg.After.Turns[packet.TurnsOmitted - 1]).Sum(turn => Tokens(Size(turn)));
            Expect.True(taken > limit, $"{taken} of {limit} tokens, and a turn is left out: {packet}");
        }
    }

    [Law("memory that is left out although it fits, while none after it was shown instead.")]
    public static void Without_a_limit_nothing_is_over_budget(Journey journey)
    {
        foreach (var limit in new long?[] { null, long.MaxValue })
        {
            var setup = journey.Setup with { Context = new ContextRules(20, limit, journey.Setup.Context.Scopes) };
            foreach (var (leg, packet) in (journey with { Setup = setup }).Walk().Packets)
            {
                Expect.DoesNotContain(packet.Omitted, omission => omission.Reason == OmissionReason.OverBudget);
                Expect.Equal(Math.Min(20, leg.After.Turns.Count), packet.Turns.Count);
            }
        }
    }

    [Law("a call that is shown without its result, a turn that is shown twice, an outcome that nobody knows yet.")]
    public static void Every_call_in_a_packet_stands_with_its_result(Journey journey)
    {
        foreach (var (leg, packet) in journey.Walk().Packets)
        {
            Expect.All(packet.Turns, turn => Expect.True(turn.Proposal is not null || turn.Raw is not null));
            Expect.Distinct(packet.Turns.Select(turn => turn.Id));
            Expect.All(packet.Turns, turn => Expect.NotEqual("lost", turn.Result.Status));
        }
    }

    [Law("a step that the model never hears of again, or of which it is told what did not come of it: a denied answer as an accepted one.",
        Cases = 500)]
    public static void The_model_is_told_of_every_step_what_came_of_it(Saga saga)
    {
        var (turns, refusals) = (Seq<Turn>.Empty, 0);
        foreach (var (traced, state) in Agent.States(saga.Walk().Trace))
        {
            if (state.Turns.Count > turns.Count)
            {
                var came = CameOf(traced.Fact, late: state.Spent.Refusals > refusals);
                Expect.NotNull(came);
                Expect.Equal(turns.Add(state.Turns[^1] with { Result = came }), state.Turns);
            }
            if (traced.Fact.ContextBuilt is not null)
                Expect.Equal(Enumerable.Range(0, state.Spent.Steps).Select(n => $"{saga.Run.Id}:{n}"), state.Turns.Select(turn => turn.Id));
            (turns, refusals) = (state.Turns, state.Spent.Refusals);
        }
    }

    // What the fact that ends a step says; an approval, and whether it came too late. Null where it says nothing of the kind.
    private static ToolResult? CameOf(Fact fact, bool late)
    {
        var refusal = fact.CallRefused?.Reason ?? fact.CallJudged?.Verdict.Deny?.Reason ?? fact.OtherJudged?.Verdicts[0].Decision.Reason;
        return refusal is not null ? new Refused(refusal) : fact.Accepted?.Input.Match(late,
            decision: static (_, _) => new Error("empty_answer"),
            invalidDecision: static (_, invalid) => new Error(invalid.Reason),
            modelFailure: static (_, _) => (ToolResult?)null,
            toolReport: static (_, report) => report.Result,
            personSaid: static (late, said) => said.Match(late,
                approve: static (late, _) => (ToolResult)new Refused(late ? "approval_expired" : "edited_by_reviewer"),
                reject: static (_, reject) => new Refused(reject.Reason),
                reply: static (_, reply) => new Ok(reply.Text),
                resolve: static (_, resolve) =>
                    resolve.Resolution == Resolution.Happened ? new Ok(resolve.Data ?? Json.None) : new Error("did_not_happen")),
            recovered: static (_, _) => null,
            tick: static (_, _) => new Refused("approval_expired"),
            cancel: static (_, _) => null,
            decisions: static (_, _) => null);
    }

    private static decimal Tokens(int characters) => Math.Ceiling(characters / 4m);

    // What a turn says: its own words, without the names of fields.
    private static int Size(Turn turn) => (turn.Raw?.Length ?? 0)
        + (turn.Proposal?.Match(0,
            answer: static (_, answer) => answer.Text.Length,
            callTool: static (_, call) => call.Name.Length + CanonicalJson.Write(call.Input).Length,
            askHuman: static (_, ask) => ask.Question.Length,
            stop: static (_, _) => 0) ?? 0)
        + turn.Result.Match(0,
            ok: static (_, ok) => CanonicalJson.Write(ok.Data).Length,
            refused: static (_, refused) => refused.Reason.Length,
            error: static (_, error) => error.Reason.Length,
            lost: static (_, lost) => lost.Reason.Length);
}
