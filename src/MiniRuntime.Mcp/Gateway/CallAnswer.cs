using System.Text.Json;
using System.Text.Json.Nodes;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace MiniRuntime.Mcp;

/// <summary>What a client of the gateway is answered.</summary>
internal static class CallAnswer
{
    /// <summary>What came of a call. All but a result is an error of the tool, which says why, and what can be done.</summary>
    /// <param name="proposal">What the client proposed.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="store">How a command names the store.</param>
    public static CallToolResult Of(Input proposal, CallOutcome outcome, string store)
    {
        var answer = outcome.Turn is { } turn ? Of(proposal, turn) : Failed(Why(outcome, store));
        answer.Meta = new JsonObject { ["miniruntime/run"] = outcome.State.RunId };
        if (outcome.Turn?.Id is { } id) answer.Meta["miniruntime/call"] = id;
        return answer;
    }

    /// <summary>An error of the tool.</summary>
    public static CallToolResult Failed(string why) => new() { IsError = true, Content = [Text(why)] };

    private static CallToolResult Of(Input proposal, Turn turn)
    {
        var answer = turn.Result.Match(0,
            ok: static (_, ok) => Of(ok.Data),
            refused: static (_, refused) => Failed($"Refused: {refused.Reason}"),
            error: static (_, error) => Failed(error.Reason),
            lost: static (_, lost) => Failed(lost.Reason));
        if (turn.Proposal?.CallTool is { } made && proposal.Decision?.CallTool is { } asked && made.Input != asked.Input)
        {
            answer.Content.Insert(0,
                Text($"The reviewer changed the input to {CanonicalJson.Write(made.Input)}. What follows came of that."));
        }
        return answer;
    }

    // The other way round than McpResult.Data. What a server did not say in blocks is said as text.
    private static CallToolResult Of(Json data)
    {
        if (data is Json.String text) return new CallToolResult { Content = [Text(text.Value)] };
        var answer = data is Json.Object o && o.Fields.All(static field => field.Name is "content" or "structuredContent" or "elicited")
            ? o : null;
        var (structured, blocks) = (answer?["structuredContent"], Blocks(answer?["content"]));
        if (structured is null && blocks is null) return new CallToolResult { Content = [Text(CanonicalJson.Write(data))] };
        return new CallToolResult
        {
            // For clients that do not know structured content it is said once more.
            Content = blocks ?? [Text(structured is Json.Object { Fields: [{ Value: Json.String only }] }
                ? only.Value
                : CanonicalJson.Write(structured!))],
            StructuredContent = structured is null ? null : ExactJson.Element(structured),
        };
    }

    private static List<ContentBlock>? Blocks(Json? content)
    {
        if (content is not Json.Array blocks) return null;
        try
        {
            return [.. blocks.Items.Select(static block =>
                JsonSerializer.Deserialize<ContentBlock>(CanonicalJson.Write(block), McpJsonUtilities.DefaultOptions)!)];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Why(CallOutcome outcome, string store)
    {
        var (state, phase) = (outcome.State, outcome.State.Phase);
        if (phase.Stopped is { } stopped)
        {
            var detail = stopped.Detail is null ? "" : $" ({stopped.Detail})";
            return $"Run {state.RunId} has stopped: {stopped.Reason.Name()}{detail}. It takes no more calls; a new connection "
                + "begins a new run.";
        }
        var not = outcome.IsAnother ? "This call was not taken. " : "";
        var again = outcome.IsAnother ? "Then make that call again first, with the same input, to get its result."
            : "Then make the same call again, to get its result. Until then no other call is taken.";
        if (phase.AwaitingApproval is { } waiting)
        {
            return $"{not}The call of {waiting.Call.Tool.Name} waits for approval, as request {waiting.Request.Id} ({waiting.Reason}). A "
                + $"person can give it: miniruntime approve {waiting.Request.Id} --as NAME{store}. {again}";
        }
        if (phase.InDoubt is { } doubt)
        {
            return $"{not}Nobody knows whether the call of {doubt.Call.Tool.Name} happened. A person has to look: miniruntime resolve "
                + $"{doubt.Call.Id} --happened RESULT{store} (or --did-not-happen, or --abandon). {again}";
        }
        return phase.Call is { } call
            ? $"{not}The call of {call.Tool.Name} may run now. Make that call again, with the same input: it is carried out then."
            : $"Run {state.RunId} was left.";
    }

    private static TextContentBlock Text(string text) => new() { Text = text };
}
