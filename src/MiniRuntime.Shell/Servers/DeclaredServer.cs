using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// An MCP server that a scenario declares: how it is reached, as MCP clients write it, and what the operator says of its tools.
/// </summary>
/// <param name="Name">The first part of its tools' names: no <c>__</c> in it, and none at its end, so that a name has one reading.</param>
public sealed record DeclaredServer(string Name)
{
    /// <summary>How long a server's name may be.</summary>
    public const int MaxName = 32;

    /// <summary>The program that is the server, or null for one that is reached by <see cref="Url"/>.</summary>
    public string? Command { get; init; }

    /// <summary>The program's arguments.</summary>
    public Seq<string> Args { get; init; } = [];

    /// <summary>What its environment holds beside PATH and HOME.</summary>
    public Seq<NamedText> Env { get; init; } = [];

    /// <summary>The folder that it is started in; null is that of this process.</summary>
    public string? Folder { get; init; }

    /// <summary>Where the server is, or null for one that is started as a program.</summary>
    public Uri? Url { get; init; }

    /// <summary>What is sent with every request to <see cref="Url"/>.</summary>
    public Seq<NamedText> Headers { get; init; } = [];

    /// <summary>True for a server that speaks the older HTTP with server-sent events only.</summary>
    public bool IsSse { get; init; }

    /// <summary>The one revision of the protocol that is spoken; null leaves it to the two to agree on one.</summary>
    public string? ProtocolVersion { get; init; }

    /// <summary>Whether the server's hints about its tools are believed, where the operator says nothing.</summary>
    public bool TrustAnnotations { get; init; }

    /// <summary>
    /// Whether what the server asks in the middle of a call (elicitation) is answered with the defaults that it proposes itself. Otherwise it
    /// is told that it cannot ask.
    /// </summary>
    public bool AnswersWithDefaults { get; init; }

    /// <summary>What a run picks up from any result of its tools, where the operator says nothing of the tool.</summary>
    public Seq<string> Labels { get; init; } = [Untrusted];

    /// <summary>What the operator says of single tools.</summary>
    public Seq<OperatorsWord> Tools { get; init; } = [];

    /// <summary>The label of what comes from outside.</summary>
    public const string Untrusted = "untrusted";
}

/// <summary>A text with a name: a variable of an environment, a header.</summary>
public sealed record NamedText(string Name, string Value);

/// <summary>What the operator says of one tool of a server. What is null is left to the server's defaults.</summary>
/// <param name="Tool">The tool: as the server names it, or as the run does.</param>
public sealed record OperatorsWord(string Tool)
{
    /// <summary>What running it does to the world.</summary>
    public SideEffect? SideEffect { get; init; }

    /// <summary>What a run picks up from any result.</summary>
    public Seq<string>? Labels { get; init; }

    /// <summary>The tool's version.</summary>
    public string Version { get; init; } = "1";

    /// <summary>False: not shown to the model, and refused when proposed.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether it honours the idempotency key.</summary>
    public bool? Idempotent { get; init; }

    /// <summary>
    /// Whether an error that the server reports says that nothing happened. Otherwise a write whose server reports an error is in doubt.
    /// </summary>
    public bool Atomic { get; init; }

    /// <summary>How long one execution may take.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>A schema that takes the place of the server's.</summary>
    public Json? InputSchema { get; init; }
}
