using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Lab09;

/// <summary>Where a run stands. It is a value: what changes it makes another one.</summary>
public sealed record State(string RunId, string Goal, int MaxSteps)
{
    /// <summary>How many proposals were charged.</summary>
    public int Steps { get; init; }

    /// <summary>What was seen, in order; the model is shown it.</summary>
    public ImmutableList<Observation> Observations { get; init; } = [];

    /// <summary>The tools that were executed, in order.</summary>
    public ImmutableList<string> ToolsCalled { get; init; } = [];

    /// <summary>The answer, when the run ended with one.</summary>
    public string? Answer { get; init; }

    /// <summary>Why the run ended; null while it goes on.</summary>
    public StopReason? StopReason { get; init; }
}

/// <summary>One thing that happened. Kind: <c>decision</c> or <c>tool</c>. Summary: <c>answer</c>, say, or <c>find_order:ok</c>.</summary>
public sealed record Observation(string Kind, string Summary);

/// <summary>What the model proposes. It decides nothing.</summary>
public abstract record Decision(string Kind);

/// <summary>It has the answer.</summary>
public sealed record Answer(string Text) : Decision("answer");

/// <summary>It wants a tool executed.</summary>
public sealed record CallTool(string Name, JsonObject Input) : Decision("tool");

/// <summary>It wants a person asked.</summary>
public sealed record AskHuman(string Question) : Decision("ask_human");

/// <summary>It gives up, or thinks that it is done.</summary>
public sealed record Stop(StopReason Reason) : Decision("stop");

/// <summary>Why a run ended.</summary>
public enum StopReason { Success, Blocked, BudgetExhausted, InvalidDecision, ToolFailure, Refused, Cancelled }

/// <summary>A model: it is shown the state, and proposes.</summary>
public interface IModel
{
    Decision Propose(State state);
}

/// <summary>What tools there are.</summary>
public interface ITools
{
    ToolResult Execute(CallTool call);
}

/// <summary>What a tool returned. Status: <c>ok</c>, <c>error</c> or <c>refused</c>.</summary>
public sealed record ToolResult(string Status, JsonNode? Data = null, string? Reason = null);
