namespace MiniRuntime.Core;

/// <summary>What one run is for, and for whom: all that a run needs beside its agent.</summary>
public sealed record Run
{
    /// <summary>A run to start.</summary>
    /// <param name="id">A letter or digit, then letters, digits, <c>. _ -</c>, 128 characters at most.</param>
    /// <param name="goal">What it is for.</param>
    /// <param name="actor">On whose behalf it acts. With approvals on it needs one: nobody may approve their own calls.</param>
    /// <param name="tenant">For which tenant.</param>
    /// <param name="route">By which way the task came in.</param>
    /// <param name="memory">What is remembered, each item under its own id.</param>
    /// <exception cref="ArgumentException">
    /// The id is no run name, two memory items have one id, one is null, or a text is not well-formed.
    /// </exception>
    public Run(string id, string goal, string? actor = null, string? tenant = null, string? route = null,
        IEnumerable<MemoryItem>? memory = null)
    {
        Id = Guard.Name(id, digitFirst: true);
        Goal = Guard.Text(goal);
        Actor = Guard.OptionalText(actor);
        Tenant = Guard.OptionalText(tenant);
        Route = Guard.OptionalText(route);
        Memory = Guard.Items(memory ?? [], nameof(memory)).ToSeq();
        if (Memory.GroupBy(static item => item.Id, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The memory id '{twice.Key}' occurs twice.", nameof(memory));
    }

    /// <summary>The run's name.</summary>
    public string Id { get; }

    /// <summary>What it is for.</summary>
    public string Goal { get; }

    /// <summary>On whose behalf it acts, or null.</summary>
    public string? Actor { get; }

    /// <summary>For which tenant, or null.</summary>
    public string? Tenant { get; }

    /// <summary>By which way the task came in, or null.</summary>
    public string? Route { get; }

    /// <summary>What is remembered.</summary>
    public Seq<MemoryItem> Memory { get; }
}
