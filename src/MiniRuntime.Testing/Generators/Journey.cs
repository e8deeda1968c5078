using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// An agent, a run and what the world does: a whole story, from the start. It prints as what really came in and what became of it.
/// </summary>
/// <param name="Setup">The agent that begins.</param>
/// <param name="Run">What the run is for.</param>
/// <param name="Begins">When it begins.</param>
/// <param name="Moves">What the world does, one move after the other.</param>
public record Journey(Setup Setup, Run Run, Moment Begins, Seq<Move> Moves)
{
    /// <summary>The agents that a crash may leave the run to; the first is the one that begins.</summary>
    internal virtual Seq<Setup> Setups => [Setup];

    /// <summary>The journey made: each move becomes an input against the state that the core has come to by then.</summary>
    public Walk Walk() => Testing.Walk.Of(this);

    /// <summary>The story, as far as it can be told: if the core throws, it ends there, and says so.</summary>
    public override string ToString() => Testing.Walk.Of(this, stopAtError: true).ToString();
}

/// <summary>A journey with crashes, after which the same or another agent takes the run up from its journal.</summary>
/// <param name="Setup">The agent that begins.</param>
/// <param name="Run">What the run is for.</param>
/// <param name="Begins">When it begins.</param>
/// <param name="Moves">What the world does, crashes included.</param>
/// <param name="Successors">The agents that may take the run up.</param>
public sealed record Saga(Setup Setup, Run Run, Moment Begins, Seq<Move> Moves, Seq<Setup> Successors) : Journey(Setup, Run, Begins, Moves)
{
    internal override Seq<Setup> Setups => [Setup, .. Successors];

    /// <inheritdoc/>
    public override string ToString() => base.ToString();
}
