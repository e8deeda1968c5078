using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>What an agent is made of, as data that prints and shrinks; and the agent made of it.</summary>
/// <param name="Tools">The tools that exist.</param>
/// <param name="Budget">What a run may use up.</param>
/// <param name="Policy">What is allowed.</param>
/// <param name="Approvals">Whether people can be asked.</param>
/// <param name="Context">What the model is shown.</param>
/// <param name="Version">The agent's own version.</param>
public sealed record Setup(Seq<Tool> Tools, Budget Budget, Policy Policy, Approvals Approvals, ContextRules Context, string Version = "1")
{
    private Agent? _agent;

    // Without the agent, which the copy (made by "with") must make anew.
    private Setup(Setup old) => (Tools, Budget, Policy, Approvals, Context, Version) =
        (old.Tools, old.Budget, old.Policy, old.Approvals, old.Context, old.Version);

    /// <summary>What this agent is made of.</summary>
    public static Setup Of(Agent agent) =>
        new(agent.Tools, agent.Budget, agent.Policy, agent.Approvals, agent.Context, agent.Version) { _agent = agent };

    /// <summary>The agent.</summary>
    public Agent Agent => _agent ??= new Agent(Tools, Budget, Policy, Approvals, Context, Version);

    /// <summary>True when a person can be asked.</summary>
    public bool Asks => Approvals.Enabled;

    /// <summary>The same under a version of its own, so that it is another agent.</summary>
    internal Setup Next => this with { Version = Version + "x" };

    /// <summary>The same, but for input schemas that no shell would take: generated ones are any JSON.</summary>
    internal Setup Runnable => Tools.All(HasUsableSchema) ? this : this with
    {
        Tools = Tools.Select(static tool => HasUsableSchema(tool) ? tool : new Tool(tool.Name, tool.Description, tool.Ref.SideEffect, null,
            tool.Ref.Labels, tool.Ref.Version, tool.Enabled, tool.Ref.Idempotent, tool.Timeout)).ToSeq(),
    };

    /// <summary>True when the agents have one content hash.</summary>
    public bool Equals(Setup? other) => other is not null && Agent.Hash == other.Agent.Hash;

    /// <inheritdoc/>
    public override int GetHashCode() => Agent.Hash.GetHashCode(StringComparison.Ordinal);

    private static bool HasUsableSchema(Tool tool)
    {
        try
        {
            return new InputSchemas([tool]) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The agent in a few lines.</summary>
    public override string ToString()
    {
        var policy = Policy == Policy.Default ? "default" : Policy == Policy.Permissive ? "permissive"
            : $"rules [{string.Join("; ", Policy.Rules.Select(Print.Rule))}]{(Policy.Code is { } code ? $" and code {code.Name}" : "")}";
        return $"tools [{string.Join("; ", Tools.Select(Print.Tool))}], {Print.Budget(Budget)}, {policy}, "
            + $"approvals {(Asks ? Approvals.ValidFor.ToString() : "off")}{(Context == ContextRules.Default ? "" : $", {Context}")}{(Version == "1" ? "" : $", version {Version}")}";
    }
}
