using System.Collections.Immutable;

namespace Lab11;

/// <summary>Chooses what the model sees. It is made of rules, so that it can be asked why.</summary>
public sealed class ContextBuilder(ToolRegistry tools, IReadOnlyList<MemoryItem> memory, IReadOnlyList<string> scopes)
{
    /// <summary>The packet for the next question.</summary>
    public ContextPacket Build(State state)
    {
        // <exercise-1>
        ImmutableList<MemoryItem> shown = [.. memory.OrderByDescending(item => scopes.Contains(item.Scope))];
        ImmutableList<Omission> omitted = [];
        // </exercise-1>
        return new ContextPacket(state.Goal, state.Observations, tools.Names, shown, omitted);
    }
}
