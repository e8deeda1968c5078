namespace MiniRuntime.Core;

/// <summary>
/// One proposal of the model and what came of it, kept together: a call never stands in a packet without its result.
/// </summary>
/// <param name="Id">The id of the call, question or answer: the run's name and the number of the step that it opened.</param>
/// <param name="Proposal">What the model proposed; null when it was unusable.</param>
/// <param name="Raw">The unusable output, as far as it is known; null otherwise.</param>
/// <param name="Result">What came of it: a tool's result, a person's reply as Ok, or why it was refused or unusable.</param>
public sealed record Turn(string Id, Decision? Proposal, string? Raw, ToolResult Result)
{
    /// <summary>How long it is: the characters of what it says.</summary>
    internal long Length => (Raw?.Length ?? 0)
        + (Proposal?.Match(0,
            answer: static (_, answer) => answer.Text.Length,
            callTool: static (_, call) => call.Name.Length + CanonicalJson.Length(call.Input),
            askHuman: static (_, ask) => ask.Question.Length,
            stop: static (_, _) => 0) ?? 0)
        + Result.Match(0,
            ok: static (_, ok) => CanonicalJson.Length(ok.Data),
            refused: static (_, refused) => refused.Reason.Length,
            error: static (_, error) => error.Reason.Length,
            lost: static (_, lost) => lost.Reason.Length);
}

/// <summary>One line of the run's short history, as evals and packets name it.</summary>
/// <param name="Kind">What it tells of.</param>
/// <param name="Subject">A tool's name, a kind of decision, or an event.</param>
/// <param name="Detail">A status, or null where the subject says all.</param>
public readonly record struct Observation(ObservationKind Kind, string Subject, string? Detail = null)
{
    /// <summary>For example <c>lookup_policy:ok</c>.</summary>
    public string Summary => Detail is null ? Subject : $"{Subject}:{Detail}";
}

/// <summary>What an observation tells of.</summary>
public enum ObservationKind
{
    /// <summary>An answer of the model.</summary>
    Decision,

    /// <summary>A verdict on a tool call.</summary>
    Policy,

    /// <summary>What came of a tool call.</summary>
    Tool,

    /// <summary>Anything else: people, recovery, a missing model.</summary>
    System,
}
