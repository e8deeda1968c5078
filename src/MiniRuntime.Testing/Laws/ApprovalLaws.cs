using MiniRuntime.Core;

namespace MiniRuntime.Testing;

internal static class ApprovalLaws
{
    [Law("approvals that do nothing at all, which would make the other laws here hold for nothing.")]
    public static void The_right_approval_in_time_executes_exactly_the_call_that_was_shown(Asking story)
    {
        foreach (var (state, asked) in Waits(story))
        {
            if (asked.Request.Expires is not { } expires || HasNoActor(story)) continue;
            var result = Approve(story, state, asked.Request, at: state.Spent.Now);
            if (state.Start.Budget.CallsExhausted(state.Spent)) Expect.Equal(StopReason.BudgetExhausted, result.State.Stopped?.Reason);
            else Expect.Equal((asked.Call.Id, asked.Call.Proposal), (Executed(result)?.Id, Executed(result)?.Proposal));
            Expect.True(state.Spent.Now <= expires);
        }
    }

    [Law("an approval that stays open after it was used, so that it starts a second execution.")]
    public static void An_approval_is_used_once(Asking story)
    {
        var walk = story.Journey.Walk();
        var used = new List<Input>();
        foreach (var leg in walk.Steps)
        {
            if (used.Count > 0 && used.Contains(leg.Input!)) Expect.NotNull(leg.Ignored);
            if (leg.Input!.PersonSaid?.Approve is not null && leg.Ignored is null) used.Add(leg.Input);
            Expect.All(used, approval => Expect.Null(Executed(walk.Agent.Step(leg.After, approval, leg.Stamp))));
        }
    }

    [Law("an expiry that is not looked at, looked at with the wrong clock, or taken to mean \"never\" when there is no time.")]
    public static void An_approval_after_expiry_or_without_a_time_executes_nothing_and_counts_as_a_refusal(Asking story)
    {
        foreach (var (state, asked) in Waits(story))
        {
            DateTimeOffset? late = asked.Request.Expires is { } time && time < DateTimeOffset.MaxValue ? time.AddTicks(1) : null;
            foreach (var at in new[] { late, null })
            {
                var result = Approve(story, state, asked.Request, at);
                Expect.Null(Executed(result));
                if (!HasNoActor(story)) Expect.Equal(state.Spent.Refusals + 1, result.State.Spent.Refusals);
            }
        }
    }

    [Law("a clock that goes back and makes a late approval look early.")]
    public static void An_approval_that_claims_to_come_early_does_not_turn_time_back(Asking story)
    {
        foreach (var (state, asked) in Waits(story))
        {
            if (asked.Request.Expires is not { } expires || expires == DateTimeOffset.MaxValue) continue;
            // The tick ends the wait; an approval that was signed in time, but comes after it, is for nothing.
            var after = story.Journey.Setup.Agent.Step(state, new Tick(), new Stamp(expires.AddTicks(1))).State;
            Expect.Null(after.Phase.AwaitingApproval);
            Expect.Null(Executed(Approve(story, after, asked.Request, at: expires)));
        }
    }

    [Law("a check of the request that looks at its id alone, or at the tool but not at the input.")]
    public static void An_approval_of_another_call_is_ignored(Asking story, Json.Object input)
    {
        foreach (var (state, asked) in Waits(story))
        {
            var (call, run) = (asked.Call, story.Journey.Run.Id);
            var other = Json.Object.Of(("other", CanonicalJson.Write(input)));
            string[] others =
            [
                ApprovalRequest.HashOf(run, call.Id, new CallTool(call.Tool.Name, other), call.Tool),
                ApprovalRequest.HashOf(run, call.Id + "0", call.Proposal, call.Tool),
                ApprovalRequest.HashOf(run + "0", call.Id, call.Proposal, call.Tool),
                ApprovalRequest.HashOf(run, call.Id, call.Proposal, Version(call.Tool, call.Tool.Version + "x")),
                asked.Request.Hash.ToUpperInvariant(),
                "",
            ];
            foreach (var hash in others.Where(hash => hash != asked.Request.Hash))
            {
                var approve = new Approve(asked.Request.Id, hash, Reviewers.Name);
                Expect.NotNull(Ignored(story, state, approve));
            }
            foreach (var id in new[] { asked.Request.Id + "0", call.Id, "", asked.Request.Id.ToUpperInvariant() + " " })
                Expect.NotNull(Ignored(story, state, new Approve(id, asked.Request.Hash, Reviewers.Name)));
        }
    }

