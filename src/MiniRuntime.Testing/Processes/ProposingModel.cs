using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>The model as a simulated process has it.</summary>
internal sealed class ProposingModel(ProcessSimulator simulator, SimulatedProcess process) : IModel
{
    public async Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel)
    {
        var (agenda, chance) = (simulator.Agenda, simulator.Chance);
        var trouble = chance.Strike(ProcessTrouble.Crash, ProcessTrouble.Pause, ProcessTrouble.Sleep, ProcessTrouble.ModelFails,
            ProcessTrouble.ModelHangs);
        if (trouble == ProcessTrouble.ModelHangs) await Agenda.Never;
        if (trouble == ProcessTrouble.ModelFails && chance.OneIn(3)) throw new FormatException("The model broke.");
        if (trouble is ProcessTrouble.Crash or ProcessTrouble.Pause or ProcessTrouble.Sleep) process.Stop(trouble.Value);
        await agenda.Wait(chance.Short(), process);
        return trouble == ProcessTrouble.ModelFails
            ? chance.OneIn(2) ? ModelReply.Invalid(new InvalidDecision("no sense", "{")) : ModelReply.Failed(new ModelFailure("gone"))
            // A world that has calmed down has no time for a model that goes on for ever.
            : chance.IsCalm ? ModelReply.Proposed(new Stop(StopReason.Blocked))
            : chance.OneIn(4) ? ModelReply.Proposed(new Decisions(Proposal()).Then(Proposal()).Then(Proposal()))
            : ModelReply.Proposed(Proposal());

        Decision Proposal() => simulator.World.Model(packet, chance.Random);
    }
}
