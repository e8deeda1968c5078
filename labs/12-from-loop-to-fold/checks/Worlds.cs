namespace Lab12;

/// <summary>A world that follows a script, so that a run in it can be told in advance.</summary>
/// <param name="Name">What the run shows.</param>
/// <param name="MaxSteps">Its budget.</param>
/// <param name="Decisions">What the model proposes, in turn.</param>
/// <param name="Result">What every tool returns.</param>
public sealed record Worlds(string Name, int MaxSteps, Items<Decision> Decisions, ToolResult Result) : IWorld
{
    private static readonly ToolResult _ok = new("ok");

    /// <summary>Every end that a run can have.</summary>
    public static Items<Worlds> All { get; } =
    [
        new("an immediate answer", 3, [new Answer("42")], _ok),
        new("a blank answer", 3, [new Answer(" \t\n")], _ok),
        new("an answer without a character", 3, [new Answer("")], _ok),
        new("a read, then an answer with spaces and line ends of its own", 3, [new CallTool("look"), new Answer("  4\n  2\n")], _ok),
        new("calls without end", 3, [new CallTool("look"), new CallTool("note"), new CallTool("look"), new CallTool("look")], _ok),
        new("no budget at all", 0, [new Answer("42")], _ok),
        new("a tool that does not exist", 3, [new CallTool("ghost")], _ok),
        new("a write that nobody approved", 3, [new CallTool("look"), new CallTool("send")], _ok),
        new("a call that policy denies", 3, [new CallTool("wipe")], _ok),
        new("a tool that fails", 3, [new CallTool("look")], new ToolResult("error", Reason: "broken")),
        new("a tool that refuses", 3, [new CallTool("look")], new ToolResult("refused", Reason: "closed")),
        new("a question to nobody", 3, [new AskHuman("Which?")], _ok),
        new("a model that gives up", 3, [new Stop(StopReason.Blocked)], _ok),
        new("a model that is done, and has no answer", 3, [new CallTool("look"), new Stop(StopReason.Success)], _ok),
    ];

    /// <summary>What the old loop makes of it.</summary>
    public StepResult ByTheLoop() => new AgentLoop(Runs.Agent(MaxSteps), this).Run();

    /// <summary>All that comes in, in the order in which it does.</summary>
    public IEnumerable<Input> Inputs => ByTheLoop().Facts.OfType<Accepted>().Select(static accepted => accepted.Input);

    public Decision Propose(State state) => state.Steps < Decisions.Count ? Decisions[state.Steps] : new Stop(StopReason.Cancelled);

    public ToolResult Execute(CallTool call) => Result;
}
