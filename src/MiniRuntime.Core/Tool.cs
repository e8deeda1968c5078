namespace MiniRuntime.Core;

/// <summary>
/// A tool's description: what the model is told and what policy goes by. It holds no code; the shell binds a function to its name.
/// A description is not a permission: whether a call runs is policy's to say.
/// </summary>
/// <exception cref="ArgumentException">The name is no tool name, or a text is not well-formed.</exception>
public sealed record Tool
{
    /// <summary>A description.</summary>
    /// <param name="name">A letter, then letters, digits, <c>_ . -</c>, 128 characters at most. Matched exactly, by ordinal.</param>
    /// <param name="description">What the tool does, for the model.</param>
    /// <param name="sideEffect">What running it does to the world.</param>
    /// <param name="inputSchema">
    /// A JSON Schema for its input. The core carries it and does not interpret it: the shell checks input.
    /// </param>
    /// <param name="labels">Labels that a run picks up from any result of the tool, errors included.</param>
    /// <param name="version">The tool's version; an approval is for one version.</param>
    /// <param name="enabled">False: not shown to the model, and refused when proposed.</param>
    /// <param name="idempotent">
    /// True when the tool honours the idempotency key (the call id), so that a repeated write happens once.
    /// </param>
    /// <param name="timeout">How long one execution may take; null leaves it to the shell.</param>
    public Tool(string name, string description, SideEffect sideEffect, Json? inputSchema = null, IEnumerable<string>? labels = null,
        string version = "1", bool enabled = true, bool idempotent = false, TimeSpan? timeout = null)
    {
        Description = Guard.Text(description);
        InputSchema = inputSchema;
        Enabled = enabled;
        Timeout = timeout is { } t ? Guard.NotNegative(t) : null;
        Ref = new ToolRef(name, version, sideEffect, idempotent, (labels ?? []).ToSeq());
    }

    /// <summary>The name that proposals use.</summary>
    public string Name => Ref.Name;

    /// <summary>What the tool does, for the model.</summary>
    public string Description { get; }

    /// <summary>A JSON Schema for the input, or null where anything goes.</summary>
    public Json? InputSchema { get; }

    /// <summary>False: not shown to the model, and refused when proposed.</summary>
    public bool Enabled { get; }

    /// <summary>How long one execution may take; null leaves it to the shell.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>The part of the description that a judged call keeps.</summary>
    public ToolRef Ref { get; }
}

/// <summary>What running a tool does to the world.</summary>
public enum SideEffect
{
    /// <summary>Nothing: it may run again.</summary>
    Read,

    /// <summary>Something that nobody else sees yet: it may run again.</summary>
    Draft,

    /// <summary>Something that counts: never repeated by guess.</summary>
    Write,
}

/// <summary>
/// What the registry said of a tool when a call was judged. The trace keeps it with the verdict, so that a later registry
/// does not change what was decided.
/// </summary>
/// <exception cref="ArgumentException">The name is no tool name.</exception>
public sealed record ToolRef(string Name, string Version, SideEffect SideEffect, bool Idempotent, Seq<string> Labels)
{
    /// <summary>The tool's name.</summary>
    public string Name { get; } = Guard.Name(Name, digitFirst: false);

    /// <summary>The tool's version.</summary>
    public string Version { get; } = Guard.Text(Version);

    /// <summary>What running it does to the world.</summary>
    public SideEffect SideEffect { get; } = Guard.Declared(SideEffect, SideEffect.Write);

    /// <summary>Labels that a run picks up from any result; a set, in ordinal order.</summary>
    public Seq<string> Labels { get; } = LabelSet.Of(Labels);

    /// <summary>
    /// True when a call whose outcome is unknown may be executed again: a read, a draft, or a write that honours the key.
    /// </summary>
    public bool Repeatable => SideEffect != SideEffect.Write || Idempotent;
}

/// <summary>Labels as a set: each once, in ordinal order, so that equal sets are equal sequences.</summary>
internal static class LabelSet
{
    public static Seq<string> Of(IEnumerable<string>? labels) => labels is null ? []
        : labels is Seq<string> known && IsSet(known) ? known
        : labels.Select(static label => Guard.Text(label)).Distinct().Order(StringComparer.Ordinal).ToSeq();

    public static bool Contains(Seq<string> labels, string label) => labels.Find(label, static text => text) >= 0;

    // Both are in order, so one walk over the two is enough.
    public static Seq<string> Union(Seq<string> one, Seq<string> other)
    {
        if (AreAmong(one, other)) return one;
        var (union, i) = (new List<string>(one.Count + other.Count), 0);
        foreach (var label in other)
        {
            for (; i < one.Count && string.CompareOrdinal(one[i], label) <= 0; i++) union.Add(one[i]);
            if (union.Count == 0 || union[^1] != label) union.Add(label);
        }
        for (; i < one.Count; i++) union.Add(one[i]);
        return union.ToSeq();
    }

    private static bool AreAmong(Seq<string> labels, Seq<string> some)
    {
        foreach (var label in some)
            if (!Contains(labels, label)) return false;
        return true;
    }

    // Most labels come from a set already.
    private static bool IsSet(Seq<string> labels)
    {
        for (var i = 0; i < labels.Count; i++)
            if (Guard.Text(labels[i]) is var label && i > 0 && string.CompareOrdinal(labels[i - 1], label) >= 0) return false;
        return true;
    }

}
