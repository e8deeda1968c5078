namespace MiniRuntime.Core;

/// <summary>A call as evals and laws see it. It counts as executed once a permit was handed out, whatever came of it.</summary>
/// <param name="Id">The call's id.</param>
/// <param name="Tool">The tool, as the registry knew it.</param>
/// <param name="Input">The exact input.</param>
/// <param name="Approved">True when a person approved exactly this call, each time that it was permitted anew.</param>
/// <param name="Labels">What the run picked up from its results so far; a set, in ordinal order.</param>
public sealed record ExecutedCall(string Id, ToolRef Tool, Json.Object Input, bool Approved, Seq<string> Labels)
{
    /// <summary>
    /// The latest executed call of a run, one event later: a new one with its first permit, and the same one with more labels when a
    /// result comes in. Calls are executed one at a time, so it is always the latest that changes.
    /// </summary>
    /// <param name="latest">The latest executed call before the event; null when there was none.</param>
    /// <param name="traced">The event.</param>
    /// <param name="after">The state after it.</param>
    public static ExecutedCall? Latest(ExecutedCall? latest, TraceEvent traced, State after)
    {
        if (traced.Fact.CallAuthorized is { } permit && after.Phase.Executing is { } executing)
        {
            var approved = executing.Call.Approval is not null;
            return permit.Attempt > 1 && latest is not null
                ? latest with { Approved = latest.Approved && approved }
                : new ExecutedCall(executing.Call.Id, executing.Call.Tool, executing.Call.Proposal.Input, approved, []);
        }
        if (latest is null || traced.Fact.Accepted is not { Input: var input }) return latest;
        if (input.ToolReport is { } report && report.CallId == latest.Id)
            return latest with { Labels = LabelSet.Union(LabelSet.Union(latest.Labels, report.Labels), latest.Tool.Labels) };
        return input.PersonSaid?.Resolve is { } resolve && resolve.CallId == latest.Id && resolve.Resolution != Resolution.Abandon
            ? latest with { Labels = LabelSet.Union(latest.Labels, latest.Tool.Labels) }
            : latest;
    }

    /// <summary>For example <c>pay {"amount":3} (demo:2)</c>.</summary>
    public override string ToString() => $"{Tool.Name} {CanonicalJson.Write(Input)} ({Id})";
}
