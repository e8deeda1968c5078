using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// What a model proposes, read from its answer: each tool call is a proposal; text is an answer only where there is no call beside it. What
/// cannot be read is an invalid decision and never a guess: an answer that was cut, a call whose arguments did not parse.
/// </summary>
internal static class ChatProposals
{
    /// <summary>A decision, several, or an invalid one.</summary>
    public static Input Of(ChatResponse response, ChatNames names)
    {
        var contents = response.Messages.SelectMany(static message => message.Contents).ToList();
        if (response.FinishReason == ChatFinishReason.Length)
            return new InvalidDecision("The answer was cut at the limit of its length.", Raw(response.Text));
        if (response.FinishReason == ChatFinishReason.ContentFilter)
            return new InvalidDecision("The provider's content filter withheld the answer.", Raw(response.Text));
        if (contents.OfType<ErrorContent>().FirstOrDefault() is { } error)
            return new InvalidDecision(Clean.Cap(Clean.Text(error.Message is { Length: > 0 } said ? said : "The model reported an error."), 1000));
        var proposals = contents.OfType<FunctionCallContent>().Select(call => Proposal(call, names)).ToList();
        return proposals.Count switch
        {
            // The library leaves out what has no name, or is called in a way that nobody uses any more.
            0 when response.FinishReason == ChatFinishReason.ToolCalls =>
                new InvalidDecision("The answer says that it calls a tool, and has no call that can be read.", Raw(response.Text)),
            0 => new Answer(Clean.Text(response.Text)),
            1 => proposals[0],
            _ => Several.Of(proposals),
        };
    }

    private static Input Proposal(FunctionCallContent call, ChatNames names)
    {
        var name = Clean.Text(call.Name ?? "");
        // The model's own name for it is what is shown where the call cannot be read.
        if (call.Exception is not null || call.Arguments is null)
            return new InvalidDecision($"The arguments of the call of '{Clean.Cap(name, 128)}' are no JSON object with each key once.", Raw(Said(call)));
        if (Arguments(call) is not { } input)
            return new InvalidDecision($"The arguments of the call of '{Clean.Cap(name, 128)}' cannot be kept exactly.", Raw(Said(call)));
        return name switch
        {
            ChatNames.AskHuman => input.Fields is [{ Name: "question", Value: Json.String { Value: var question } }]
                ? new AskHuman(question)
                : new InvalidDecision($"{ChatNames.AskHuman} takes a text, 'question', and nothing else.", Raw($"{input}")),
            ChatNames.StopRun => input.Fields is [{ Name: "reason", Value: Json.String { Value: var reason } }] && Named(reason) is { } stop
                ? new Stop(stop)
                : new InvalidDecision($"{ChatNames.StopRun} takes the 'reason' why a run stops, and nothing else.", Raw($"{input}")),
            _ => new CallTool(names.Tool(name), input),
        };
    }

    private static StopReason? Named(string name) =>
        Enum.GetValues<StopReason>().Where(reason => reason.Name() == name).Select(static reason => (StopReason?)reason).FirstOrDefault();

    // Exactly, or not at all: a number is not rounded, a text not mended, on its way to a tool.
    private static Json.Object? Arguments(FunctionCallContent call)
    {
        try
        {
            return StrictJson.Parse(JsonSerializer.SerializeToUtf8Bytes(call.Arguments, AIJsonUtilities.DefaultOptions), JsonSource.Wire) is
                { IsValid: true, Value: Json.Object input }
                ? input
                : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static string Said(FunctionCallContent call) => $"{call.Name} {call.Exception?.Message}";

    private static string? Raw(string text) => text.Length == 0 ? null : Clean.Cap(Clean.Text(text), InvalidDecision.MaxRaw);
}
