using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>A model that calls what has not been done yet, in the order of its plan, and then answers.</summary>
/// <param name="plan">Tools, each once.</param>
internal sealed class PlanningModel(params string[] plan) : IModel
{
    public Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel)
    {
        var done = packet.Turns.Where(static turn => turn.Result.Ok is not null).Select(static turn => turn.Proposal?.CallTool?.Name);
        var next = plan.Except(done).FirstOrDefault();
        Decision proposal = next is null ? new Answer("Done.") : new CallTool(next, Json.Object.Empty);
        return Task.FromResult(ModelReply.Proposed(proposal));
    }
}
