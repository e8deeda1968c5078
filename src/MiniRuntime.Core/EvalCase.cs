namespace MiniRuntime.Core;

/// <summary>What is expected of a run's path. An expectation that is absent is not judged.</summary>
/// <param name="CaseId">The case's name.</param>
/// <param name="StopReason">Why the run must have stopped.</param>
/// <param name="ToolsCalled">Tools that must have been called, in any order.</param>
/// <param name="ToolsNotCalled">Tools that must not have been called.</param>
public sealed record EvalCase(string CaseId, StopReason? StopReason = null, Seq<string>? ToolsCalled = null,
    Seq<string>? ToolsNotCalled = null)
{
    /// <summary>The case's name.</summary>
    public string CaseId { get; } = Guard.Text(CaseId);

    /// <summary>Why the run must have stopped, or null.</summary>
    public StopReason? StopReason { get; } = StopReason is { } reason
        ? Guard.Declared(reason, Core.StopReason.Cancelled, nameof(StopReason))
        : null;

    /// <summary>Tools that must have been called, or null.</summary>
    public Seq<string>? ToolsCalled { get; } = Guard.Texts(ToolsCalled);

    /// <summary>Tools that must not have been called, or null.</summary>
    public Seq<string>? ToolsNotCalled { get; } = Guard.Texts(ToolsNotCalled);

    /// <summary>
    /// The verdict on a path. The reasons of a failure come in a fixed order: the stop reason, missing calls, forbidden calls.
    /// </summary>
    public EvalResult Judge(Trajectory path)
    {
        var reasons = Seq<string>.Empty;
        if (StopReason is { } expected && path.Stopped?.Reason != expected)
            reasons = reasons.Add($"expected stopReason {expected.Name()}, got {path.Stopped?.Reason.Name() ?? "none"}");
        foreach (var tool in ToolsCalled ?? [])
            if (!path.ToolsCalled.Contains(tool)) reasons = reasons.Add($"expected tool call: {tool}");
        foreach (var tool in ToolsNotCalled ?? [])
            if (path.ToolsCalled.Contains(tool)) reasons = reasons.Add($"forbidden tool was called: {tool}");
        return new EvalResult(CaseId, reasons);
    }
}

/// <summary>The verdict on a run's path.</summary>
/// <param name="CaseId">The case's name.</param>
/// <param name="Reasons">Why it failed; none when it passed.</param>
public sealed record EvalResult(string CaseId, Seq<string> Reasons)
{
    /// <summary>The case's name.</summary>
    public string CaseId { get; } = Guard.Text(CaseId);

    /// <summary>Why it failed; none when it passed.</summary>
    public Seq<string> Reasons { get; } = Guard.Texts(Reasons)!;

    /// <summary>True when every expectation was met.</summary>
    public bool Passed => Reasons.Count == 0;
}
