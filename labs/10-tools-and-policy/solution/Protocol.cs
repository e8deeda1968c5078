using System.Text.Json.Nodes;

namespace Lab10;

/// <summary>Lines in, lines out: labs/protocol.md. Nothing here is yours to change.</summary>
public static class Protocol
{
    /// <summary>Reads a case, runs it, and writes what came of it.</summary>
    public static string Answer(string line)
    {
        var scenario = JsonNode.Parse(line)!;
        var state = new State((string)scenario["runId"]!, (string)scenario["goal"]!, (int)scenario["budget"]!["maxSteps"]!);
        var loop = new AgentLoop(new ScriptedModel(List(scenario["decisions"])), new ToolRegistry(List(scenario["tools"]).Select(Tool)),
            new Policy([.. List(scenario["policy"]?["rules"]).Select(Rule)]));
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
        ["evaluations"] = new JsonArray([.. evals.Select(eval => Verdict(eval, eval.Judge(state)))]),
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

    private static EvalCase Eval(JsonNode eval) =>
        new((string)eval["caseId"]!, [.. List(eval["expected"]!["toolsNotCalled"]).Select(static name => (string)name!)]);

    private static IReadOnlyList<JsonNode> List(JsonNode? list) => [.. list?.AsArray().Select(static item => item!) ?? []];

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
            _ => new Stop(Wire.Named<StopReason>(decision["reason"])),
        };
    }
}
