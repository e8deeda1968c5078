using System.Text.Json.Nodes;

namespace Lab11;

/// <summary>Lines in, lines out: labs/protocol.md. Nothing here is yours to change.</summary>
public static class Protocol
{
    /// <summary>Reads a case, runs it, and writes what came of it.</summary>
    public static string Answer(string line)
    {
        var scenario = JsonNode.Parse(line)!;
        var state = new State((string)scenario["runId"]!, (string)scenario["goal"]!, (int)scenario["budget"]!["maxSteps"]!);
        var tools = new ToolRegistry(List(scenario["tools"]).Select(Tool));
        var scopes = scenario["context"]?["scopes"] is { } named ? Texts(named) : ["task", "project"];
        var loop = new AgentLoop(new ScriptedModel(List(scenario["decisions"])), tools,
            new Policy([.. List(scenario["policy"]?["rules"]).Select(Rule)]),
            new ContextBuilder(tools, [.. List(scenario["memory"]).Select(Memory)], scopes));
        state = loop.Run(state);
        return Write(state, List(scenario["evals"]).Select(Eval)).ToJsonString();
    }

    private static JsonObject Write(State state, IEnumerable<EvalCase> evals) => new()
    {
        ["state"] = new JsonObject
        {
            ["runId"] = state.RunId,
            ["steps"] = state.Steps,
            ["stopReason"] = state.StopReason is { } reason ? Wire.Name(reason) : null,
            ["answer"] = state.Answer,
            ["toolsCalled"] = Wire.Of(state.ToolsCalled),
            ["observations"] = new JsonArray([.. state.Observations.Select(static seen =>
                new JsonObject { ["kind"] = seen.Kind, ["summary"] = seen.Summary })]),
        },
        ["trace"] = new JsonArray([.. state.Trace.Select(static traced =>
            new JsonObject { ["step"] = traced.Step, ["type"] = traced.Type, ["data"] = traced.Data })]),
        ["evaluations"] = new JsonArray([.. evals.Select(eval => Verdict(eval, eval.Judge(Trajectory.Of(state.Trace))))]),
    };

    private static JsonObject Verdict(EvalCase eval, IReadOnlyList<string> reasons) =>
        new() { ["caseId"] = eval.CaseId, ["status"] = reasons.Count == 0 ? "pass" : "fail", ["reasons"] = Wire.Of(reasons) };

    private static Tool Tool(JsonNode tool)
    {
        var result = tool["result"]!;
        return new Tool((string)tool["name"]!, Wire.Named<SideEffect>(tool["sideEffect"]),
            _ => new ToolResult((string)result["status"]!, result["data"], (string?)result["reason"]));
    }

    private static Rule Rule(JsonNode rule) => new((string?)rule["when"]?["tool"],
        rule["when"]?["sideEffect"] is { } effect ? Wire.Named<SideEffect>(effect) : null,
        new PolicyDecision(Wire.Named<Verdict>(rule["then"]), (string?)rule["reason"]));

    private static MemoryItem Memory(JsonNode item) => new((string)item["id"]!, (string)item["scope"]!, (string)item["text"]!);

    private static EvalCase Eval(JsonNode eval)
    {
        var expected = eval["expected"]!;
        return new EvalCase((string)eval["caseId"]!, (string?)expected["stopReason"], Texts(expected["toolsCalled"]),
            Texts(expected["toolsNotCalled"]));
    }

    private static IReadOnlyList<string> Texts(JsonNode? list) => [.. List(list).Select(static text => (string)text!)];

    private static IReadOnlyList<JsonNode> List(JsonNode? list) => [.. list?.AsArray().Select(static item => item!) ?? []];

    // Says what a script says, in turn.
    private sealed class ScriptedModel(IReadOnlyList<JsonNode> decisions) : IModel
    {
        private int _asked;

        public Decision Propose(ContextPacket packet) =>
            _asked < decisions.Count ? Read(decisions[_asked++]) : new Stop(StopReason.Blocked);

        private static Decision Read(JsonNode decision) => (string)decision["kind"]! switch
        {
            "answer" => new Answer((string)decision["text"]!),
            "tool" => new CallTool((string)decision["name"]!, decision["input"]!.AsObject()),
            "ask_human" => new AskHuman((string)decision["question"]!),
            _ => new Stop(Wire.Named<StopReason>(decision["reason"])),
        };
    }
}
