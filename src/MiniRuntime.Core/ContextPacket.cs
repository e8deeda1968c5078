namespace MiniRuntime.Core;

/// <summary>
/// Everything that a model is given for one answer, and what was left out and why. It is rendered from the state and the agent; the
/// trace keeps only <see cref="ContextBuilt"/>, which names what is in it.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Number">
/// How many packets the run had built before this one. The same packet keeps its number when it is asked for again.
/// </param>
/// <param name="Step">The number of the step that an answer opens, 0 first.</param>
/// <param name="Goal">What the run is for.</param>
/// <param name="MaxSteps">How many steps the run has in all.</param>
/// <param name="Observations">How long its short history is.</param>
/// <param name="Turns">The latest turns with their data, oldest first.</param>
/// <param name="TurnsOmitted">How many older turns were left out, by the window or the token limit.</param>
/// <param name="Tools">The tools on offer, in ordinal order of name.</param>
/// <param name="Memory">The memory shown, in the order in which the run was given it.</param>
/// <param name="Omitted">The memory left out, with a reason each.</param>
/// <remarks>
/// Tokens are estimated as a quarter of the characters, rounded up, of what is shown: goal, summary and tools, which are always there; ids,
/// scopes and texts of memory; turns. (OpenAI's help pages give four characters of English per token as a rule of thumb.) The limit bounds
/// what memory and turns take of the room that goal and tools leave; what was left out is named for people and traces, and not counted. It
/// is a bound on size, not a bill: the bill is what the model's provider reports in a <see cref="Stamp"/>.
/// </remarks>
public sealed record ContextPacket(string RunId, int Number, int Step, string Goal, int MaxSteps, int Observations, Seq<Turn> Turns,
    int TurnsOmitted, Seq<Tool> Tools, Seq<MemoryItem> Memory, Seq<Omission> Omitted)
{
    /// <summary>Where the run stands, for example <c>1/6 steps, 3 observations</c>.</summary>
    public string Summary => SummaryOf(Step, MaxSteps, Observations);

    internal static long Tokens(long characters) => (characters + 3) / 4;

    internal static string SummaryOf(int steps, int maxSteps, int observations) => $"{steps}/{maxSteps} steps, {observations} observations";
}

/// <summary>Memory that was left out of a packet.</summary>
/// <param name="Ref">The item's id.</param>
/// <param name="Reason">Why.</param>
public sealed record Omission(string Ref, OmissionReason Reason);

/// <summary>Why memory was left out; where several hold, the first of these.</summary>
public enum OmissionReason
{
    /// <summary>Its scope is not shown.</summary>
    OutOfScope,

    /// <summary>Its time is up, or the run does not know the time.</summary>
    Expired,

    /// <summary>Policy denies reading it.</summary>
    Denied,

    /// <summary>The token limit leaves no room.</summary>
    OverBudget,
}
