namespace MiniRuntime.Core;

/// <summary>All that policy gets to see of what is about to happen.</summary>
/// <param name="Action">What is about to happen.</param>
/// <param name="Actor">On whose behalf the run acts, or null.</param>
/// <param name="Tenant">For which tenant, or null.</param>
/// <param name="Route">By which way the task came in, or null.</param>
/// <param name="Tool">The tool, as the registry knows it; null for other actions.</param>
/// <param name="Input">
/// The tool's input; for an answer <c>{ text }</c>, for a memory item <c>{ id, scope, text }</c>.
/// </param>
/// <param name="Labels">The labels that the run has picked up, in ordinal order; for a memory item, its own as well.</param>
/// <param name="Budget">What the run may use up. Rules cannot see it; policy written as code can.</param>
/// <param name="Spent">What it has used up. Likewise.</param>
public sealed record PolicyRequest(PolicyAction Action, string? Actor, string? Tenant, string? Route, ToolRef? Tool, Json.Object Input,
    Seq<string> Labels, Budget Budget, Spent Spent)
{
    /// <summary>What is left of the budget.</summary>
    public Budget Left => Budget.Left(Spent);
}

/// <summary>What policy is asked about.</summary>
public enum PolicyAction
{
    /// <summary>A tool call. Without a matching rule: denied.</summary>
    Tool,

    /// <summary>Showing a memory item that is in scope to the model. Without a matching rule: allowed.</summary>
    MemoryRead,

    /// <summary>Giving the final answer. Without a matching rule: allowed.</summary>
    Answer,
}
