using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>A model that does what a test says.</summary>
internal sealed class Model(Func<ContextPacket, CancellationToken, Task<ModelReply>> propose) : IModel
{
    public Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel) => propose(packet, cancel);
}
