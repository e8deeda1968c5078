namespace MiniRuntime.Core;

/// <summary>What a model is shown.</summary>
public sealed record ContextRules
{
    /// <summary>Rules for the context.</summary>
    /// <param name="window">How many of the latest turns are shown, 0 or more.</param>
    /// <param name="maxTokens">
    /// A limit for the whole packet, in estimated tokens (see <see cref="ContextPacket"/>); null is no limit.
    /// </param>
    /// <param name="scopes">The scopes of memory that are shown; by default task and project.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window or the limit is negative.</exception>
    public ContextRules(int window = 20, long? maxTokens = null, IEnumerable<MemoryScope>? scopes = null)
    {
        Window = Guard.NotNegative(window);
        MaxTokens = maxTokens is { } limit ? Guard.NotNegative(limit, nameof(maxTokens)) : null;
        Scopes = (scopes ?? [MemoryScope.Task, MemoryScope.Project]).Select(static scope => Guard.Declared(scope, MemoryScope.User))
            .Distinct().Order().ToSeq();
    }

    /// <summary>A window of 20 turns, no token limit, task and project memory.</summary>
    public static ContextRules Default { get; } = new();

    /// <summary>How many of the latest turns are shown.</summary>
    public int Window { get; }

    /// <summary>A limit for the whole packet, in estimated tokens, or null.</summary>
    public long? MaxTokens { get; }

    /// <summary>The scopes of memory that are shown; a set.</summary>
    public Seq<MemoryScope> Scopes { get; }
}
