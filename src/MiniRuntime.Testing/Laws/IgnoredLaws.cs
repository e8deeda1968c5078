using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class IgnoredLaws
{
    [Law("a late duplicate that starts the same work again, or changes anything but the bill.", Cases = 500)]
    public static void An_ignored_input_adds_one_event_and_its_bill_and_causes_no_work(Journey journey)
    {
        foreach (var leg in journey.Walk().Steps.Where(leg => leg.Ignored is not null))
        {
            var (before, after) = (leg.Before!, leg.After);
            var only = Expect.Single(leg.Result.Effects).Record!.Event.Fact.Ignored!;
            Expect.Equal((leg.Input, leg.Stamp), (only.Input, only.Stamp));
            Expect.Equal(before.Events + 1, after.Events);
            Expect.Equal(before.Spent with { Tokens = after.Spent.Tokens, Cost = after.Spent.Cost }, after.Spent);
            Expect.True(after.Spent.Tokens - before.Spent.Tokens <= leg.Stamp.Tokens && after.Spent.Cost >= before.Spent.Cost);
            Expect.Equal(before.Phase, after.Phase);
            Expect.Equal((before.Observations, before.Turns, before.ToolsCalled), (after.Observations, after.Turns, after.ToolsCalled));
            Expect.Equal((before.Labels, before.Answer, before.Packets), (after.Labels, after.Answer, after.Packets));
        }
    }

    [Law("an input that fits nothing and is accepted all the same. Which fit where is said here a second time.", Cases = 500)]
    public static void An_input_is_accepted_only_where_it_answers_what_is_pending(Journey journey)
    {
        foreach (var leg in journey.Walk().Steps.Where(leg => leg.Ignored is null))
        {
            var pending = journey.Setup.Agent.Pending(leg.Before!);
            var fits = leg.Input!.Kind switch
            {
                "cancel" => true,
                "tick" => pending?.ExecuteTool is null && pending?.AskResolution is null,
                "recovered" => pending?.ExecuteTool is not null,
                "tool_result" => pending?.ExecuteTool?.Permit.Call is { } call
                    && (call.Id, call.Attempts) == (leg.Input.ToolReport!.CallId, leg.Input.ToolReport.Attempt),
                "person_said" => leg.Input.PersonSaid!.Match(pending,
                    approve: static (asked, approve) => asked?.AskApproval?.Request.Id == approve.RequestId
                        && asked.AskApproval.Request.Hash == approve.Hash,
                    reject: static (asked, reject) => asked?.AskApproval?.Request.Id == reject.RequestId,
                    reply: static (asked, reply) => asked?.AskReply?.QuestionId == reply.QuestionId,
                    resolve: static (asked, resolve) => asked?.AskResolution?.Call.Id == resolve.CallId),
                _ => pending?.AskModel is not null,
            };
            Expect.True(fits && leg.Before!.Stopped is null, $"{leg.Input} answers not {pending}");
        }
    }

    // Not of decisions, which have no ids.
    [Law("an answer that counts twice; a loss, told twice, that buys two repetitions.")]
    public static void The_same_answer_again_is_ignored(Journey journey)
    {
        foreach (var leg in journey.Walk().Steps.Where(leg => leg.Ignored is null))
        {
            if (leg.Input is { PersonSaid: null, ToolReport: null }) continue;
            var again = journey.Setup.Agent.Step(leg.After, leg.Input!, leg.Stamp);
            Expect.NotNull(Expect.Single(again.Effects).Record?.Event.Fact.Ignored);
        }
    }

    [Law("a doubt that is settled, or a question that is answered, by a name that nobody can read.")]
    public static void What_nobody_said_is_ignored(Journey journey, Json data)
    {
        foreach (var state in journey.Walk().Legs.Select(leg => leg.After))
        {
            foreach (var person in new[] { "", " \t", "\u200B", "\0\u202E\u00AD", "\u3164\uFE0F" })
            {
                var said = state.Phase.InDoubt is { } doubt
                    ? Enum.GetValues<Resolution>().Select(how => (PersonSaid)new Resolve(doubt.Call.Id, how, person, data))
                    : state.Phase.AwaitingReply is { } asked ? [new Reply(asked.Id, "yes", person)] : [];
                foreach (var input in said)
                {
                    var result = journey.Setup.Agent.Step(state, input);
                    Expect.Equal("person_is_unknown", Expect.Single(result.Effects).Record?.Event.Fact.Ignored?.Reason);
                }
            }
        }
    }

    [Law("a late \"it failed\" of the first attempt that closes the call while the second one runs, so that the model proposes it anew.")]
    public static void A_report_of_an_earlier_attempt_is_ignored(Doubting story, Json data)
    {
        ToolResult[] results = [new Ok(data), new Refused("no"), new Error("failed"), new Lost("timeout")];
        foreach (var leg in story.Saga.Walk().Legs)
        {
            if (leg.After.Phase.Executing?.Call is not { } call) continue;
            foreach (var attempt in Enumerable.Range(0, call.Attempts).Append(call.Attempts + 1))
            {
                var late = leg.Setup.Agent.Step(leg.After, new ToolReport(call.Id, results[attempt % 4], attempt: attempt));
                Expect.Equal("attempt_not_executing", Expect.Single(late.Effects).Record?.Event.Fact.Ignored?.Reason);
            }
        }
    }

    [Law("a run that can be woken up after its end.")]
    public static void Stopped_absorbs(Journey journey, Journey more)
    {
        var end = journey.Setup.Agent.Step(journey.Walk().Final, new Cancel()).State;
        Expect.NotNull(end.Stopped);
        var state = end;
        foreach (var move in more.Moves.Append(new Saying(Moment.Plain, new Cancel())).Append(new Saying(Moment.Plain, new Recovered())))
        {
            var input = move.Against(new View(state, [], null))!;
            var result = journey.Setup.Agent.Step(state, input, move.When.At(state.Spent.Now));
            Expect.Equal("run_stopped", Expect.Single(result.Effects).Record?.Event.Fact.Ignored?.Reason);
            Expect.Equal(end.Stopped, result.State.Stopped);
            state = result.State;
        }
        Expect.Null(journey.Setup.Agent.Pending(state));
    }
}
