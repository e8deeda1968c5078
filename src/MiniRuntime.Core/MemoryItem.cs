namespace MiniRuntime.Core;

/// <summary>Something remembered that a model may be shown.</summary>
public sealed record MemoryItem
{
    /// <summary>An item.</summary>
    /// <param name="id">Its name within the run, one or more characters.</param>
    /// <param name="scope">Whose it is.</param>
    /// <param name="text">What is remembered.</param>
    /// <param name="expires">When it stops being shown; null is never. A run that knows no time does not show what can expire.</param>
    /// <param name="labels">Labels that a run picks up when the item is shown.</param>
    public MemoryItem(string id, MemoryScope scope, string text, DateTimeOffset? expires = null, IEnumerable<string>? labels = null)
    {
        Id = Guard.Text(id).Length > 0 ? id : throw new ArgumentException("A memory item needs an id.", nameof(id));
        Scope = Guard.Declared(scope, MemoryScope.User);
        Text = Guard.Text(text);
        Expires = expires?.ToUniversalTime();
        Labels = LabelSet.Of(labels);
    }

    /// <summary>Its name within the run.</summary>
    public string Id { get; }

    /// <summary>Whose it is.</summary>
    public MemoryScope Scope { get; }

    /// <summary>What is remembered.</summary>
    public string Text { get; }

    /// <summary>When it stops being shown, in UTC; null is never.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>Labels that a run picks up when the item is shown; a set, in ordinal order.</summary>
    public Seq<string> Labels { get; }
}

/// <summary>Whose a memory is.</summary>
public enum MemoryScope
{
    /// <summary>Of this task.</summary>
    Task,

    /// <summary>Of the project.</summary>
    Project,

    /// <summary>Of the user: not shown unless the context rules say so.</summary>
    User,
}
