using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>What came of a run in a simulated world.</summary>
/// <param name="Walk">The run, call by call of the core. It prints as a story.</param>
/// <param name="Happened">
/// The calls that took effect in the world, in order, which only the world knows: a call that was lost may stand here, and one that was
/// executed twice stands twice, unless its tool honours the idempotency key.
/// </param>
public sealed record Simulation(Walk Walk, Seq<Call> Happened)
{
    /// <summary>The state at the end: stopped.</summary>
    public State Final => Walk.Final;

    /// <summary>The story, and what happened in the world.</summary>
    public override string ToString() => $"{Walk}Happened in the world: "
        + string.Join(", ", Happened.Select(static call => $"{call.Id} {call.Proposal}").DefaultIfEmpty("nothing"));
}
