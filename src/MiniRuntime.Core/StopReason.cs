namespace MiniRuntime.Core;

/// <summary>Why a run stopped. On the wire, <see cref="Wire"/> gives the name in snake_case.</summary>
public enum StopReason
{
    /// <summary>The goal was reached: an answer was accepted, or the model said so.</summary>
    Success,

    /// <summary>A person is needed and cannot be asked, or the model gave up.</summary>
    Blocked,

    /// <summary>A limit of the budget was used up.</summary>
    BudgetExhausted,

    /// <summary>More model output was unusable (or missing) than the budget tolerates.</summary>
    InvalidDecision,

    /// <summary>More tool calls failed than the budget tolerates.</summary>
    ToolFailure,

    /// <summary>More proposals were refused than the budget tolerates.</summary>
    Refused,

    /// <summary>Somebody outside stopped the run.</summary>
    Cancelled,
}

/// <summary>Who stopped a run.</summary>
public enum StoppedBy
{
    /// <summary>The runtime: budget, policy, trouble, an accepted answer, or somebody outside.</summary>
    Runtime,

    /// <summary>The model, by proposing to stop.</summary>
    Model,
}
