using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Xunit;
using Tool = MiniRuntime.Core.Tool;

namespace MiniRuntime.Trajectories;

/// <summary>Secrets: their values stay with the shell, whatever brings them up.</summary>
public sealed class SecretsTests : IDisposable
{
    private const string Value = "ghp_c4naRy/+\"0fTheC0al\\Mine";
    private const string Held = "${secret:github}";

    private static readonly Secrets _secrets = Secrets.Read([new NamedSecret("github", "TOKEN", ["git_*"])], static _ => Value);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static readonly string[] _forms =
    [
        Value, JsonSerializer.Serialize(Value), JsonSerializer.Serialize(JsonSerializer.Serialize(Value)), Uri.EscapeDataString(Value),
        System.Net.WebUtility.HtmlEncode(Value), Value.ToUpperInvariant(), Convert.ToHexString(Encoding.UTF8.GetBytes(Value)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Value)), Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + Value)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("me:" + Value + ":x"), Base64FormattingOptions.InsertLineBreaks),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("a:" + Value)).Replace('+', '-').Replace('/', '_').TrimEnd('='),
        string.Join('\n', Value.Chunk(5).Select(static part => new string(part))),
        string.Join("\" + \"", Value.Chunk(7).Select(static part => new string(part))),
        string.Join('\u200b', Value.ToCharArray()), string.Concat(Value.Select(static c => $"\\u{(int)c:X4}")),
    ];

    public static TheoryData<string> Forms => new(_forms);

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_value_is_found_in_every_form_that_is_known_of(string form)
    {
        var redacted = _secrets.Redact($"before {form} after");
        Assert.Contains(Held, redacted);
        Assert.StartsWith("before ", redacted);
        Assert.EndsWith(" after", redacted);
        // No more than the first letters, which others have too, and what base64 mixes with its neighbours.
        Assert.DoesNotContain("c4naRy", redacted, StringComparison.OrdinalIgnoreCase);
        Assert.True(redacted.Length < 60, redacted);
        Assert.Equal(redacted, _secrets.Redact(redacted));
    }

    [Fact]
    public void The_beginning_of_a_value_is_found_where_a_text_breaks_off()
    {
        Assert.Equal($"x {Held}", _secrets.Redact("x " + Value[..14]));
        Assert.Equal("x ghp_c4n", _secrets.Redact("x ghp_c4n"));
    }

    [Fact]
    public void What_is_no_secret_stays_as_it_is()
    {
        const string Text = "The token ghp_ of the canary in the coal mine. \ud83d\ude00";
        Assert.Equal(Text, _secrets.Redact(Text));
        Json.Object json = Json.Object.Of(("a", 1), ("b", new Json.Array(["x", Json.None, true])));
        Assert.Equal(json, _secrets.Redact(json));
    }

    [Fact]
    public void Names_and_numbers_give_nothing_away_either()
    {
        var secrets = Secrets.Read([new NamedSecret("pin", "PIN", [])], static _ => "1234567890123");
        var redacted = secrets.Redact(Json.Object.Of(("1234567890123", 1), ("1234567890123\n", 2), ("n", 1234567890123), ("m", 123)));
        Assert.Equal("""{"${secret:pin}":1,"${secret:pin}\n":2,"m":123,"n":"${secret:pin}"}""", CanonicalJson.Write(redacted));
    }

    [Fact]
    public void A_value_that_would_be_found_everywhere_is_refused() =>
        Assert.Throws<ArgumentException>(static () => Secrets.Read([new NamedSecret("a", "A", [])], static _ => "1234567"));

    [Theory]
    [InlineData("git_push", true)]
    [InlineData("other", false)]
    public async Task A_tool_gets_the_value_when_it_is_executed_if_it_is_granted_it(string tool, bool granted)
    {
        string? got = null;
        var function = AIFunctionFactory.Create((string[] auth) => got = auth[0], tool);
        var run = new Run("r", $"Push with {Value}.", "ann", memory: [new MemoryItem("m", MemoryScope.Task, $"It is {Value}.")]);
        var agent = new Agent([function.AsTool(SideEffect.Read)], new Budget(maxSteps: 3), Policy.Permissive);
        var model = new ScriptedModel(
        [
            ModelReply.Proposed(new CallTool(tool, Json.Object.Of(("auth", new Json.Array([$"Bearer {Held}"]))))),
            ModelReply.Proposed(new Answer($"Pushed with {Value}.")),
        ]);
        var store = new InMemoryStore();
        var options = new RuntimeOptions { Secrets = _secrets };
        var state = await new AgentRuntime(agent, model, Toolbox.Empty.Bind(function, _secrets), store, options).RunAsync(run);
        Assert.Equal($"Bearer {(granted ? Value : Held)}", got);
        Assert.Equal((StopReason.Success, $"Pushed with {Held}."), (state.Stopped!.Reason, state.Answer));
        Assert.Equal(new Ok($"Bearer {Held}"), state.Turns[0].Result);
        NothingHolds(string.Concat(TraceView.Of(await store.ReadAsync("r")).Select(static line => line.ToString())));
    }

    public static TheoryData<Func<ContextPacket, Task<ModelReply>>> Troubles => new(
        static _ => throw new InvalidOperationException(Value), static _ => throw new FormatException(Value),
        static _ => Task.FromResult(ModelReply.Invalid(new InvalidDecision(Value, $$"""{ "a": {{JsonSerializer.Serialize(Value)}} }"""))),
        static _ => Task.FromResult(ModelReply.Invalid(new InvalidDecision("long", new string(' ', InvalidDecision.MaxRaw - 12) + Value))),
        static _ => Task.FromResult(ModelReply.Failed(new ModelFailure(Value))),
        static _ => Task.FromResult(ModelReply.Proposed(new CallTool(Value, Json.Object.Empty))),
        static _ => Task.FromResult(ModelReply.Proposed(new CallTool("git_push", Json.Object.Of((Value, 1))))),
        static _ => Task.FromResult(ModelReply.Proposed(new AskHuman(Value))));

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task Whatever_a_model_says_the_trace_does_not_hold_it(Func<ContextPacket, Task<ModelReply>> says)
    {
        var agent = new Agent([new Tool("git_push", "", SideEffect.Read)], new Budget(maxSteps: 1), Policy.Permissive, Approvals.On);
        var store = new InMemoryStore();
        var runtime = new AgentRuntime(agent, new Model((packet, _) => says(packet)),
            Toolbox.Empty.Bind("git_push", (_, _) => throw new IOException(Value)), store, new RuntimeOptions { Secrets = _secrets });
        var state = await runtime.RunAsync(new Run("r", "g", "ann"));
        if (state.Phase.AwaitingReply is { } question)
            await runtime.TellAsync("r", (PersonSaid)new Reply(question.Id, $"Use {Value}.", Value));
        NothingHolds(string.Concat(TraceView.Of(await store.ReadAsync("r")).Select(static line => line.ToString())));
    }

    // The canary: a server that has the value, says it wherever it can, and is told it; and every output that there is.
    [Fact]
    public async Task A_canary_is_in_no_output_of_a_run_over_a_server_that_sings_it()
    {
        var variable = $"MINIRUNTIME_CANARY_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, Value);
        try
        {
            OddServer.Has(_folder.Path, $$"""
                [
                  { "name": "variable", "description": {{Text("It has " + Value)}}, "inputSchema": { "type": "object" } },
                  { "name": "answer", "description": "d", "inputSchema": { "type": "object", "title": {{Text(Value)}} } },
                  { "name": "echo", "description": "d", "inputSchema": { "type": "object" } }
                ]
                """);
            File.WriteAllText(_folder.File("s.json"), $$$"""
                {
                  "runId": "r", "goal": "g", "actor": "ann", "approvals": true, "budget": { "maxSteps": 9, "maxToolFailures": 9 },
                  "secrets": { "github": { "env": "{{{variable}}}", "tools": ["odd__echo"] } },
                  "mcpServers": { "odd": {
                    "command": "dotnet", "args": ["{{{typeof(OddServer).Assembly.Location}}}", "serve", "{{{_folder.Path}}}"],
                    "env": { "OWN": "${secret:github}" },
                    "tools": { "variable": { "sideEffect": "read" }, "answer": { "sideEffect": "read" }, "echo": { "sideEffect": "read" } }
                  } },
                  "decisions": [
                    { "kind": "tool", "name": "odd__variable", "input": { "name": "OWN" } },
                    { "kind": "tool", "name": "odd__echo", "input": { "auth": "${secret:github}" } },
                    { "kind": "tool", "name": "odd__variable", "input": { "name": "${secret:github}" } },
                    { "kind": "ask_human", "question": "Which?" },
                    { "kind": "answer", "text": "done" }
                  ]
                }
                """);
            var outputs = new StringBuilder();
            foreach (var command in new[]
            {
                "tools s.json", "tools s.json --json", "run s.json --store runs.db --trace", "show r --store runs.db --json",
                "approvals --store runs.db",
            }) outputs.Append(await OutputAsync(command.Split(' ')));
            outputs.Append(await OutputAsync("answer", "r", $"This one: {Value}.", "--as", "bob", "--store", "runs.db"));
            foreach (var command in new[]
            {
                "resume r --store runs.db", "resume r --store runs.db --json", "show r --store runs.db", "show r --store runs.db --json",
                "export r --store runs.db", "replay r --store runs.db",
            }) outputs.Append(await OutputAsync(command.Split(' ')));
            var said = outputs.ToString();
            Assert.Contains("This one: ${secret:github}", said);
            Assert.Contains("stopped", said);
            NothingHolds(said);

            // The server had it, where it was granted it, and there only.
            var calls = OddServer.Calls(_folder.Path).Select(static call => call["arguments"]!).ToList();
            Assert.Equal((Value, Held), (calls[1]["auth"]!.GetValue<string>(), calls[2]["name"]!.GetValue<string>()));
            // Every file but the server's own, as bytes.
            foreach (var file in Directory.GetFiles(_folder.Path))
            {
                if (Path.GetFileName(file) is "calls.jsonl" or "tools.json") continue;
                NothingHolds(Encoding.Latin1.GetString(File.ReadAllBytes(file)));
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Fact]
    public async Task A_canary_is_in_no_output_of_a_gateway_and_in_none_of_its_runs()
    {
        var variable = $"MINIRUNTIME_CANARY_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, Value);
        try
        {
            OddServer.Has(_folder.Path, $$"""
                [
                  { "name": "variable", "description": {{Text("It has " + Value)}}, "inputSchema": { "type": "object" } },
                  { "name": "progress", "description": "d", "inputSchema": { "type": "object" } },
                  { "name": "answer", "description": "d", "inputSchema": { "type": "object", "title": {{Text(Value)}} } },
                  { "name": "die", "description": "d", "inputSchema": { "type": "object" } },
                  { "name": "echo", "description": "d", "inputSchema": { "type": "object" } }, {{Text("odd " + Value)}}
                ]
                """);
            var words = string.Join(", ", new[] { "variable", "progress", "answer", "die" }
                .Select(static tool => $$"""{{Text(tool)}}: { "sideEffect": "read" }"""));
            File.WriteAllText(_folder.File("s.json"), $$$"""
                {
                  "runId": "r", "goal": "g", "actor": "ann", "budget": { "maxSteps": 20 }, "gateway": { "reviewer": "bob@desk" },
                  "secrets": { "github": { "env": "{{{variable}}}", "tools": ["odd__echo"] } },
                  "mcpServers": { "odd": {
                    "command": "dotnet", "args": ["{{{typeof(OddServer).Assembly.Location}}}", "serve", "{{{_folder.Path}}}"],
                    "env": { "OWN": "${secret:github}" }, "tools": { {{{words}}} }
                  } },
                  "policy": { "rules": [
                    { "when": { "sideEffect": "read" }, "then": "allow" }, { "when": { "tool": "odd__echo" }, "then": "approval_required" }
                  ] }
                }
                """);
            var outputs = new StringBuilder();
            var (asked, progressed) = (new List<string>(), new TaskCompletionSource());
            var options = new McpClientOptions
            {
                Handlers = new McpClientHandlers
                {
                    ElicitationHandler = (question, _) =>
                    {
                        asked.Add(JsonSerializer.Serialize(question, McpJsonUtilities.DefaultOptions));
                        var yes = new Dictionary<string, JsonElement> { ["approve"] = JsonSerializer.SerializeToElement(true) };
                        return new(new ElicitResult { Action = "accept", Content = yes });
                    },
                    // Not where the call is: there the client does not listen any more when it has handled the answer first.
                    NotificationHandlers =
                    [
                        new(NotificationMethods.ProgressNotification, (told, _) =>
                        {
                            lock (outputs) outputs.AppendLine($"progress {told.Params?["message"]}");
                            progressed.TrySetResult();
                            return default;
                        }),
                    ],
                },
            };
            await using (var gateway = await GatewayClient.ConnectAsync(_folder.Path, options))
            {
                foreach (var tool in await gateway.Client.ListToolsAsync())
                    outputs.Append(JsonSerializer.Serialize(tool.ProtocolTool, McpJsonUtilities.DefaultOptions));
                await CallAsync("odd__variable", new { name = "OWN" });
                await CallAsync("odd__progress", new { name = "OWN" });
                await progressed.Task;
                await CallAsync("odd__answer", new
                {
                    say = $$"""
                        "error":{"code":-32603,"message":{{Text(Value)}} }
                        """.Trim(),
                });
                await CallAsync("odd__die", new { name = "OWN" });
                await CallAsync("odd__echo", new { auth = Value, quoted = Uri.EscapeDataString(Value) });
                await CallAsync(Value, new { });
                await CallAsync("odd__variable", new { name = Value });
                outputs.Append(gateway.Said);

                async Task CallAsync(string tool, object input)
                {
                    var answer = await gateway.Client.CallToolAsync(tool, JsonSerializer.SerializeToElement(input).EnumerateObject()
                        .ToDictionary(static one => one.Name, static one => (object?)one.Value), new Progress<ProgressNotificationValue>());
                    lock (outputs) outputs.AppendLine(JsonSerializer.Serialize(answer, McpJsonUtilities.DefaultOptions));
                }
            }
            Assert.Contains("odd__echo", Assert.Single(asked));
            outputs.AppendJoin('\n', asked);
            // The server had what the client said, in what was approved; and its own progress, error and end were heard.
            var auth = OddServer.Calls(_folder.Path)[^2]["arguments"]!["auth"]!.GetValue<string>();
            Assert.Equal(Value, auth);
            foreach (var heard in (string[])["progress ${secret:github}", "error ended with: ${secret:github}"])
                Assert.Contains(heard, outputs.ToString());

            foreach (var command in new[]
            {
                "runs --store gateway.db --json", "approvals --store gateway.db", "show r-1 --store gateway.db",
                "show r-1 --store gateway.db --json", "verify --store gateway.db", "verify --store gateway.db --json",
                "fork r-1 --at 3 --store gateway.db", "show r-1-fork-3 --store gateway.db --json", "check s.json --depth 4",
                "check s.json --depth 4 --json",
                "export r-1 --store gateway.db", "replay r-1 --store gateway.db", "tools s.json", "tools s.json --update",
            }) outputs.AppendLine(await OutputAsync(command.Split(' ')));
            var (code, exported, _) = await Commands.RunAsync(_folder.Path, "export", "r-1", "--store", "gateway.db");
            Assert.Equal(0, code);
            await File.WriteAllTextAsync(_folder.File("out.jsonl"), exported);
            Assert.Equal(0, (await Commands.RunAsync(_folder.Path, "import", "out.jsonl", "--store", "other.db")).Code);
            outputs.Append(await OutputAsync("show", "r-1", "--store", "other.db", "--json"));

            // What a model said, kept to be played again.
            File.WriteAllText(_folder.File("m.json"), $$$"""
                {
                  "runId": "m", "goal": "g", "budget": { "maxSteps": 5, "maxToolFailures": 5 }, "policy": "permissive",
                  "secrets": { "github": { "env": "{{{variable}}}", "tools": ["odd__echo"] } },
                  "mcpServers": { "odd": {
                    "command": "dotnet", "args": ["{{{typeof(OddServer).Assembly.Location}}}", "serve", "{{{_folder.Path}}}"],
                    "env": { "OWN": "${secret:github}" }, "tools": { {{{words}}} }
                  } },
                  "decisions": [
                    { "kind": "tool", "name": "odd__variable", "input": { "name": "OWN" } },
                    { "kind": "tool", "name": "odd__echo", "input": { "auth": "${secret:github}" } }, { "kind": "answer", "text": "done" }
                  ]
                }
                """);
            outputs.Append(await OutputAsync("run", "m.json", "--record", "rec.json"));
            Assert.Contains("secret:github", File.ReadAllText(_folder.File("rec.json")));
            NothingHolds(outputs.ToString());
            Assert.Contains(Held, outputs.ToString());
            foreach (var file in Directory.GetFiles(_folder.Path))
            {
                if (Path.GetFileName(file) is "calls.jsonl" or "tools.json") continue;
                NothingHolds(Encoding.Latin1.GetString(File.ReadAllBytes(file)));
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Fact]
    public async Task A_file_that_holds_a_value_is_refused_and_so_is_a_run_without_one()
    {
        const string Variable = "MINIRUNTIME_TEST_SECRET_OF_FILE";
        File.WriteAllText(_folder.File("s.json"), $$"""
            { "runId": "r", "goal": {{Text(Value)}}, "budget": { "maxSteps": 1 }, "secrets": { "github": { "env": "{{Variable}}" } } }
            """);
        var (code, _, errors) = await Commands.RunAsync(_folder.Path, "run", "s.json");
        Assert.Equal((2, $"miniruntime: s.json: The secret 'github' has no value: set the variable {Variable}.\n"), (code, errors));
        Environment.SetEnvironmentVariable(Variable, Value);
        (code, _, errors) = await Commands.RunAsync(_folder.Path, "run", "s.json");
        Assert.Equal(2, code);
        Assert.Contains("It holds the value of one of its secrets", errors);
    }

    private static string Text(string text) => JsonSerializer.Serialize(text);

    private async Task<string> OutputAsync(params string[] command)
    {
        var (_, output, errors) = await Commands.RunAsync(_folder.Path, command);
        return output + errors;
    }

    // Some programs escape some characters and leave others.
    [Theory]
    [InlineData("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==", "wJalrXUtnFEMI/K7MDENG%2BbPxRfiCYEXAMPLEKEY%3D%3D")]
    [InlineData("pass'word&1234567 89", "pass&#x27;word&amp;1234567 89")]
    [InlineData("pass'word&1234567 89", "pass%27word%261234567+89")]
    [InlineData("pass'word&1234567 89", "pass\\u0027word\\u00261234567\\u002089")]
    [InlineData("!a#$%^&*()b", "%21a#%24%25^&amp;*()b")]
    public void A_value_is_found_where_a_part_of_it_is_escaped(string value, string escaped)
    {
        var redacted = Secrets.Read([new NamedSecret("s", "S", [])], _ => value).Redact($"before {escaped} after");
        Assert.StartsWith("before ${secret:s}", redacted);
        Assert.EndsWith(" after", redacted);
    }

    // Quadratic time would show: each of these begins the value, or a form of it, over and over, and some are separators when read as
    // escapes.
    [Theory]
    [InlineData("a")]
    [InlineData("%41")]
    [InlineData("%25%2525")]
    [InlineData("\\u0061")]
    [InlineData("\\\"")]
    [InlineData("&amp;&#97;")]
    [InlineData("a\\\"&#x")]
    [InlineData("\\u0026")]
    [InlineData("%26")]
    [InlineData("&#x26;")]
    public void A_long_text_of_escapes_and_beginnings_is_looked_through(string part)
    {
        var secrets = Secrets.Read([new NamedSecret("s", "S", [])], static _ => "aaaaaaaabcdef");
        var text = string.Concat(Enumerable.Repeat(part, 400_000 / part.Length));
        Assert.Equal($"{text} ${{secret:s}}.", secrets.Redact($"{text} aaaaaaaab%63\\u0064&#101;f."));
    }

    [Fact]
    public void Names_that_come_to_be_one_are_told_apart_however_many_there_are()
    {
        var secrets = Secrets.Read([new NamedSecret("s", "S", [])], static _ => "abcdefgh");
        var names = Enumerable.Range(0, 40_000).Select(static i =>
            new Json.Field($"a{new string('-', i % 200)}bcdefgh{new string('.', i / 200)}", i));
        var redacted = secrets.Redact(new Json.Object(names.Append(new Json.Field("${secret:s}. 2", 0))));
        Assert.Equal(40_001, redacted.Fields.Select(static field => field.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(redacted.Fields, static field => Assert.StartsWith("${secret:s}", field.Name));
    }

    private static void NothingHolds(string text)
    {
        foreach (var form in _forms.Append(Value[..12]).Append("c4naRy"))
            Assert.DoesNotContain(form, text, StringComparison.OrdinalIgnoreCase);
    }
}
