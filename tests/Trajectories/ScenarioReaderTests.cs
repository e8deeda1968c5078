using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using NJsonSchema;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Scenario files: what they mean, every fault with its place, and the published schema, which must say the same.</summary>
public sealed class ScenarioReaderTests
{
    private const string Start = """{ "runId": "r", "goal": "g", "budget": { "maxSteps": 3 }""";

    private const string Full = """
        // Everything that a scenario can say.
        {
          "runId": "demo_001",
          "goal": "Look it up, then answer.",
          "actor": "ann", "tenant": "acme", "route": "mail",
          "budget": {
            "maxSteps": 6, "maxToolCalls": 4, "maxInvalidDecisions": 1, "maxModelFailures": 2, "maxToolFailures": 3, "maxRefusals": 4,
            "maxTokens": 1000, "maxCost": 0.25, "deadline": 1.5
          },
          "tools": [
            {
              "name": "lookup_policy", "description": "Looks a policy up.", "sideEffect": "read", "labels": ["untrusted", "a"],
              "inputSchema": { "type": "object", "properties": { "id": { "type": "string" } } }, "version": "2", "timeout": 0.5,
              "results": [{ "status": "ok", "data": { "days": 30 } }, { "status": "lost", "reason": "gone" }]
            },
            { "name": "pay", "idempotent": true, "enabled": false, "inputSchema": true, "result": { "status": "refused", "reason": "no" } },
            { "name": "quiet" },
          ],
          "memory": [
            { "id": "m1", "scope": "project", "text": "Remember.", "expires": "2026-01-31T12:00:00+01:00", "labels": ["x"] },
          ],
          "policy": { "rules": [
            { "when": { "tool": "lookup_*", "sideEffect": "read" }, "then": "allow" },
            {
              "when": {
                "actor": "ann", "tenant": "acme", "route": "mail", "labels": ["x"],
                "input": { "amount": { "greater": 10, "less": 20.5 }, "/to/0": { "equals": null, "in": [1, "a"] }, "id": { "matches": "a+" } }
              },
              "then": "approval_required"
            },
            { "when": { "action": "answer", "input": { "text": { "matches": ".*secret.*" } } }, "then": "deny", "reason": "leak" },
            { "when": { "tool": "pay" }, "then": "deny" },
          ] },
          "approvals": true,
          "context": { "window": 3, "maxTokens": 500, "scopes": ["user", "task"] },
          "decisions": [
            { "kind": "tool", "name": "no such tool", "input": { "id": 1e2 } },
            { "kind": "tool", "name": "quiet" },
            { "kind": "invalid_decision", "reason": "not json" },
            { "kind": "model_failure", "reason": "down" },
            { "kind": "ask_human", "question": "Well?" },
            { "kind": "stop", "reason": "cancelled" },
            { "kind": "answer", "text": "done" },
          ],
          "evals": [
            { "caseId": "e1", "expected": { "stopReason": "success", "toolsCalled": ["quiet"], "toolsNotCalled": [] } },
            { "caseId": "e2", "expected": {} },
          ],
        }
        """;

