namespace MiniRuntime.Core;

/// <summary>The snake_case names of the core's enums, as they stand in files, traces and reasons.</summary>
public static class Wire
{
    /// <summary>For example <c>budget_exhausted</c>.</summary>
    public static string Name(this StopReason value) => value switch
    {
        StopReason.Success => "success",
        StopReason.Blocked => "blocked",
        StopReason.BudgetExhausted => "budget_exhausted",
        StopReason.InvalidDecision => "invalid_decision",
        StopReason.ToolFailure => "tool_failure",
        StopReason.Refused => "refused",
        _ => "cancelled",
    };

    /// <summary><c>runtime</c> or <c>model</c>.</summary>
    public static string Name(this StoppedBy value) => value == StoppedBy.Model ? "model" : "runtime";

    /// <summary><c>read</c>, <c>draft</c> or <c>write</c>.</summary>
    public static string Name(this SideEffect value) => value switch
    {
        SideEffect.Read => "read",
        SideEffect.Draft => "draft",
        _ => "write",
    };

    /// <summary><c>task</c>, <c>project</c> or <c>user</c>.</summary>
    public static string Name(this MemoryScope value) => value switch
    {
        MemoryScope.Task => "task",
        MemoryScope.Project => "project",
        _ => "user",
    };

    /// <summary><c>tool</c>, <c>memory_read</c> or <c>answer</c>.</summary>
    public static string Name(this PolicyAction value) => value switch
    {
        PolicyAction.Tool => "tool",
        PolicyAction.MemoryRead => "memory_read",
        _ => "answer",
    };

    /// <summary><c>out_of_scope</c>, <c>over_budget</c>, <c>expired</c> or <c>denied</c>.</summary>
    public static string Name(this OmissionReason value) => value switch
    {
        OmissionReason.OutOfScope => "out_of_scope",
        OmissionReason.OverBudget => "over_budget",
        OmissionReason.Expired => "expired",
        _ => "denied",
    };

    /// <summary><c>happened</c>, <c>did_not_happen</c> or <c>abandon</c>.</summary>
    public static string Name(this Resolution value) => value switch
    {
        Resolution.Happened => "happened",
        Resolution.DidNotHappen => "did_not_happen",
        _ => "abandon",
    };

    /// <summary><c>decision</c>, <c>policy</c>, <c>tool</c> or <c>system</c>.</summary>
    public static string Name(this ObservationKind value) => value switch
    {
        ObservationKind.Decision => "decision",
        ObservationKind.Policy => "policy",
        ObservationKind.Tool => "tool",
        _ => "system",
    };
}
