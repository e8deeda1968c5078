namespace MiniRuntime.Properties;

/// <summary>What an agent is made of, as data that prints and shrinks; and the agent made of it.</summary>
public sealed record Setup(Seq<Tool> Tools, Budget Budget, Policy Policy, Approvals Approvals, ContextRules Context, string Version = "1")
{
    private Agent? _agent;

    // Without the agent, which the copy (made by "with") must make anew.
    private Setup(Setup old) => (Tools, Budget, Policy, Approvals, Context, Version) =
        (old.Tools, old.Budget, old.Policy, old.Approvals, old.Context, old.Version);

    public Agent Agent => _agent ??= new Agent(Tools, Budget, Policy, Approvals, Context, Version);

    /// <summary>True when a person can be asked.</summary>
    public bool Asks => Approvals.Enabled;

    public bool Equals(Setup? other) => other is not null && Agent.Hash == other.Agent.Hash;

    public override int GetHashCode() => Agent.Hash.GetHashCode(StringComparison.Ordinal);

    public override string ToString()
    {
        var policy = Policy == Policy.Default ? "default" : Policy == Policy.Permissive ? "permissive"
            : $"rules [{string.Join("; ", Policy.Rules.Select(Print.Rule))}]{(Policy.Code is { } code ? $" and code {code.Name}" : "")}";
        return $"tools [{string.Join("; ", Tools.Select(Print.Tool))}], {Print.Budget(Budget)}, {policy}, "
            + $"approvals {(Asks ? Approvals.ValidFor.ToString() : "off")}{(Context == ContextRules.Default ? "" : $", {Context}")}";
    }
}
