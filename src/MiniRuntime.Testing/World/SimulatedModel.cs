using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>A simulated world's model, as the real runtime asks it.</summary>
internal sealed class SimulatedModel(SimulatedWorld world, Random random, SimulatedClock clock) : IModel
{
    public Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel) => world.Next(random) switch
    {
        null or Trouble.AnswersTwice => Task.FromResult(ModelReply.Proposed(world.Model(packet, random))),
        Trouble.Fails => random.Next(3) switch
        {
            0 => throw new FormatException("The model broke."),
            1 => Task.FromResult(ModelReply.Invalid(new InvalidDecision("no sense", "{"))),
            _ => Task.FromResult(ModelReply.Failed(new ModelFailure("gone"))),
        },
        _ => clock.Hang<ModelReply>(),
    };
}
