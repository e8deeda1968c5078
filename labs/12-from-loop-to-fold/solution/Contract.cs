namespace Lab12;

// Given: the words of Labs 09 to 11, and the few that are new. All are values: they compare by what they hold, and hold no code.

/// <summary>A tool that exists: a description. Its code is in the world: a value that holds a function compares with nothing.</summary>
public sealed record Tool(string Name, SideEffect SideEffect);

/// <summary>What executing a tool does to the world.</summary>
public enum SideEffect { Read, Draft, Write }

/// <summary>What a tool returned. Status: <c>ok</c>, <c>error</c> or <c>refused</c>.</summary>
public sealed record ToolResult(string Status, string? Data = null, string? Reason = null);

/// <summary>A rule: what it says of the calls that it matches. A part that is null matches all.</summary>
public sealed record Rule(string? Tool, SideEffect? SideEffect, PolicyDecision Then)
{
    public bool Matches(Tool tool) => (Tool is null || Tool == tool.Name) && (SideEffect is null || SideEffect == tool.SideEffect);
}

/// <summary>What policy says of a call, and why; an allow has no reason.</summary>
public sealed record PolicyDecision(Verdict Status, string? Reason = null);

/// <summary>The three verdicts, the strictest last.</summary>
public enum Verdict { Allow, ApprovalRequired, Deny }

/// <summary>One thing that was seen. Kind: <c>decision</c>, <c>policy</c> or <c>tool</c>. Summary: <c>find_order:ok</c>, say.</summary>
public sealed record Observation(string Kind, string Summary);

/// <summary>What the model proposes. It decides nothing.</summary>
public abstract record Decision(string Kind);

/// <summary>It has the answer.</summary>
public sealed record Answer(string Text) : Decision("answer");

/// <summary>It wants a tool executed, with this input.</summary>
public sealed record CallTool(string Name, string Input = "{}") : Decision("tool");

/// <summary>It wants a person asked.</summary>
public sealed record AskHuman(string Question) : Decision("ask_human");

/// <summary>It gives up, or thinks that it is done.</summary>
public sealed record Stop(StopReason Reason) : Decision("stop");

/// <summary>Why a run ended.</summary>
public enum StopReason { Success, Blocked, BudgetExhausted, InvalidDecision, ToolFailure, Refused, Cancelled }

// New in this lab: what comes in, what happened, what a run is doing, what the world owes.

/// <summary>What comes in from the world.</summary>
public abstract record Input;

/// <summary>The model proposed this.</summary>
public sealed record Proposed(Decision Decision) : Input;

/// <summary>The tool that is being executed returned this.</summary>
public sealed record Returned(ToolResult Result) : Input;

/// <summary>What happened. A trace is a list of these, and there is nothing else that a state is made from.</summary>
public abstract record Fact;

/// <summary>The model is about to be asked; these tools were disclosed to it.</summary>
public sealed record ContextBuilt(Items<string> Tools) : Fact;

/// <summary>Something came in, and it was its turn.</summary>
public sealed record Accepted(Input Input) : Fact;

/// <summary>Policy gave its verdict on the call that was proposed.</summary>
public sealed record CallJudged(string Tool, PolicyDecision Verdict) : Fact;

/// <summary>The call was handed out to be executed.</summary>
public sealed record CallAuthorized(string Tool) : Fact;

/// <summary>The run ended.</summary>
public sealed record Ended(StopReason Reason, string? Why = null, string? Tool = null) : Fact;

/// <summary>What a run is doing. In the loop of Lab 11 this was the line at which it stood.</summary>
public abstract record Phase;

/// <summary>Between steps: about to ask the model, if the budget allows it.</summary>
public sealed record Ready : Phase;

/// <summary>The model is asked.</summary>
public sealed record Thinking : Phase;

/// <summary>A proposal is looked at.</summary>
public sealed record Judging(Decision Decision) : Phase;

/// <summary>Policy has spoken.</summary>
public sealed record Judged(CallTool Call, PolicyDecision Verdict) : Phase;

/// <summary>The call is being executed.</summary>
public sealed record Executing(CallTool Call) : Phase;

/// <summary>A tool returned.</summary>
public sealed record Reported(CallTool Call, ToolResult Result) : Phase;

/// <summary>The run is over.</summary>
public sealed record Stopped(StopReason Reason, string? Why = null, string? Tool = null) : Phase;

/// <summary>What the world owes a run: at most one piece of work.</summary>
public abstract record Work;

/// <summary>Ask the model; answered by <see cref="Proposed"/>.</summary>
public sealed record AskModel : Work;

/// <summary>Execute this call; answered by <see cref="Returned"/>.</summary>
public sealed record ExecuteTool(CallTool Call) : Work;

/// <summary>Where a run stands.</summary>
public sealed record State
{
    /// <summary>What it is doing.</summary>
    public Phase Phase { get; init; } = new Ready();

    /// <summary>How many proposals were charged.</summary>
    public int Steps { get; init; }

    /// <summary>What was seen, in order.</summary>
    public Items<Observation> Observations { get; init; } = [];

    /// <summary>The tools that were handed out to be executed, in order.</summary>
    public Items<string> ToolsCalled { get; init; } = [];

    /// <summary>The answer, when the model gave one that is not blank.</summary>
    public string? Answer { get; init; }
}

/// <summary>Where a run stands, and what happened on the way there.</summary>
public sealed record StepResult(State State, Items<Fact> Facts);

/// <summary>The world: a model that proposes, and the code of the tools.</summary>
public interface IWorld
{
    Decision Propose(State state);

    ToolResult Execute(CallTool call);
}
