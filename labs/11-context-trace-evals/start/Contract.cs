using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Lab11;

/// <summary>A piece of memory. Scope: <c>task</c>, <c>project</c> or <c>user</c>.</summary>
public sealed record MemoryItem(string Id, string Scope, string Text);

/// <summary>All that the model is shown for one question, and what was left out, with the reason.</summary>
public sealed record ContextPacket(string Goal, ImmutableList<Observation> Observations, ImmutableList<string> Tools,
    ImmutableList<MemoryItem> Memory, ImmutableList<Omission> Omitted);

/// <summary>What was left out, and why: <c>out_of_scope</c>.</summary>
public sealed record Omission(string Ref, string Reason);

/// <summary>A tool that exists. Its side effect is said by whoever registers it, and never by a model.</summary>
public sealed record Tool(string Name, SideEffect SideEffect, Func<JsonObject, ToolResult> Code);

/// <summary>What executing a tool does to the world.</summary>
public enum SideEffect { Read, Draft, Write }

/// <summary>What a tool returned. Status: <c>ok</c>, <c>error</c> or <c>refused</c>.</summary>
public sealed record ToolResult(string Status, JsonNode? Data = null, string? Reason = null);

/// <summary>A rule: what it says of the calls that it matches. A part that is null matches all.</summary>
public sealed record Rule(string? Tool, SideEffect? SideEffect, PolicyDecision Then)
{
    public bool Matches(Tool tool) => (Tool is null || Tool == tool.Name) && (SideEffect is null || SideEffect == tool.SideEffect);
}

/// <summary>What policy says of a call, and why; an allow has no reason.</summary>
public sealed record PolicyDecision(Verdict Status, string? Reason = null);

/// <summary>The three verdicts, the strictest last.</summary>
public enum Verdict { Allow, ApprovalRequired, Deny }

/// <summary>One thing that happened, in which step, with all that belongs to it.</summary>
public sealed record TraceEvent(int Step, string Type, JsonObject Data);

/// <summary>Where a run stands. It is a value: what changes it makes another one.</summary>
public sealed record State(string RunId, string Goal, int MaxSteps)
{
    /// <summary>How many proposals were charged.</summary>
    public int Steps { get; init; }

    /// <summary>What was seen, in order.</summary>
    public ImmutableList<Observation> Observations { get; init; } = [];

    /// <summary>All that happened, in order.</summary>
    public ImmutableList<TraceEvent> Trace { get; init; } = [];

    /// <summary>The tools that were executed, in order.</summary>
    public ImmutableList<string> ToolsCalled { get; init; } = [];

    /// <summary>The answer, when the run ended with one.</summary>
    public string? Answer { get; init; }

    /// <summary>Why the run ended; null while it goes on.</summary>
    public StopReason? StopReason { get; init; }
}

/// <summary>One thing that was seen. Kind: <c>decision</c>, <c>policy</c> or <c>tool</c>. Summary: <c>find_order:ok</c>, say.</summary>
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

/// <summary>A model: it is shown a packet, and nothing else, and proposes.</summary>
public interface IModel
{
    Decision Propose(ContextPacket packet);
}
