using FsCheck;
using FsCheck.Fluent;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>Generators and shrinkers for runs and what they remember.</summary>
internal static class Runs
{
    public static Gen<Run> Any(Vocabulary words) =>
        from id in Gen.Elements("run", "demo_001", "7")
        from goal in Values.Text
        from actor in Gen.Frequency((6, Gen.Constant<string?>(words.Actors[0])),
            (1, Gen.Elements([.. words.Actors, "Bob", "", " ", "\u200B", null])))
        from tenant in Known(words.Tenants)
        from route in Known(words.Routes)
        from n in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Choose(1, 4)))
        from memory in Gen.CollectToArray(Enumerable.Range(0, n), i => Item(words, $"m{i}"))
        select new Run(id, goal, actor, tenant, route, memory);

    private static Gen<string?> Known(string[] names) =>
        Gen.Frequency((2, Gen.Constant<string?>(names[0])), (1, Gen.Elements<string?>(names)), (2, Gen.Constant<string?>(null)));

    public static Gen<MemoryItem> Item(Vocabulary words, string id) =>
        from scope in Gen.Elements(MemoryScope.Task, MemoryScope.Project, MemoryScope.User)
        from text in Gen.OneOf(Values.Text, Gen.Elements(new string('m', 40), new string('n', 200)))
        from minutes in Gen.Elements<int?>(null, null, -1, 0, 1, 60)
        from labels in words.SomeLabels
        select new MemoryItem(id, scope, text, minutes is { } after ? Moment.Epoch.AddMinutes(after) : null, labels);

    public static IEnumerable<MemoryItem> Simpler(MemoryItem item) => new MemoryItem[]
    {
        new(item.Id, MemoryScope.Task, item.Text, item.Expires, item.Labels),
        new(item.Id, item.Scope, "", item.Expires, item.Labels),
        new(item.Id, item.Scope, item.Text, null, item.Labels),
        new(item.Id, item.Scope, item.Text, item.Expires),
    }.Where(simpler => simpler != item);

    public static IEnumerable<Run> Simpler(Run run) =>
    [
        .. new Run[]
        {
            new("run", "", run.Actor, run.Tenant, run.Route, run.Memory),
            new(run.Id, run.Goal, run.Actor, null, null, run.Memory),
            new(run.Id, run.Goal, "alice", run.Tenant, run.Route, run.Memory),
        }.Where(simpler => simpler != run),
        .. Shrink.List(run.Memory, Simpler).Select(memory => new Run(run.Id, run.Goal, run.Actor, run.Tenant, run.Route, memory)),
    ];
}
