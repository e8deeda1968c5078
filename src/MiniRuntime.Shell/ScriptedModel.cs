using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// A model that follows a script. It keeps no place of its own: the packet's number says which line is next, so a run that is taken up
/// again goes on where it was. When the script runs out it proposes to stop as blocked.
/// </summary>
/// <param name="script">What to say, in order.</param>
public sealed class ScriptedModel(IEnumerable<ModelReply> script) : IModel
{
    private readonly Seq<ModelReply> _script = script.ToSeq();

    /// <inheritdoc/>
    public Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel) => Task.FromResult(
        packet.Number < _script.Count ? _script[packet.Number] : ModelReply.Proposed(new Stop(StopReason.Blocked)));
}
