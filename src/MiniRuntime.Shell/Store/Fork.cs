using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>A new run that begins as another one did: the same events under another name, and so with call ids of its own.</summary>
public static class Fork
{
    /// <summary>The journal of a run with another name that shares these events.</summary>
    /// <param name="trace">The first events of a run, from its first on.</param>
    /// <param name="runId">The new run's name.</param>
    /// <returns>The events, under the new name.</returns>
    /// <exception cref="StoreException">
    /// They are no whole trace, or they end where a call is permitted, executing or in doubt. A permit, and a doubt, are one run's: another
    /// one would do the same thing again.
    /// </exception>
    /// <exception cref="ArgumentException">The name is no run name.</exception>
    public static Seq<TraceEvent> Of(IEnumerable<TraceEvent> trace, string runId)
    {
        var (shared, hashes, renamed, last) =
            (trace.ToSeq(), new Dictionary<string, string>(StringComparer.Ordinal), Seq<TraceEvent>.Empty, (State?)null);
        foreach (var (traced, state) in Agent.States(shared))
        {
            // What is asked for is another call now, and its hash says so.
            if (state.Phase.AwaitingApproval is { Request: { } asked, Call: { } call } && traced.Fact.CallJudged is not null)
                hashes[asked.Hash] = ApprovalRequest.HashOf(runId, Renamed(call.Id), call.Proposal, call.Tool);
            renamed = renamed.Add(traced with { RunId = runId, Fact = Retold(traced.Fact) });
            last = state;
        }
        if (last is null || renamed.Count < shared.Count) throw new StoreException("These events are no whole trace of a run.");
        if (last.Phase.Permitted is not null || last.Phase.Executing is not null || last.Phase.InDoubt is not null
            || last.Phase.AwaitingApproval is { Call.MayHaveHappened: true })
        {
            throw new StoreException($"After {last.Events} events run {last.RunId} has a call under way ({last.Phase.Name}); "
                + "fork it where it had none, some events before or after.");
        }
        return renamed;

        string Renamed(string id) => id.StartsWith($"{shared[0].RunId}:", StringComparison.Ordinal) ? runId + id[shared[0].RunId.Length..] : id;

        string Rehashed(string hash) => hashes.GetValueOrDefault(hash, hash);

        Fact Retold(Fact fact) => fact.Match(0,
            runStarted: (_, start) => start with { Run = Named(start.Run) },
            contextBuilt: static (_, built) => (Fact)built,
            accepted: (_, accepted) => accepted with { Input = Addressed(accepted.Input) },
            ignored: (_, ignored) => ignored with { Input = Addressed(ignored.Input) },
            callRefused: (_, refused) => refused with { CallId = Renamed(refused.CallId) },
            callJudged: (_, judged) => judged with
            {
                CallId = Renamed(judged.CallId),
                Request = judged.Request is { } request
                    ? request with { Id = Renamed(request.Id), Hash = Rehashed(request.Hash) }
                    : null,
            },
            callAuthorized: (_, permit) => new CallAuthorized(Renamed(permit.CallId), permit.Attempt),
            otherJudged: (_, judged) => new OtherJudged(judged.Action, judged.Action == PolicyAction.Answer
                ? judged.Verdicts.Select(verdict => verdict with { Ref = Renamed(verdict.Ref) }).ToSeq()
                : judged.Verdicts),
            stopped: static (_, stopped) => stopped);

        Run Named(Run run) => new(runId, run.Goal, run.Actor, run.Tenant, run.Route, run.Memory);

        Input Addressed(Input input) => input.Match(0,
            decision: static (_, decision) => (Input)decision,
            invalidDecision: static (_, invalid) => invalid,
            modelFailure: static (_, failure) => failure,
            toolReport: (_, report) => new ToolReport(Renamed(report.CallId), report.Result, report.Labels, report.Attempt),
            personSaid: (_, said) => said.Match(0,
                approve: (_, approve) => (PersonSaid)new Approve(
                    Renamed(approve.RequestId), Rehashed(approve.Hash), approve.Reviewer, approve.EditedInput),
                reject: (_, reject) => new Reject(Renamed(reject.RequestId), reject.Reviewer, reject.Reason),
                reply: (_, reply) => new Reply(Renamed(reply.QuestionId), reply.Text, reply.Person, reply.Labels),
                resolve: (_, resolve) => new Resolve(Renamed(resolve.CallId), resolve.Resolution, resolve.Person, resolve.Data)),
            recovered: static (_, recovered) => recovered,
            tick: static (_, tick) => tick,
            cancel: static (_, cancel) => cancel,
            decisions: static (_, decisions) => decisions);
    }
}
