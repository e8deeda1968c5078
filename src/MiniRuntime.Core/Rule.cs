namespace MiniRuntime.Core;

/// <summary>One rule of a policy, as data: when all of this holds, then this verdict.</summary>
/// <exception cref="ArgumentException">
/// An approval is required for another action than a tool call, or such a rule names a tool or a side effect.
/// </exception>
public sealed record Rule
{
    /// <summary>A rule. What is not given does not restrict it.</summary>
    /// <param name="then">The verdict.</param>
    /// <param name="action">What the rule speaks of: tool calls, unless it says otherwise.</param>
    /// <param name="tool">The tool's name, or a pattern for it (<see cref="Glob"/>).</param>
    /// <param name="sideEffect">The tool's side effect.</param>
    /// <param name="actor">The run's actor, exactly.</param>
    /// <param name="tenant">The run's tenant, exactly.</param>
    /// <param name="route">The run's route, exactly.</param>
    /// <param name="labels">Labels that the run must have picked up, all of them.</param>
    /// <param name="input">Conditions on the input, all of which must hold.</param>
    public Rule(PolicyDecision then, PolicyAction action = PolicyAction.Tool, string? tool = null, SideEffect? sideEffect = null,
        string? actor = null, string? tenant = null, string? route = null, IEnumerable<string>? labels = null,
        IEnumerable<Condition>? input = null)
    {
        Then = Guard.NotNull(then);
        Action = Guard.Declared(action, PolicyAction.Answer);
        Tool = Guard.OptionalText(tool);
        SideEffect = sideEffect is { } effect ? Guard.Declared(effect, Core.SideEffect.Write, nameof(sideEffect)) : null;
        Actor = Guard.OptionalText(actor);
        Tenant = Guard.OptionalText(tenant);
        Route = Guard.OptionalText(route);
        Labels = LabelSet.Of(labels);
        Input = Guard.Items(input ?? [], nameof(input)).ToSeq();
        if (action == PolicyAction.Tool) return;
        if (then.ApprovalRequired is not null)
            throw new ArgumentException($"Only tool calls can be approved, not {action.Name()}.", nameof(then));
        if (tool is not null || sideEffect is not null)
            throw new ArgumentException($"A rule for {action.Name()} cannot name a tool or a side effect.", nameof(tool));
    }

    /// <summary>The verdict.</summary>
    public PolicyDecision Then { get; }

    /// <summary>What the rule speaks of.</summary>
    public PolicyAction Action { get; }

    /// <summary>The tool's name or a pattern for it, or null for any.</summary>
    public string? Tool { get; }

    /// <summary>The tool's side effect, or null for any.</summary>
    public SideEffect? SideEffect { get; }

    /// <summary>The run's actor, or null for any.</summary>
    public string? Actor { get; }

    /// <summary>The run's tenant, or null for any.</summary>
    public string? Tenant { get; }

    /// <summary>The run's route, or null for any.</summary>
    public string? Route { get; }

    /// <summary>Labels that the run must have picked up; a set, in ordinal order.</summary>
    public Seq<string> Labels { get; }

    /// <summary>Conditions on the input.</summary>
    public Seq<Condition> Input { get; }

    /// <summary>True when the rule speaks of this request.</summary>
    public bool Matches(PolicyRequest request)
    {
        if (Action != request.Action || !MatchesTool(request.Tool)) return false;
        foreach (var label in Labels)
            if (!request.Labels.Contains(label)) return false;
        if (!Is(Actor, request.Actor) || !Is(Tenant, request.Tenant) || !Is(Route, request.Route)) return false;
        foreach (var condition in Input)
            if (!(condition.Holds(request.Input) ?? InDoubt)) return false;
        return true;
    }

    private bool MatchesTool(ToolRef? tool) => tool is null
        ? InDoubt || (Tool is null && SideEffect is null)
        : (Tool is null || Glob.Matches(Tool, tool.Name)) && (SideEffect is null || SideEffect == tool.SideEffect);

    // What a missing or ill-typed value counts for: a match, unless the rule would let something through.
    private bool InDoubt => Then.Allow is null;

    private bool Is(string? wanted, string? value) => wanted is null || (value is null ? InDoubt : wanted == value);
}
