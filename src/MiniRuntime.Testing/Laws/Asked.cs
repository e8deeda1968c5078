using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>What policy has to be asked, worked out a second time from what a journey was made of and from the state before.</summary>
internal static class Asked
{
    public static PolicyRequest OfCall(Journey journey, State at, CallTool call, ToolRef tool) =>
        Of(journey, at, PolicyAction.Tool, call.Input, at.Labels) with { Tool = tool };

    public static PolicyRequest OfAnswer(Journey journey, State at, Answer answer) =>
        Of(journey, at, PolicyAction.Answer, Json.Object.Of(("text", answer.Text)), at.Labels);

    public static PolicyRequest OfMemory(Journey journey, State at, MemoryItem item) => Of(journey, at, PolicyAction.MemoryRead,
        Json.Object.Of(("id", item.Id), ("scope", item.Scope.Name()), ("text", item.Text)),
        at.Labels.Concat(item.Labels).Distinct().Order(StringComparer.Ordinal).ToSeq());

    private static PolicyRequest Of(Journey journey, State at, PolicyAction action, Json.Object input, Seq<string> labels) => new(action,
        journey.Run.Actor, journey.Run.Tenant, journey.Run.Route, null, input, labels, journey.Setup.Budget, at.Spent);
}