    [Fact]
    public void A_full_scenario_is_read_as_it_is_written()
    {
        var read = Parse(Full).Value;
        Assert.Equal(new Run("demo_001", "Look it up, then answer.", "ann", "acme", "mail",
            [new MemoryItem("m1", MemoryScope.Project, "Remember.", DateTimeOffset.Parse("2026-01-31T11:00:00Z"), ["x"])]), read.Run);
        Assert.Equal(new Budget(6, 4, 1, 2, 3, 4, 1000, 0.25m, TimeSpan.FromSeconds(1.5)), read.Agent.Budget);
        Assert.Equal(Approvals.On, read.Agent.Approvals);
        Assert.Equal(new ContextRules(3, 500, [MemoryScope.Task, MemoryScope.User]), read.Agent.Context);
        Assert.Equal(
        [
            new Tool("lookup_policy", "Looks a policy up.", SideEffect.Read,
                Json.Object.Of(("type", "object"), ("properties", Json.Object.Of(("id", Json.Object.Of(("type", "string")))))),
                ["a", "untrusted"], "2", timeout: TimeSpan.FromSeconds(0.5)),
            new Tool("pay", "", SideEffect.Write, true, enabled: false, idempotent: true),
            new Tool("quiet", "", SideEffect.Write),
        ], read.Agent.Tools);
        Assert.Equal(
        [
            new ScriptedTool("lookup_policy", [new Ok(Json.Object.Of(("days", 30))), new Lost("gone")]),
            new ScriptedTool("pay", [new Refused("no")]), new ScriptedTool("quiet", [new Ok(Json.None)]),
        ], read.Tools);
        Assert.Equal(
        [
            new Rule(new Allow(), tool: "lookup_*", sideEffect: SideEffect.Read),
            new Rule(new ApprovalRequired("approval_required_by_rule"), actor: "ann", tenant: "acme", route: "mail", labels: ["x"],
                input:
                [
                    new Condition("amount", greater: 10, less: 20.5m), new Condition("/to/0", equal: Json.None, isIn: [1, "a"]),
                    new Condition("id", matches: "a+"),
                ]),
            new Rule(new Deny("leak"), PolicyAction.Answer, input: [new Condition("text", matches: ".*secret.*")]),
            new Rule(new Deny("denied_by_rule"), tool: "pay"),
        ], read.Agent.Policy.Rules);
        Assert.Equal(
        [
            ModelReply.Proposed(new CallTool("no such tool", Json.Object.Of(("id", 100)))),
            ModelReply.Proposed(new CallTool("quiet", Json.Object.Empty)), ModelReply.Invalid(new InvalidDecision("not json")),
            ModelReply.Failed(new ModelFailure("down")), ModelReply.Proposed(new AskHuman("Well?")),
            ModelReply.Proposed(new Stop(StopReason.Cancelled)), ModelReply.Proposed(new Answer("done")),
        ], read.Script);
        Assert.Equal([new EvalCase("e1", StopReason.Success, ["quiet"], []), new EvalCase("e2")], read.Evals);
    }

    [Fact]
    public void All_but_three_fields_can_be_left_out()
    {
        var read = Parse(Start + "}").Value;
        Assert.Equal(new Run("r", "g"), read.Run);
        Assert.Equal(new Agent([], new Budget(3)).Hash, read.Agent.Hash);
        Assert.Equal((0, 0, 0), (read.Script.Count, read.Tools.Count, read.Evals.Count));
        Assert.Equal(Policy.Permissive, Parse(Start + """, "policy": "permissive" }""").Value.Agent.Policy);
    }

