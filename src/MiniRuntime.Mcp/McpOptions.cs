using ModelContextProtocol;
using ModelContextProtocol.Client;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Mcp;

/// <summary>How servers are spoken to.</summary>
public sealed record McpOptions
{
    /// <summary>How long a server may take to be there, and to say what tools it has: for each of the two.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Secrets: a server's <c>env</c> and <c>headers</c> can name them, a tool that is granted one gets its value, and nothing that a
    /// server says holds it.
    /// </summary>
    public Secrets Secrets { get; init; } = Secrets.None;

    /// <summary>Told of the progress that a server reports of a call, where anybody wants to know.</summary>
    public Action<AuthorizedCall, ProgressNotificationValue>? Progress { get; init; }

    /// <summary>Bytes that one message of a server may have.</summary>
    internal long MaxMessage { get; init; } = BoundedStream.MaxMessage;

    // How long the answer to a session's end is waited for.
    internal TimeSpan Goodbye { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>In place of a process or HTTP: for servers that are in this process.</summary>
    internal Func<DeclaredServer, IClientTransport>? Transport { get; init; }
}
