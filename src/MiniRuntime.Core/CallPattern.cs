namespace MiniRuntime.Core;

/// <summary>Which executed calls a law speaks of. What is not given does not restrict it.</summary>
public sealed record CallPattern
{
    /// <summary>A pattern.</summary>
    /// <param name="tool">The tool's name, or a pattern for it (<see cref="Glob"/>).</param>
    /// <param name="sideEffect">The tool's side effect.</param>
    /// <param name="label">A label that the run picked up from the call's result.</param>
    /// <param name="input">Conditions on the input, each on a field of its own, all of which must hold.</param>
    /// <exception cref="ArgumentException">Two conditions are about one field.</exception>
    public CallPattern(string? tool = null, SideEffect? sideEffect = null, string? label = null, IEnumerable<Condition>? input = null)
    {
        Tool = Guard.OptionalText(tool);
        SideEffect = sideEffect is { } effect ? Guard.Declared(effect, Core.SideEffect.Write, nameof(sideEffect)) : null;
        Label = Guard.OptionalText(label);
        Input = Guard.Items(input ?? [], nameof(input)).ToSeq();
        if (Input.Select(static condition => condition.Field).Distinct().Count() < Input.Count)
            throw new ArgumentException("Two conditions are about one field; make one of them.", nameof(input));
    }

    /// <summary>The tool's name or a pattern for it, or null for any.</summary>
    public string? Tool { get; }

    /// <summary>The tool's side effect, or null for any.</summary>
    public SideEffect? SideEffect { get; }

    /// <summary>A label of the result, or null for any result or none.</summary>
    public string? Label { get; }

    /// <summary>Conditions on the input.</summary>
    public Seq<Condition> Input { get; }

    /// <summary>True when the pattern speaks of this call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="unclear">
    /// What a condition counts for whose field is missing or of another kind. As in a policy, it must never help: true where the law
    /// forbids what matches, false where it asks for it.
    /// </param>
    public bool Matches(ExecutedCall call, bool unclear)
    {
        if (Tool is not null && !Glob.Matches(Tool, call.Tool.Name)) return false;
        if (SideEffect is { } effect && effect != call.Tool.SideEffect) return false;
        if (Label is not null && !call.Labels.Contains(Label)) return false;
        foreach (var condition in Input)
            if (!(condition.Holds(call.Input) ?? unclear)) return false;
        return true;
    }

    /// <summary>For example <c>a write of pay* with amount</c>, for the reasons of a broken law.</summary>
    public override string ToString() =>
        $"{(SideEffect is { } effect ? $"a {effect.Name()}" : "a call")}{(Tool is null ? "" : $" of {Tool}")}"
        + (Label is null ? "" : $" labelled {Label}")
        + (Input.Count == 0 ? "" : $" with {string.Join(" and ", Input)}");
}
