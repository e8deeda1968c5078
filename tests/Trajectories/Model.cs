using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>A model that does what a test says.</summary>
internal sealed class Model(Func<ContextPacket, CancellationToken, Task<ModelReply>> propose,
    Func<ContextPacket, (long Tokens, decimal Cost)>? used = null) : IModel
{
    public (long Tokens, decimal Cost) UsedFor(ContextPacket packet) => used?.Invoke(packet) ?? (0, 0);

    public Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel) => propose(packet, cancel);
}
