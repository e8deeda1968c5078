namespace MiniRuntime.Core;

/// <summary>
/// A permit: this call may be executed once, now. It can be made in one place only, from a state in which a call is executing; and such a
/// state comes only from a trace that says that the gate opened. A shell checks <see cref="RunId"/> and <see cref="AgentHash"/> before it
/// acts on one.
/// </summary>
/// <remarks>
/// Whoever can call <see cref="Agent.Fold"/> can hand it a trace made by hand, and is trusted like whoever writes the journal. That a
/// permit is used once is the host's to see to: it is a value, and a tool that was given one can keep it.
/// </remarks>
public sealed class AuthorizedCall : IEquatable<AuthorizedCall>
{
    private AuthorizedCall(string runId, Executing executing)
    {
        RunId = runId;
        Call = executing.Call;
    }

    /// <summary>The run that the permit is for.</summary>
    public string RunId { get; }

    /// <summary>The call that may be executed. Its id is the idempotency key.</summary>
    public Call Call { get; }

    /// <summary>The content hash of the agent whose policy permits it.</summary>
    public string AgentHash => Call.AgentHash;

    /// <summary>The permit that this state holds, if a call is executing in it. The only maker of permits.</summary>
    internal static AuthorizedCall? Of(State state) =>
        state.Phase.Executing is { } executing ? new AuthorizedCall(state.RunId, executing) : null;

    /// <summary>True when both permit the same.</summary>
    public bool Equals(AuthorizedCall? other) =>
        other is not null && RunId == other.RunId && Call == other.Call;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AuthorizedCall);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RunId, Call);

    /// <summary>What is permitted, in one line.</summary>
    public override string ToString() => $"AuthorizedCall {{ {Call} }}";

    /// <summary>True when both permit the same.</summary>
    public static bool operator ==(AuthorizedCall? left, AuthorizedCall? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True when they permit different things.</summary>
    public static bool operator !=(AuthorizedCall? left, AuthorizedCall? right) => !(left == right);
}
