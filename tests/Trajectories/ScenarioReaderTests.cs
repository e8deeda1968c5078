using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using NJsonSchema;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Scenario files: what they mean, every fault with its place, and the published schema, which must say the same.</summary>
public sealed class ScenarioReaderTests
{
    private const string Run = """{ "runId": "r", "goal": "g" """;
    private const string Start = Run + """, "budget": { "maxSteps": 3 }""";

    private const string AllThatCameIn = """
        {
          "runId": "r", "goal": "g", "actor": "ann", "approvals": true, "budget": { "maxSteps": 3 }, "tools": [{ "name": "pay" }],
          "inputs": [
            { "type": "decision", "kind": "tool", "name": "pay", "input": { "amount": 1 }, "tokens": 7, "cost": 0.5 },
            { "type": "person_said", "kind": "approve", "reviewer": "bob", "after": 60 },
            { "type": "recovered" },
            { "type": "person_said", "kind": "resolve", "resolution": "happened", "person": "bob", "data": 3, "callId": "r:0" },
            { "type": "tool_result", "result": { "status": "lost", "reason": "gone" }, "labels": ["untrusted"], "attempt": 2 },
            { "type": "tick", "after": 1 },
            { "type": "decision", "kind": "answer", "text": "done" },
          ],
        }
        """;

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
          "mcpServers": {
            "files": {
              "type": "stdio", "command": "node", "args": ["server.js", "/data"], "env": { "A": "b" }, "cwd": "/srv",
              "trustAnnotations": true, "labels": ["files"], "protocolVersion": "2025-11-25",
              "tools": {
                "read": {
                  "sideEffect": "read", "labels": [], "version": "2", "enabled": true, "idempotent": false, "atomic": true, "timeout": 1.5,
                  "inputSchema": { "type": "object" }
                }
              }
            },
            "web-1": { "url": "https://example.org/mcp", "headers": { "Authorization": "Bearer ${secret:key}" } },
          },
          "secrets": { "key": { "env": "WEB_KEY", "tools": ["web-1__*", "pay"] }, "unused": { "env": "OTHER" } },
          "memory": [
            { "id": "m1", "scope": "project", "text": "Remember.", "expires": "2026-01-31T12:00:00+01:00", "labels": ["x"] },
          ],
          "policy": { "rules": [
            { "when": { "tool": "lookup_*", "sideEffect": "read" }, "then": "allow" },
            {
              "when": {
                "actor": "ann", "tenant": "acme", "route": "mail", "labels": ["x"],
                "input": {
                  "amount": { "greater": 10, "less": 20.5 }, "/to/0": { "equals": null, "in": [1, "a"] }, "id": { "matches": "a+" }
                }
              },
              "then": "approval_required"
            },
            { "when": { "action": "answer", "input": { "text": { "matches": ".*secret.*" } } }, "then": "deny", "reason": "leak" },
            { "when": { "tool": "pay" }, "then": "deny" }, { "when": { "tool": "files__unknown_as_yet" }, "then": "deny" },
          ] },
          "approvals": true,
          "context": { "window": 3, "maxTokens": 500, "scopes": ["user", "task"] },
          "decisions": [
            { "kind": "tool", "name": "no such tool", "input": { "id": 1e2 } },
            { "kind": "tool", "name": "quiet" },
            { "kind": "invalid_decision", "reason": "not json", "raw": "{" },
            { "kind": "decisions", "decisions": [{ "kind": "tool", "name": "pay" }, { "kind": "invalid_decision", "reason": "no" }] },
            { "kind": "model_failure", "reason": "down" },
            { "kind": "ask_human", "question": "Well?" },
            { "kind": "stop", "reason": "cancelled" },
            { "kind": "answer", "text": "done", "tokens": 7, "cost": 0.5 },
          ],
          "evals": [
            { "caseId": "e1", "expected": { "stopReason": "success", "toolsCalled": ["quiet"], "toolsNotCalled": [] } },
            { "caseId": "e2", "expected": {} },
          ],
          "laws": [
            { "name": "l1", "never": { "sideEffect": "write" }, "unless": "approved", "message": "Ask first." },
            { "name": "l2", "before": [{ "tool": "lookup_*" }, { "tool": "pay", "input": { "amount": { "greater": 10 } } }] },
            { "name": "l3", "neverAfter": [{ "label": "untrusted" }, {}] },
            { "name": "l4", "atMost": 2, "of": { "tool": "pay" } },
            { "name": "l5", "ends": ["success", "blocked"] },
          ],
        }
        """;

    [Fact]
    public void Laws_are_read_as_they_are_written() => Assert.Equal(
        [
            new TrajectoryLaw("l1", new Never(new CallPattern(sideEffect: SideEffect.Write), UnlessApproved: true), "Ask first."),
            new TrajectoryLaw("l2",
                new Before(new CallPattern("lookup_*"), new CallPattern("pay", input: [new Condition("amount", greater: 10)]))),
            new TrajectoryLaw("l3", new NeverAfter(new CallPattern(label: "untrusted"), new CallPattern())),
            new TrajectoryLaw("l4", new AtMost(2, new CallPattern("pay"))),
            new TrajectoryLaw("l5", new Ends([StopReason.Success, StopReason.Blocked])),
        ], Parse(Full).Value.Laws);

    [Fact]
    public void Inputs_are_read_as_they_are_written_and_aimed_at_what_is_open()
    {
        var read = Parse(AllThatCameIn).Value;
        Assert.Equal(new ScriptedInput(new CallTool("pay", Json.Object.Of(("amount", 1))), default, 7, 0.5m), read.Inputs![0]);
        Assert.Equal(new ScriptedInput((PersonSaid)new Approve("", "", "bob"), TimeSpan.FromMinutes(1)), read.Inputs[1]);
        Assert.Equal(2, read.Inputs[4].Input.ToolReport?.Attempt);
        var facts = ScriptedInput.Play(read.Agent, read.Run, read.Inputs, DateTimeOffset.UnixEpoch).SelectMany(static step => step.Events)
            .Select(static traced => traced.Fact).ToList();
        Assert.Equal(["gone", "nothing_due"], facts.Select(static fact => fact.Ignored)
            .OfType<Ignored>().Select(static ignored => ignored.Input.ToolReport?.Result.Match(0, static (_, _) => "", static (_, r) => r.Reason,
                static (_, e) => e.Reason, static (_, l) => l.Reason) ?? ignored.Reason));
        Assert.Equal(StopReason.Success, facts[^1].Stopped?.Reason);
    }

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
            new Rule(new Deny("denied_by_rule"), tool: "pay"), new Rule(new Deny("denied_by_rule"), tool: "files__unknown_as_yet"),
        ], read.Agent.Policy.Rules);
        Assert.Equal(
        [
            ModelReply.Proposed(new CallTool("no such tool", Json.Object.Of(("id", 100)))),
            ModelReply.Proposed(new CallTool("quiet", Json.Object.Empty)), ModelReply.Invalid(new InvalidDecision("not json", "{")),
            ModelReply.Proposed(new Decisions(new CallTool("pay", Json.Object.Empty)).Then(new InvalidDecision("no"))),
            ModelReply.Failed(new ModelFailure("down")), ModelReply.Proposed(new AskHuman("Well?")),
            ModelReply.Proposed(new Stop(StopReason.Cancelled)), ModelReply.Proposed(new Answer("done"), 7, 0.5m),
        ], read.Script);
        Assert.Equal([new EvalCase("e1", StopReason.Success, ["quiet"], []), new EvalCase("e2")], read.Evals);
    }

    [Fact]
    public void Servers_are_read_as_MCP_clients_write_them()
    {
        var read = Parse(Full).Value;
        Assert.Equal(
        [
            new DeclaredServer("files")
            {
                Command = "node", Args = ["server.js", "/data"], Env = [new NamedText("A", "b")], Folder = "/srv", TrustAnnotations = true,
                Labels = ["files"], ProtocolVersion = "2025-11-25",
                Tools =
                [
                    new OperatorsWord("read")
                    {
                        SideEffect = SideEffect.Read, Labels = [], Version = "2", Idempotent = false, Atomic = true,
                        Timeout = TimeSpan.FromSeconds(1.5), InputSchema = Json.Object.Of(("type", "object")),
                    },
                ],
            },
            new DeclaredServer("web-1")
            {
                Url = new Uri("https://example.org/mcp"), Headers = [new NamedText("Authorization", "Bearer ${secret:key}")],
            },
        ], read.Servers);
        Assert.Equal([new NamedSecret("key", "WEB_KEY", ["web-1__*", "pay"]), new NamedSecret("unused", "OTHER", [])], read.Secrets);
        Assert.Equal(["files", "web-1"], read.Unpinned.Select(static server => server.Name));
    }

    [Fact]
    public async Task A_model_is_read_with_what_it_costs()
    {
        const string Text = Start + """
            , "model": {
                "provider": "anthropic", "name": "m", "endpoint": "http://localhost:1/x", "apiKey": { "env": "KEY" }, "instructions": "Go.",
                "temperature": 0.5, "maxOutputTokens": 9, "stream": false, "timeout": 2.5
              },
              "prices": { "m": { "input": 1, "output": 2.5, "cachedInput": 0 }, "n": { "input": 0, "output": 0 } } }
            """;
        var read = Parse(Text).Value;
        Assert.Equal(new ModelSettings(ModelProvider.Anthropic, "m", new Uri("http://localhost:1/x"), "KEY")
        {
            Instructions = "Go.", Temperature = 0.5m, MaxOutputTokens = 9, Streams = false, Timeout = TimeSpan.FromSeconds(2.5),
        }, read.Model);
        Assert.Equal([new("m", new Price(1, 2.5m, 0)), new("n", new Price(0, 0))], read.Prices);
        Assert.Empty((await Schema()).Validate(Text));
    }

    // Would catch: a recording that says something else than the model did.
    [Fact]
    public void What_a_model_said_survives_being_written_down()
    {
        var call = new CallTool("a b", Json.Object.Of(("x", 0.10m)));
        ModelReply[] said =
        [
            ModelReply.Proposed(call, 5, 0.25m), ModelReply.Proposed(new Answer("")), ModelReply.Proposed(new AskHuman("?")),
            ModelReply.Proposed(new Stop(StopReason.Refused)), ModelReply.Invalid(new InvalidDecision("no", "{"), 3),
            ModelReply.Invalid(new InvalidDecision("no")), ModelReply.Failed(new ModelFailure("gone")),
            ModelReply.Proposed(new Decisions(call).Then(new InvalidDecision("no", "raw")).Then(new Answer("done")), 9, 1),
        ];
        Assert.Equal(said, said.Select(static one => Codec.ModelReply.Decode(Codec.ModelReply.Encode(one)).Value));
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

    // Text, line, path and message of each fault; and whether a JSON Schema can say so too, and ours must.
    public static IEnumerable<object[]> Faults =>
    [
        ["""[]""", 1, "$", "Expected an object", true],
        ["""{ "goal": "g", "budget": { "maxSteps": 1 } }""", 1, "$", "'runId' is missing", true],
        ["""{ "runId": "r", "budget": { "maxSteps": 1 } }""", 1, "$", "'goal' is missing", true],
        ["""{ "runId": "r", "goal": "g" }""", 1, "$", "'budget' is missing", true],
        ["{ \"runId\": \"r\", \"goal\": \"g\",\n\"budget\": {} }", 2, "$.budget", "'maxSteps' is missing", true],
        ["{ \"runId\": \"r\",\n\"goal\": 7,\n \"budget\": { \"maxSteps\": 1 } }", 2, "$.goal", "Expected a string, found a number", true],
        ["{ \"runId\": \"r\",\n\"goal\": null,\n \"budget\": { \"maxSteps\": 1 } }", 2, "$.goal", "leave the field out", true],
        ["{ \"runId\":\n\"_r\", \"goal\": \"g\", \"budget\": { \"maxSteps\": 1 } }", 2, "$.runId", "is not a name", true],
        [Start + ",\n\"polcy\": 1 }", 2, "$.polcy", "did you mean 'policy'", true],
        [Start + ",\n\"zzz\": 1 }", 2, "$.zzz", "known are runId, goal", true],
        [Start + ",\n\"goal\": \"h\" }", 2, "$.goal", "occurs twice", false],
        [Start + ",\n\"actor\": \"\\ud800\" }", 2, "$.actor", "surrogate", false],
        InBudget("-1", ".maxSteps", "whole number from 0 to 1000000"),
        InBudget("1000001", ".maxSteps", "whole number from 0 to 1000000"),
        InBudget("1.5", ".maxSteps", "whole number"),
        InBudget("1e999", ".maxSteps", "cannot be held exactly", false),
        InBudget("\"3\"", ".maxSteps", "Expected a number, found a string"),
        InBudget("1, \"maxTokens\": -1", ".maxTokens", "whole number from 0"),
        InBudget("1, \"maxCost\": -0.1", ".maxCost", "not be negative"),
        InBudget("1, \"deadline\": -1", ".deadline", "not be negative"),
        InBudget("1, \"deadline\": 1e20", ".deadline", "at most", false),
        InBudget("1, \"deadline\": 1e-8", ".deadline", "7 decimal places", false),
        InTool("""{ "description": "d" }""", "", "'name' is missing"),
        InTool("""{ "name": "a b" }""", ".name", "is not a name"),
        [List("tools", "{ \"name\": \"a\" },\n{ \"name\": \"a\" }"), 3, "$.tools[1].name", "'a' occurs twice", false],
        InTool("""{ "name": "a", "sideEffect": "none" }""", ".sideEffect", "use one of read, draft, write"),
        InTool("""{ "name": "a", "timeout": 0 }""", ".timeout", "more than 0"),
        InTool("""{ "name": "a", "enabled": "yes" }""", ".enabled", "Expected a boolean"),
        InTool("""{ "name": "a", "labels": ["x", 1] }""", ".labels[1]", "Expected a string"),
        InTool("""{ "name": "a", "result": { "status": "ok" }, "results": [{ "status": "ok" }] }""", ".results", "not both"),
        InTool("""{ "name": "a", "results": [] }""", ".results", "at least one"),
        InTool("""{ "name": "a", "result": { "status": "fine" } }""", ".result.status", "ok, refused, error, lost"),
        InTool("""{ "name": "a", "result": { "status": "error" } }""", ".result", "'reason' is missing"),
        InTool("""{ "name": "a", "result": { "status": "ok", "reason": "r" } }""", ".result.reason", "not known here"),
        InTool("""{ "name": "a", "inputSchema": [] }""", ".inputSchema", "an object or a boolean"),
        InTool("""{ "name": "a", "inputSchema": { "minimun": 1 } }""", ".inputSchema", "would not be checked", false),
        InMemory("""{ "id": "", "scope": "task", "text": "t" }""", ".id", "needs an id"),
        InMemory("""{ "id": "m", "scope": "task" }""", "", "'text' is missing"),
        InMemory("""{ "id": "m", "scope": "task", "text": "t", "expires": "2026-01-31" }""", ".expires", "T12:00"),
        InMemory("""{ "id": "m", "scope": "task", "text": "t", "expires": "2026-01-31T12:00:00" }""", ".expires", "offset"),
        InMemory("""{ "id": "m", "scope": "task", "text": "t", "expires": "2026-02-30T12:00:00Z" }""", ".expires", "no point", false),
        [
           List("memory", """{ "id": "m", "scope": "task", "text": "t" }, { "id": "m", "scope": "user", "text": "" }"""), 2,
            "$.memory[1].id", "'m' occurs twice", false,
        ],
        [Start + ",\n\"policy\": \"strict\" }", 2, "$.policy", "\"permissive\"", true],
        [Start + ",\n\"policy\": 7 }", 2, "$.policy", "\"permissive\"", true],
        [Start + ",\n\"policy\": {} }", 2, "$.policy", "'rules' is missing", true],
        InRule("""{ "when": {} }""", "", "'then' is missing"),
        InRule("""{ "then": "permit" }""", ".then", "allow, deny, approval_required"),
        InRule("""{ "then": "allow", "reason": "r" }""", ".reason", "no reason"),
        InRule("""{ "when": { "tool": "pay" }, "then": "deny" }""", ".when.tool", "no tool 'pay'", false),
        InRule("""{ "when": { "tol": "a*" }, "then": "deny" }""", ".when.tol", "did you mean 'tool'"),
        InRule("""{ "when": { "action": "write" }, "then": "deny" }""", ".when.action", "memory_read"),
        InRule("""{ "when": { "action": "answer" }, "then": "approval_required" }""", ".then", "Only tool calls"),
        InRule("""{ "when": { "action": "answer", "tool": "*" }, "then": "deny" }""", ".when.tool", "remove it"),
        InRule("""{ "when": { "input": { "a b": {} } }, "then": "deny" }""", ".when.input['a b']", "at least one"),
        InRule("""{ "when": { "input": { "a": { "above": 1 } } }, "then": "deny" }""", ".when.input.a.above", "greater"),
        InRule("""{ "when": { "input": { "a": { "less": "1" } } }, "then": "deny" }""", ".when.input.a.less", "a number"),
        InRule("""{ "when": { "input": { "a": { "matches": "(" } } }, "then": "deny" }""", ".when.input.a.matches", "expression", false),
        [Start + ",\n\"approvals\": true }", 2, "$.approvals", "need an 'actor'", true],
        [Start + ",\n\"approvals\": \"on\" }", 2, "$.approvals", "Expected a boolean", true],
        [Start + ",\n\"context\": { \"window\": -1 } }", 2, "$.context.window", "whole number", true],
        [Start + ",\n\"context\": { \"scopes\": [\"all\"] } }", 2, "$.context.scopes[0]", "task, project, user", true],
        InLine("""{ "name": "a" }""", "", "'kind' is missing"),
        InLine("""{ "kind": "think", "text": "t" }""", ".kind", "model_failure"),
        InLine("""{ "kind": "tool" }""", "", "'name' is missing"),
        InLine("""{ "kind": "tool", "name": "a", "input": [] }""", ".input", "Expected an object"),
        InLine("""{ "kind": "stop", "reason": "done" }""", ".reason", "budget_exhausted"),
        InLine("""{ "kind": "invalid_decision" }""", "", "'reason' is missing"),
        InLine("7", "", "Expected an object, found a number"),
        InEval("""{ "expected": {} }""", "", "'caseId' is missing"),
        InEval("""{ "caseId": "e" }""", "", "'expected' is missing"),
        InEval("""{ "caseId": "e", "expected": { "stopReason": "ok" } }""", ".expected.stopReason", "success"),
        InEval("""{ "caseId": "e", "expected": { "toolCalled": [] } }""", ".expected.toolCalled", "did you mean 'toolsCalled'"),
        InLaw("""{ "never": {} }""", "", "'name' is missing"),
        InLaw("""{ "name": "l" }""", "", "it has none"),
        InLaw("""{ "name": "l", "never": {}, "ends": [] }""", ".ends", "it has 2"),
        InLaw("""{ "name": "l", "before": [{}] }""", ".before", "two patterns, found 1"),
        InLaw("""{ "name": "l", "atMost": 1 }""", "", "'of' is missing"),
        InLaw("""{ "name": "l", "atMost": -1, "of": {} }""", ".atMost", "whole number"),
        InLaw("""{ "name": "l", "never": {}, "unless": "asked" }""", ".unless", "approved"),
        InLaw("""{ "name": "l", "never": { "tools": "x" } }""", ".never.tools", "did you mean 'tool'"),
        InLaw("""{ "name": "l", "never": { "input": { "a": {} } } }""", ".never.input.a", "at least one"),
        InLaw("""{ "name": "l", "ends": ["done"] }""", ".ends[0]", "success"),
        InLaw("""{ "name": "l", "neverAfter": [{}, { "tool": "ghost" }] }""", ".neverAfter[1].tool", "no tool 'ghost'", false),
        InLaw("""{ "name": "l", "atMost": 1, "of": { "tool": "gh*" } }""", ".of.tool", "No tool of this scenario matches 'gh*'", false),
        InLaw("""{ "name": " ", "never": {} }""", ".name", "The law has no name"),
        InLaw("""{ "name": "l", "before": [{ "label": "" }, {}] }""", ".before[0].label", "This is no label"),
        InLaw("""{ "name": "l", "never": {}, "atMost": 1 }""", ".atMost", "it has 2"),
        InLaw("""{ "name": "l", "ends": ["success"], "unless": "approved" }""", ".unless", "The field is not known here"),
        InLaw("""{ "name": "l", "never": {}, "of": {} }""", ".of", "The field is not known here"),
        InInput("""{ "kind": "answer" }""", "", "'type' is missing"),
        InInput("""{ "type": "think" }""", ".type", "decision"),
        InInput("""{ "type": "person_said", "kind": "approve" }""", "", "'reviewer' is missing", false),
        InInput("""{ "type": "tick", "after": -1 }""", ".after", "must not be negative"),
        InInput("""{ "type": "tick", "at": 1 }""", ".at", "not known here", false),
        InServers("""{ "a": {} }""", ".a", "one of the two"),
        InGateway("""{}, "policy": "permissive", "decisions": []""", ".decisions", "a client proposes", expressible: true),
        InGateway("""{}, "policy": "permissive", "inputs": []""", ".inputs", "a client proposes", expressible: true),
        InGateway("""{ "port": 1 }""", ".gateway.port", "not known here", expressible: true),
        InGateway("{}", ".gateway", "without an 'actor'"),
        InGateway("""{ "reviewer": "ann" }, "policy": "permissive" """, ".gateway", "which are off"),
        InGateway("""{ "reviewer": " Ann" }, "actor": "ann" """, ".gateway", "The reviewer is the actor"),
        InGateway("""{ "reviewer": " " }, "actor": "ann" """, ".gateway", "has no name"),
        InServers("""{ "a": { "command": "x", "url": "http://y" } }""", ".a.command", "one of the two"),
        InServers("""{ "a": { "command": " " } }""", ".a.command", "not be blank"),
        InServers("""{ "a": { "url": "y" } }""", ".a.url", "https://example.org/mcp"),
        InServers("""{ "a": { "command": "x", "headers": {} } }""", ".a.headers", "does not go with 'command'"),
        InServers("""{ "a": { "url": "http://y", "env": {} } }""", ".a.env", "does not go with 'url'"),
        InServers("""{ "a": { "type": "http", "command": "x" } }""", ".a.type", "over 'stdio'"),
        InServers("""{ "a": { "type": "pipe", "command": "x" } }""", ".a.type", "stdio, http"),
        InServers("""{ "a": { "command": "x", "tools": { "t": { "sideEffects": "read" } } } }""", ".a.tools.t.sideEffects", "'sideEffect'"),
        InServers("""{ "a__b": { "command": "x" } }""", ".a__b", "cannot be the name of a server"),
        InServers("""{ "a_": { "command": "x" } }""", ".a_", "cannot be the name of a server"),
        InServers("""{ "1": { "command": "x" } }""", "['1']", "cannot be the name of a server"),
        InServers("""{ "a": { "command": "x" }, "A": { "command": "x" } }""", ".A", "differ in more than case", false),
        [
            Start + ",\n\"tools\": [{ \"name\": \"a__b\" }], \"mcpServers\": { \"a\": { \"command\": \"x\" } } }", 2, "$.tools[0].name",
            "a tool of the server 'a'", false,
        ],
        InServers("""{ "a": { "command": "x", "env": { "K": "${secret:b}" } } }""", ".a.env.K", "no secret 'b'", false),
        InServers("""{ "a": { "command": "x", "args": ["${secret:b}"] } }""", ".a.args[0]", "where others can see it", false),
        [Start + ",\n\"secrets\": { \"a b\": { \"env\": \"A\" } } }", 2, "$.secrets['a b']", "cannot be the name of a secret", true],
        [Start + ",\n\"secrets\": { \"a\": {} } }", 2, "$.secrets.a", "'env' is missing", true],
        [Start + ",\n\"secrets\": { \"a\": { \"env\": \"A\", \"tools\": [\"b\"] } } }", 2, "$.secrets.a.tools[0]", "no tool 'b'", false],
        [Start + ",\n\"toolPins\": { \"a\": [] } }", 2, "$.toolPins.a", "no server 'a'", false],
        [Start + ",\n\"model\": { \"provider\": \"x\", \"name\": \"m\" } }", 2, "$.model.provider", "use one of openai, anthropic", true],
        [Start + ",\n\"model\": { \"provider\": \"openai\", \"name\": \" \" } }", 2, "$.model.name", "has no name", true],
        [
            Start + ",\n\"model\": { \"provider\": \"openai\", \"name\": \"m\", \"apiKey\": \"sk-1\" } }", 2, "$.model.apiKey",
            "does not belong into a file", true,
        ],
        [
            Start + ",\n\"model\": { \"provider\": \"openai\", \"name\": \"m\", \"endpoint\": \"file:///x\" } }", 2, "$.model.endpoint",
            "is no endpoint", true,
        ],
        [
            Start + ",\n\"model\": { \"provider\": \"openai\", \"name\": \"m\" },\n\"decisions\": [] }", 3, "$.decisions", "not both", false,
        ],
        [
            """{ "runId": "r", "goal": "g", "budget": { "maxSteps": 1, "maxCost": 1 }, "model": { "provider": "openai", "name": "m" } }""", 1,
            "$.model", "does not say what 'm' costs", false,
        ],
        [Start + ",\n\"prices\": { \"m\": { \"input\": -1, \"output\": 1 } } }", 2, "$.prices.m.input", "must not be negative", true],
        [
            Start + ",\n\"decisions\": [],\n\"inputs\": [] }", 3, "$.inputs", "not both", true,
        ],
        [
            List("evals", """{ "caseId": "e", "expected": {} }, { "caseId": "e", "expected": {} }"""), 2, "$.evals[1].caseId",
            "occurs twice", false,
        ],
    ];

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
        string[] samples = [Full, AllThatCameIn, Start + "}", Start + """, "policy": "permissive", "approvals": false }"""];
        foreach (var text in samples.Concat(
            Directory.GetFiles(Repository.File("scenarios"), "*.json", SearchOption.AllDirectories).Select(File.ReadAllText)))
        {
            Assert.Empty(Parse(text).Faults);
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

    [Fact]
    public async Task Behind_a_gateway_trouble_is_tolerated_and_people_can_be_asked()
    {
        const string Text = Start + """, "actor": "ann", "gateway": { "reviewer": "bob" } }""";
        Assert.Empty((await Schema()).Validate(Text));
        var scenario = Parse(Text).Value;
        Assert.Equal(new GatewaySettings("bob"), scenario.Gateway);
        Assert.Equal(new Budget(3, null, 3, 3, 3, 3), scenario.Agent.Budget);
        Assert.True(scenario.Agent.Approvals.Enabled);
        Assert.False(Parse(Start + """, "actor": "ann", "gateway": {}, "approvals": false }""").Value.Agent.Approvals.Enabled);
        Assert.Null(Parse(Start + "}").Value.Gateway);
    }

    private static string List(string field, string items) => $"{Start},\n\"{field}\": [{items}] }}";

    private static object[] InBudget(string maxSteps, string path, string message, bool expressible = true) =>
        [$"{Run},\n\"budget\": {{ \"maxSteps\": {maxSteps} }} }}", 2, "$.budget" + path, message, expressible];

    private static object[] InTool(string tool, string path, string message, bool expressible = true) =>
        [List("tools", tool), 2, "$.tools[0]" + path, message, expressible];

    private static object[] InMemory(string item, string path, string message, bool expressible = true) =>
        [List("memory", item), 2, "$.memory[0]" + path, message, expressible];

    private static object[] InRule(string rule, string path, string message, bool expressible = true) =>
        [$"{Start},\n\"policy\": {{ \"rules\": [{rule}] }} }}", 2, "$.policy.rules[0]" + path, message, expressible];

    private static object[] InLine(string line, string path, string message, bool expressible = true) =>
        [List("decisions", line), 2, "$.decisions[0]" + path, message, expressible];

    private static object[] InEval(string eval, string path, string message, bool expressible = true) =>
        [List("evals", eval), 2, "$.evals[0]" + path, message, expressible];

    private static object[] InLaw(string law, string path, string message, bool expressible = true) =>
        [List("laws", law), 2, "$.laws[0]" + path, message, expressible];

    private static object[] InInput(string input, string path, string message, bool expressible = true) =>
        [List("inputs", input), 2, "$.inputs[0]" + path, message, expressible];

    private static object[] InGateway(string gateway, string path, string message, bool expressible = false) =>
        [$"{Start},\n\"gateway\": {gateway} }}", 2, "$" + path, message, expressible];

    private static object[] InServers(string servers, string path, string message, bool expressible = true) =>
        [$"{Start},\n\"mcpServers\": {servers} }}", 2, "$.mcpServers" + path, message, expressible];

    private static Decoded<Scenario> Parse(string text) => ScenarioReader.Parse(Encoding.UTF8.GetBytes(text));

    private static Task<JsonSchema> Schema() => JsonSchema.FromFileAsync(Repository.File("docs", "scenario.schema.json"));
}
