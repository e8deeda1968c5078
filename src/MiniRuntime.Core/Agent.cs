using System.Collections.Frozen;

namespace MiniRuntime.Core;

/// <summary>
/// An agent: its tools, policy, budget and rules, as one immutable value, and the functions that govern a run with them.
/// Read <see cref="Step"/> first.
/// </summary>
public sealed partial class Agent
{
    private readonly FrozenDictionary<string, Tool> _registry;
    private readonly long _offeredLength;
    private readonly bool _judgesMemory;
    private readonly bool _judgesAnswers;

    /// <summary>An agent.</summary>
    /// <param name="tools">The tools that exist.</param>
    /// <param name="budget">What a run may use up.</param>
    /// <param name="policy">What is allowed; by default <see cref="Policy.Default"/>.</param>
    /// <param name="approvals">Whether people can be asked; by default not.</param>
    /// <param name="context">What the model is shown; by default <see cref="ContextRules.Default"/>.</param>
    /// <param name="version">The agent's own version; part of its content hash.</param>
    /// <exception cref="ArgumentException">Two tools have one name, or one is null.</exception>
    public Agent(IEnumerable<Tool> tools, Budget budget, Policy? policy = null, Approvals? approvals = null, ContextRules? context = null,
        string version = "1")
    {
        Tools = Guard.Items(tools).OrderBy(static tool => tool.Name, StringComparer.Ordinal).ToSeq();
        Budget = Guard.NotNull(budget);
        Policy = policy ?? Policy.Default;
        Approvals = approvals ?? Approvals.Off;
        Context = context ?? ContextRules.Default;
        Version = Guard.Text(version);
        for (var i = 1; i < Tools.Count; i++)
            if (Tools[i].Name == Tools[i - 1].Name) throw new ArgumentException($"The tool '{Tools[i].Name}' occurs twice.", nameof(tools));
        Hash = ContentHash.Of(this);

        _registry = Tools.ToFrozenDictionary(static tool => tool.Name, StringComparer.Ordinal);
        Offered = Tools.Where(static tool => tool.Enabled).ToSeq();
        OfferedNames = Offered.Select(static tool => tool.Name).ToSeq();
        _offeredLength = Offered.Sum(static tool =>
            tool.Name.Length + tool.Description.Length + (tool.InputSchema is { } schema ? CanonicalJson.Length(schema) : 0));
        _judgesMemory = Policy.Names(PolicyAction.MemoryRead);
        _judgesAnswers = Policy.Names(PolicyAction.Answer);
    }

    /// <summary>The tools that exist, in ordinal order of name.</summary>
    public Seq<Tool> Tools { get; }

    /// <summary>What a run may use up.</summary>
    public Budget Budget { get; }

    /// <summary>What is allowed.</summary>
    public Policy Policy { get; }

    /// <summary>Whether people can be asked.</summary>
    public Approvals Approvals { get; }

    /// <summary>What the model is shown.</summary>
    public ContextRules Context { get; }

    /// <summary>The agent's own version.</summary>
    public string Version { get; }

    /// <summary>
    /// The content hash: the SHA-256 of all of the above in canonical form. Agents with one hash govern alike; policy written as code
    /// counts by name.
    /// </summary>
    public string Hash { get; }

    /// <summary>The enabled tools, as a model is offered them.</summary>
    internal Seq<Tool> Offered { get; }

    /// <summary>Their names.</summary>
    internal Seq<string> OfferedNames { get; }
}

/// <summary>Whether people can be asked, for approval, for a reply or about a call in doubt.</summary>
/// <param name="Enabled">False: whatever needs a person stops the run as blocked.</param>
/// <param name="ValidFor">How long after the request an approval holds.</param>
public sealed record Approvals(bool Enabled, TimeSpan ValidFor)
{
    /// <summary>Nobody can be asked.</summary>
    public static Approvals Off { get; } = new(false, TimeSpan.Zero);

    /// <summary>People can be asked, and an approval holds for seven days.</summary>
    public static Approvals On { get; } = new(true, TimeSpan.FromDays(7));

    /// <summary>How long after the request an approval holds, 0 or more.</summary>
    public TimeSpan ValidFor { get; } = Guard.NotNegative(ValidFor);
}
