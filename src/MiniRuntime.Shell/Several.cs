using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>Several proposals, from a list of them.</summary>
internal static class Several
{
    /// <summary>The proposals as one input.</summary>
    /// <param name="proposals">One or more, each a decision or an invalid one.</param>
    public static Decisions Of(IEnumerable<Input> proposals) => proposals.Aggregate((Decisions?)null, Then)!;

    private static Decisions Then(Decisions? before, Input proposal) => proposal.InvalidDecision is { } invalid
        ? before?.Then(invalid) ?? new Decisions(invalid)
        : before?.Then(proposal.Decision!) ?? new Decisions(proposal.Decision!);
}