    [Law("a run that approves, or edits, or rejects, on its own behalf; or for nobody.")]
    public static void The_actor_never_reviews_and_without_an_actor_nobody_does(Asking story)
    {
        var actor = story.Journey.Run.Actor;
        foreach (var (state, asked) in Waits(story))
        {
            string[] reviewers = actor is null
                ? [Reviewers.Name, ""]
                : [actor, .. Reviewers.Disguises(actor), "", " ", "\u2060\u3164"];
            foreach (var reviewer in reviewers)
            {
                Expect.NotNull(Ignored(story, state, new Approve(asked.Request.Id, asked.Request.Hash, reviewer)));
                Expect.NotNull(Ignored(story, state, new Approve(asked.Request.Id, asked.Request.Hash, reviewer, Json.Object.Empty)));
                Expect.NotNull(Ignored(story, state, new Reject(asked.Request.Id, reviewer, "no")));
            }
        }
    }

    [Law("an edit that runs unjudged, uncharged, or under the name of the call that it replaces.")]
    public static void An_edit_closes_the_call_and_opens_a_new_one_that_is_charged_and_judged(Asking story, Json.Object edit)
    {
        foreach (var (state, asked) in Waits(story))
        {
            if (HasNoActor(story) || asked.Request.Expires is null) continue;
            var approve = new Approve(asked.Request.Id, asked.Request.Hash, Reviewers.Name, edit);
            var result = story.Journey.Setup.Agent.Step(state, (PersonSaid)approve, new Stamp(state.Spent.Now));
            if (asked.Call.MayHaveHappened)
            {
                Expect.Equal("call_in_doubt", result.Effects[0].Record!.Event.Fact.Ignored?.Reason);
                continue;
            }
            Expect.Contains(result.State.Turns, turn => turn.Id == asked.Call.Id && turn.Result == new Refused("edited_by_reviewer"));
            var facts = result.Effects.Select(effect => effect.Record?.Event.Fact).OfType<Fact>().ToList();
            var judged = facts.Select(fact => fact.CallJudged).SingleOrDefault(fact => fact is not null);
            if (state.Start.Budget.Exhausted(state.Spent))
            {
                Expect.Equal(StopReason.BudgetExhausted, result.State.Stopped?.Reason);
                Expect.Null(judged);
                continue;
            }
            Expect.Equal(state.Spent.Steps + 1, result.State.Spent.Steps);
            Expect.Equal($"{state.RunId}:{state.Spent.Steps}", judged?.CallId);
            if (Executed(result) is { } call) Expect.Equal((judged!.CallId, edit), (call.Id, call.Proposal.Input));
        }
    }

    private static ToolRef Version(ToolRef tool, string version) =>
        new(tool.Name, version, tool.SideEffect, tool.Idempotent, tool.Labels);

    private static IEnumerable<(State State, AwaitingApproval Asked)> Waits(Asking story) =>
        from state in Traces.Reached(story.Journey, "awaiting_approval")
        select (state, state.Phase.AwaitingApproval!);

    private static bool HasNoActor(Asking story) => Ledger.IsBlank(story.Journey.Run.Actor ?? "");

    private static StepResult Approve(Asking story, State state, ApprovalRequest request, DateTimeOffset? at) =>
        story.Journey.Setup.Agent.Step(state, (PersonSaid)new Approve(request.Id, request.Hash, Reviewers.Name), new Stamp(at));

    private static string? Ignored(Asking story, State state, PersonSaid said)
    {
        var result = story.Journey.Setup.Agent.Step(state, said, new Stamp(state.Spent.Now));
        Expect.Equal(state.Phase, result.State.Phase);
        return result.Effects[0].Record?.Event.Fact.Ignored?.Reason;
    }

    private static Call? Executed(StepResult result) => result.Effects[^1].ExecuteTool?.Permit.Call;
}