    // After "expressible": what a JSON Schema can say, and ours must.
    public static TheoryData<string, int, string, string, bool> Faults => new()
    {
        { """[]""", 1, "$", "Expected an object", true },
        { """{ "goal": "g", "budget": { "maxSteps": 1 } }""", 1, "$", "'runId' is missing", true },
        { """{ "runId": "r", "budget": { "maxSteps": 1 } }""", 1, "$", "'goal' is missing", true },
        { """{ "runId": "r", "goal": "g" }""", 1, "$", "'budget' is missing", true },
        { "{ \"runId\": \"r\", \"goal\": \"g\",\n\"budget\": {} }", 2, "$.budget", "'maxSteps' is missing", true },
        { "{ \"runId\": \"r\",\n\"goal\": 7,\n \"budget\": { \"maxSteps\": 1 } }", 2, "$.goal", "Expected a string, found a number", true },
        { "{ \"runId\": \"r\",\n\"goal\": null,\n \"budget\": { \"maxSteps\": 1 } }", 2, "$.goal", "leave the field out", true },
        { "{ \"runId\":\n\"_r\", \"goal\": \"g\", \"budget\": { \"maxSteps\": 1 } }", 2, "$.runId", "is not a name", true },
        { Start + ",\n\"polcy\": 1 }", 2, "$.polcy", "did you mean 'policy'", true },
        { Start + ",\n\"zzz\": 1 }", 2, "$.zzz", "known are runId, goal", true },
        { Start + ",\n\"goal\": \"h\" }", 2, "$.goal", "occurs twice", false },
        { Start + ",\n\"actor\": \"\\ud800\" }", 2, "$.actor", "surrogate", false },
        { Budget("-1"), 2, "$.budget.maxSteps", "whole number from 0 to 1000000", true },
        { Budget("1000001"), 2, "$.budget.maxSteps", "whole number from 0 to 1000000", true },
        { Budget("1.5"), 2, "$.budget.maxSteps", "whole number", true },
        { Budget("1e999"), 2, "$.budget.maxSteps", "cannot be held exactly", false },
        { Budget("\"3\""), 2, "$.budget.maxSteps", "Expected a number, found a string", true },
        { Budget("1, \"maxTokens\": -1"), 2, "$.budget.maxTokens", "whole number from 0", true },
        { Budget("1, \"maxCost\": -0.1"), 2, "$.budget.maxCost", "not be negative", true },
        { Budget("1, \"deadline\": -1"), 2, "$.budget.deadline", "not be negative", true },
        { Budget("1, \"deadline\": 1e20"), 2, "$.budget.deadline", "at most", false },
        { Budget("1, \"deadline\": 1e-8"), 2, "$.budget.deadline", "7 decimal places", false },
        { Tool("""{ "description": "d" }"""), 2, "$.tools[0]", "'name' is missing", true },
        { Tool("""{ "name": "1x" }"""), 2, "$.tools[0].name", "is not a name", true },
        { Tool("""{ "name": "a b" }"""), 2, "$.tools[0].name", "is not a name", true },
        { Tool("{ \"name\": \"a\" },\n{ \"name\": \"a\" }"), 3, "$.tools[1].name", "'a' occurs twice", false },
        { Tool("""{ "name": "a", "sideEffect": "none" }"""), 2, "$.tools[0].sideEffect", "use one of read, draft, write", true },
        { Tool("""{ "name": "a", "timeout": 0 }"""), 2, "$.tools[0].timeout", "more than 0", true },
        { Tool("""{ "name": "a", "enabled": "yes" }"""), 2, "$.tools[0].enabled", "Expected a boolean", true },
        { Tool("""{ "name": "a", "labels": "x" }"""), 2, "$.tools[0].labels", "Expected an array", true },
        { Tool("""{ "name": "a", "labels": ["x", 1] }"""), 2, "$.tools[0].labels[1]", "Expected a string", true },
        { Tool("""{ "name": "a", "result": { "status": "ok" }, "results": [{ "status": "ok" }] }"""), 2, "$.tools[0].results", "not both", true },
        { Tool("""{ "name": "a", "results": [] }"""), 2, "$.tools[0].results", "at least one", true },
        { Tool("""{ "name": "a", "result": { "status": "fine" } }"""), 2, "$.tools[0].result.status", "ok, refused, error, lost", true },
        { Tool("""{ "name": "a", "result": { "status": "error" } }"""), 2, "$.tools[0].result", "'reason' is missing", true },
        { Tool("""{ "name": "a", "result": { "status": "ok", "reason": "r" } }"""), 2, "$.tools[0].result.reason", "not known here", true },
        { Tool("""{ "name": "a", "inputSchema": [] }"""), 2, "$.tools[0].inputSchema", "an object or a boolean", true },
        { Tool("""{ "name": "a", "inputSchema": { "type": "text" } }"""), 2, "$.tools[0].inputSchema", "is unknown", false },
        { Tool("""{ "name": "a", "inputSchema": { "required": "x" } }"""), 2, "$.tools[0].inputSchema", "no usable JSON Schema", false },
        { Tool("""{ "name": "a", "inputSchema": { "pattern": "(" } }"""), 2, "$.tools[0].inputSchema", "no regular expression", false },
        { Tool("""{ "name": "a", "inputSchema": { "const": 1 } }"""), 2, "$.tools[0].inputSchema", "would not be checked", false },
        { Tool("""{ "name": "a", "inputSchema": { "not": { "$ref": "#" } } }"""), 2, "$.tools[0].inputSchema", "back to itself", false },
        { Tool("""{ "name": "a", "inputSchema": { "$ref": "http://h/x" } }"""), 2, "$.tools[0].inputSchema", "out of the schema", false },
        { Tool("""{ "name": "a", "inputSchema": { "items": { "$ref": "x.json#/a" } } }"""), 2, "$.tools[0].inputSchema", "out of", false },
        { Tool("""{ "name": "a", "inputSchema": { "$ref": "#/definitions/x" } }"""), 2, "$.tools[0].inputSchema", "to nothing", false },
        { Memory("""{ "id": "", "scope": "task", "text": "t" }"""), 2, "$.memory[0].id", "needs an id", true },
        { Memory("""{ "id": "m", "scope": "team", "text": "t" }"""), 2, "$.memory[0].scope", "task, project, user", true },
        { Memory("""{ "id": "m", "scope": "task" }"""), 2, "$.memory[0]", "'text' is missing", true },
        { Memory("""{ "id": "m", "scope": "task", "text": "t", "expires": "2026-01-31" }"""), 2, "$.memory[0].expires", "T12:00", true },
        { Memory("""{ "id": "m", "scope": "task", "text": "t", "expires": "2026-01-31T12:00:00" }"""), 2, "$.memory[0].expires", "offset", true },
        { Memory("""{ "id": "m", "scope": "task", "text": "t", "expires": "2026-02-30T12:00:00Z" }"""), 2, "$.memory[0].expires", "no point", false },
        { Memory("{ \"id\": \"m\", \"scope\": \"task\", \"text\": \"t\" },\n{ \"id\": \"m\", \"scope\": \"task\", \"text\": \"u\" }"),
            3, "$.memory[1].id", "'m' occurs twice", false },
        { Start + ",\n\"policy\": \"strict\" }", 2, "$.policy", "\"permissive\"", true },
        { Start + ",\n\"policy\": 7 }", 2, "$.policy", "\"permissive\"", true },
        { Start + ",\n\"policy\": {} }", 2, "$.policy", "'rules' is missing", true },
        { Rule("""{ "when": {} }"""), 2, "$.policy.rules[0]", "'then' is missing", true },
        { Rule("""{ "then": "permit" }"""), 2, "$.policy.rules[0].then", "allow, deny, approval_required", true },
        { Rule("""{ "then": "allow", "reason": "r" }"""), 2, "$.policy.rules[0].reason", "no reason", true },
        { Rule("""{ "when": { "tool": "pay" }, "then": "deny" }"""), 2, "$.policy.rules[0].when.tool", "no tool 'pay'", false },
        { Rule("""{ "when": { "tol": "a*" }, "then": "deny" }"""), 2, "$.policy.rules[0].when.tol", "did you mean 'tool'", true },
        { Rule("""{ "when": { "action": "write" }, "then": "deny" }"""), 2, "$.policy.rules[0].when.action", "memory_read", true },
        { Rule("""{ "when": { "action": "answer" }, "then": "approval_required" }"""), 2, "$.policy.rules[0].then", "Only tool calls", true },
        { Rule("""{ "when": { "action": "answer", "tool": "*" }, "then": "deny" }"""), 2, "$.policy.rules[0].when.tool", "remove it", true },
        { Rule("""{ "when": { "input": { "a b": {} } }, "then": "deny" }"""), 2, "$.policy.rules[0].when.input['a b']", "at least one", true },
        { Rule("""{ "when": { "input": { "a": { "above": 1 } } }, "then": "deny" }"""), 2, "$.policy.rules[0].when.input.a.above", "greater", true },
        { Rule("""{ "when": { "input": { "a": { "less": "1" } } }, "then": "deny" }"""), 2, "$.policy.rules[0].when.input.a.less", "a number", true },
        { Rule("""{ "when": { "input": { "a": { "matches": "(" } } }, "then": "deny" }"""), 2, "$.policy.rules[0].when.input.a.matches", "expression", false },
        { Rule("""{ "when": { "input": { "a": { "matches": "(a)\\1" } } }, "then": "deny" }"""), 2, "$.policy.rules[0].when.input.a.matches", "backtracking", false },
        { Start + ",\n\"approvals\": true }", 2, "$.approvals", "need an 'actor'", true },
        { Start + ",\n\"approvals\": \"on\" }", 2, "$.approvals", "Expected a boolean", true },
        { Start + ",\n\"context\": { \"window\": -1 } }", 2, "$.context.window", "whole number", true },
        { Start + ",\n\"context\": { \"scopes\": [\"all\"] } }", 2, "$.context.scopes[0]", "task, project, user", true },
        { Line("""{ "name": "a" }"""), 2, "$.decisions[0]", "'kind' is missing", true },
        { Line("""{ "kind": "think", "text": "t" }"""), 2, "$.decisions[0].kind", "model_failure", true },
        { Line("""{ "kind": "tool" }"""), 2, "$.decisions[0]", "'name' is missing", true },
        { Line("""{ "kind": "tool", "name": "a", "input": [] }"""), 2, "$.decisions[0].input", "Expected an object", true },
        { Line("""{ "kind": "answer", "text": "t", "name": "a" }"""), 2, "$.decisions[0].name", "not known here", true },
        { Line("""{ "kind": "stop", "reason": "done" }"""), 2, "$.decisions[0].reason", "budget_exhausted", true },
        { Line("""{ "kind": "invalid_decision" }"""), 2, "$.decisions[0]", "'reason' is missing", true },
        { Line("7"), 2, "$.decisions[0]", "Expected an object, found a number", true },
        { Eval("""{ "expected": {} }"""), 2, "$.evals[0]", "'caseId' is missing", true },
        { Eval("""{ "caseId": "e" }"""), 2, "$.evals[0]", "'expected' is missing", true },
        { Eval("""{ "caseId": "e", "expected": { "stopReason": "ok" } }"""), 2, "$.evals[0].expected.stopReason", "success", true },
        { Eval("""{ "caseId": "e", "expected": { "toolCalled": [] } }"""), 2, "$.evals[0].expected.toolCalled", "did you mean 'toolsCalled'", true },
        { Eval("{ \"caseId\": \"e\", \"expected\": {} },\n{ \"caseId\": \"e\", \"expected\": {} }"), 3, "$.evals[1].caseId", "occurs twice", false },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_has_its_line_path_and_advice(string text, int line, string path, string message, bool expressible)
    {
        var fault = Assert.Single(Parse(text).Faults);
        Assert.Equal((line, path), (fault.Line, fault.Path));
        Assert.Contains(message, fault.Message);
        if (expressible) Assert.NotEmpty((await Schema()).Validate(text));
    }

    [Fact]
    public void All_faults_are_told_at_once_in_order_of_lines()
    {
        var faults = Parse("""
            {
              "runId": "!",
              "goal": "g", "goal": "h",
              "budget": { "maxSteps": -1, "maxStep": 1 },
              "tools": [{ "name": "a" }, { "name": "a", "sideEffect": "x" }],
              "decisions": [{ "kind": "nothing" }, { "kind": "answer" }]
            }
            """).Faults;
        Assert.Equal(
            [
                (2, "$.runId"), (3, "$.goal"), (4, "$.budget.maxSteps"), (4, "$.budget.maxStep"), (5, "$.tools[1].sideEffect"),
                (5, "$.tools[1].name"), (6, "$.decisions[0].kind"), (6, "$.decisions[1]"),
            ],
            faults.Select(fault => (fault.Line!.Value, fault.Path)));
    }

    [Fact]
    public async Task The_published_schema_accepts_what_the_reader_accepts()
    {
        var schema = await Schema();
        foreach (var text in (string[])[Full, Start + "}", Start + """, "policy": "permissive", "approvals": false }"""])
        {
            Assert.True(Parse(text).IsValid);
            // The schema speaks of JSON; comments and trailing commas are gone in the canonical form.
            Assert.Empty(schema.Validate(StrictJson.Parse(Encoding.UTF8.GetBytes(text), JsonSource.File).Value.ToString()));
        }
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_fault()
    {
        var folder = Directory.CreateTempSubdirectory();
        var file = Path.Combine(folder.FullName, "s.json");
        try
        {
            foreach (var path in (string[])[file, folder.FullName, ""])
            {
                var fault = Assert.Single(ScenarioReader.Read(path).Faults);
                Assert.Null(fault.Line);
                Assert.Contains("cannot be read", fault.Message);
            }
            File.WriteAllText(file, Start + "}");
            Assert.True(ScenarioReader.Read(file).IsValid);
            File.WriteAllText(file, Start + "}" + new string(' ', ScenarioReader.MaxBytes - Start.Length - 1));
            Assert.True(ScenarioReader.Read(file).IsValid);
            File.AppendAllText(file, " ");
            Assert.Contains("16 MiB", Assert.Single(ScenarioReader.Read(file).Faults).Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Budget(string maxSteps) => $$"""
        { "runId": "r", "goal": "g",
        "budget": { "maxSteps": {{maxSteps}} } }
        """;

    private static string Tool(string tool) => $"{Start},\n\"tools\": [{tool}] }}";

    private static string Memory(string item) => $"{Start},\n\"memory\": [{item}] }}";

    private static string Rule(string rule) => $"{Start},\n\"policy\": {{ \"rules\": [{rule}] }} }}";

    private static string Line(string line) => $"{Start},\n\"decisions\": [{line}] }}";

    private static string Eval(string eval) => $"{Start},\n\"evals\": [{eval}] }}";

    private static Decoded<Scenario> Parse(string text) => ScenarioReader.Parse(Encoding.UTF8.GetBytes(text));

    private static Task<JsonSchema> Schema() => JsonSchema.FromFileAsync(Path.Combine(Root(), "docs", "scenario.schema.json"));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MiniRuntime.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
    }
}
