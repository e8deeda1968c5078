namespace MiniRuntime.Core;

/// <summary>A tool call that policy has judged.</summary>
/// <param name="Id">
/// Its id, and its idempotency key: the run's name and the number of the step that it opened. Unique among all runs.
/// </param>
/// <param name="Proposal">What the model proposed, or an approver made of it.</param>
/// <param name="Tool">The tool, as the registry knew it.</param>
/// <param name="AgentHash">The content hash of the agent whose policy judged it. The verdict binds no other agent.</param>
/// <param name="Attempts">How many permits were issued for it.</param>
/// <param name="MayHaveHappened">
/// True once a permit was issued for it as a write, whatever a later registry calls it: it must not be repeated by guess, nor forgotten.
/// </param>
/// <param name="Approval">The approval of exactly this call; null where policy allowed it, or nobody approved it yet.</param>
public sealed record Call(string Id, CallTool Proposal, ToolRef Tool, string AgentHash, int Attempts = 0, bool MayHaveHappened = false,
    Approval? Approval = null);

/// <summary>A person's word that one exact call may run.</summary>
/// <param name="Reviewer">Who approved.</param>
/// <param name="Expires">Until when it holds; a repetition after that needs another one.</param>
public sealed record Approval(string Reviewer, DateTimeOffset Expires);

/// <summary>What a person is asked: whether one exact call may run.</summary>
/// <param name="Id">The request's name: the call's id, and where in the trace it was asked. Unique among all runs.</param>
/// <param name="Hash">The SHA-256 that stands for the exact call (<see cref="HashOf"/>).</param>
/// <param name="Expires">When an approval comes too late; null (the run knew no time) is always.</param>
public sealed record ApprovalRequest(string Id, string Hash, DateTimeOffset? Expires)
{
    /// <summary>The hash of the exact call: of <c>{ callId, input, run, tool, version }</c> in canonical form.</summary>
    public static string HashOf(string runId, string callId, CallTool proposal, ToolRef tool) => CanonicalJson.Hash(Json.Object.Of(
        ("run", runId), ("callId", callId), ("tool", tool.Name), ("version", tool.Version),
        // As text: inside an object an input of the greatest depth would be too deep.
        ("input", CanonicalJson.Write(proposal.Input))));}
