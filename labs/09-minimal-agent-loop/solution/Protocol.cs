using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lab09;

/// <summary>Lines in, lines out: labs/protocol.md. Nothing here is yours to change.</summary>
public static class Protocol
{
    /// <summary>Reads a case, runs it, and writes what came of it.</summary>
    public static string Answer(string line)
    {
        var scenario = JsonNode.Parse(line)!;
        var state = new State((string)scenario["runId"]!, (string)scenario["goal"]!, (int)scenario["budget"]!["maxSteps"]!);
        var loop = new AgentLoop(new ScriptedModel(List(scenario["decisions"])), new ScriptedTools(List(scenario["tools"])));
        return Write(loop.Run(state)).ToJsonString();
    }

    private static JsonObject Write(State state) => new()
    {
        ["state"] = new JsonObject
        {
            ["runId"] = state.RunId,
            ["steps"] = state.Steps,
            ["stopReason"] = state.StopReason is { } reason ? Name(reason) : null,
            ["answer"] = state.Answer,
            ["toolsCalled"] = new JsonArray([.. state.ToolsCalled.Select(static name => JsonValue.Create(name))]),
            ["observations"] = new JsonArray([.. state.Observations.Select(static seen =>
                new JsonObject { ["kind"] = seen.Kind, ["summary"] = seen.Summary })]),
        },
    };

    private static IReadOnlyList<JsonNode> List(JsonNode? list) => [.. list?.AsArray().Select(static item => item!) ?? []];

    private static string Name(StopReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    // Says what a script says, in turn.
    private sealed class ScriptedModel(IReadOnlyList<JsonNode> decisions) : IModel
    {
        private int _asked;

        public Decision Propose(State state) =>
            _asked < decisions.Count ? Read(decisions[_asked++]) : new Stop(StopReason.Blocked);

        private static Decision Read(JsonNode decision) => (string)decision["kind"]! switch
        {
            "answer" => new Answer((string)decision["text"]!),
            "tool" => new CallTool((string)decision["name"]!, decision["input"]!.AsObject()),
            "ask_human" => new AskHuman((string)decision["question"]!),
            _ => new Stop(Enum.GetValues<StopReason>().First(reason => Name(reason) == (string)decision["reason"]!)),
        };
    }

    // Returns what the case says that they return.
    private sealed class ScriptedTools(IReadOnlyList<JsonNode> tools) : ITools
    {
        public ToolResult Execute(CallTool call)
        {
            var result = tools.First(tool => (string)tool["name"]! == call.Name)["result"]!;
            return new ToolResult((string)result["status"]!, result["data"], (string?)result["reason"]);
        }
    }
}
