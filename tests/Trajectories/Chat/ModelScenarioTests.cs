using System.Text;
using MiniRuntime.Cli;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Scenarios that ask a model, by the command, with the provider mocked on the wire.</summary>
public sealed class ModelScenarioTests
{
    private const string Shipped = "files-with-model.json";

    // Would catch: an example that does not go as it says, a recording that does not play, and a model that is asked when it plays.
    [PeerFact]
    public async Task The_shipped_example_asks_a_model_and_what_it_said_can_be_played_again()
    {
        using var folder = new TemporaryFolder();
        var (file, session) = (folder.File(Shipped), folder.File("session.json"));
        var text = await File.ReadAllTextAsync(Repository.File("scenarios", "real", Shipped));
        File.Copy(Repository.File("scenarios", "real", $"{Shipped}.tools.lock"), $"{file}.tools.lock");
        await using (var mock = await MockedProvider.WithAsync(Repository.File("tests", "peers", "answers", "files.json")))
        {
            await File.WriteAllTextAsync(file, text.Replace("http://127.0.0.1:4010/v1", mock.OpenAI.AbsoluteUri, StringComparison.Ordinal));
            var (code, output, errors) = await Commands.RunAsync(Repository.Root, "run", file, "--record", session);
            Assert.Equal((0, ""), (code, errors));
            Assert.Contains("3 at once, taken one by one", output);
            Assert.Contains("ran       fs__read_text_file: ok", output);
            Assert.Contains("read_only", output);
            Assert.Contains("pass nothing_is_written", output);
            Assert.Contains("pass looks_before_it_answers", output);
            Assert.Equal(2, (await mock.AskedAsync()).Count);
            // The mock goes on, and whoever tries it again sees the same.
            Assert.Equal(output, (await Commands.RunAsync(Repository.Root, "run", file)).Output);
        }
        File.Copy($"{file}.tools.lock", $"{session}.tools.lock");
        var played = await Commands.RunAsync(Repository.Root, "run", session, "--json");
        Assert.Equal(0, played.Code);
        Assert.Contains("\"tokens\":2300", played.Output);
        Assert.DoesNotContain("\"model\"", await File.ReadAllTextAsync(session));
    }

    // Would catch: somebody's key in what is sent to whoever an endpoint names, or in anything that is written.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_goes_where_the_scenario_says_and_nowhere_else(bool named)
    {
        const string Key = "sk-canary-0123456789";
        using var folder = new TemporaryFolder();
        // A provider that keeps what it was sent, and gives the key away.
        await using var provider = Answering($"Your key is {Key}.");
        await File.WriteAllTextAsync(folder.File("s.json"), $$"""
            { "runId": "r", "goal": "g", "budget": { "maxSteps": 1 },
              "model": { "provider": "openai", "name": "m", "endpoint": "{{provider.Url}}v1", "stream": false{{(
                named ? ", \"apiKey\": { \"env\": \"OPENAI_API_KEY\" }" : "")}} } }
            """);
        var (code, output, errors) = await Commands.RunWithAsync(new() { ["OPENAI_API_KEY"] = Key }, folder.Path, "run", "s.json",
            "--store", "runs.db", "--json", "--record", "session.json");
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains(named ? $"Authorization: Bearer {Key}" : "Authorization: Bearer none", Assert.Single(provider.Asked));
        if (!named) return;
        Assert.Contains("Your key is ${secret:model key}.", output);
        Assert.All(Directory.GetFiles(folder.Path).Select(File.ReadAllBytes).Select(Encoding.Latin1.GetString).Append(output),
            text => Assert.DoesNotContain(Key, text, StringComparison.Ordinal));
    }

    // Would catch: a credential, a header or an address of the environment that a provider's library takes up unasked.
    [Theory]
    [InlineData("openai", false)]
    [InlineData("openai", true)]
    [InlineData("anthropic", false)]
    [InlineData("anthropic", true)]
    public async Task Nothing_of_the_environment_is_sent_but_what_the_scenario_names(string provider, bool named)
    {
        const string Canary = "canary-0123456789";
        using var folder = new TemporaryFolder();
        await using var endpoint = Answering("done");
        await File.WriteAllTextAsync(folder.File("s.json"), $$"""
            { "runId": "r", "goal": "g", "budget": { "maxSteps": 1 },
              "model": { "provider": "{{provider}}", "name": "m", "endpoint": "{{endpoint.Url}}", "stream": false{{(
                named ? ", \"apiKey\": { \"env\": \"NAMED_KEY\" }" : "")}} } }
            """);
        var variables = Everywhere(Canary);
        variables["NAMED_KEY"] = "sk-named-0123456789";
        var (code, output, errors) = await Commands.RunWithAsync(variables, folder.Path, "run", "s.json", "--json");
        Assert.Equal((0, ""), (code, errors));
        var asked = Assert.Single(endpoint.Asked);
        Assert.DoesNotContain(Canary, asked);
        Assert.Equal(named, asked.Contains("Authorization: Bearer sk-named-0123456789", StringComparison.Ordinal));
        Assert.DoesNotContain(Canary, output);
    }

    // Would catch: a key, which is the provider's, that a variable of the environment sends to somebody else.
    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task A_providers_own_endpoint_is_not_where_the_environment_says(string provider)
    {
        using var folder = new TemporaryFolder();
        await using var elsewhere = Answering("stolen");
        await File.WriteAllTextAsync(folder.File("s.json"), $$"""
            { "runId": "r", "goal": "g", "budget": { "maxSteps": 1 },
              "model": { "provider": "{{provider}}", "name": "m", "apiKey": { "env": "NAMED_KEY" } } }
            """);
        var variables = Everywhere("canary-0123456789");
        foreach (var name in new[] { "ANTHROPIC_BASE_URL", "OPENAI_BASE_URL", "OPENAI_API_BASE" }) variables[name] = $"{elsewhere.Url}";
        variables["NAMED_KEY"] = "sk-named-0123456789";
        // Nobody is there, and so nothing leaves this machine.
        variables["HTTPS_PROXY"] = "http://127.0.0.1:9";
        var (code, output, _) = await Commands.RunWithAsync(variables, folder.Path, "run", "s.json", "--json");
        Assert.NotEqual(0, code);
        Assert.Contains("model_failure", output);
        Assert.Empty(elsewhere.Asked);
    }

    private static Dictionary<string, string?> Everywhere(string canary) => new()
    {
        ["ANTHROPIC_API_KEY"] = canary, ["ANTHROPIC_AUTH_TOKEN"] = canary, ["ANTHROPIC_IDENTITY_TOKEN"] = canary,
        ["ANTHROPIC_PROFILE"] = canary, ["ANTHROPIC_WORKSPACE_ID"] = canary, ["ANTHROPIC_ORGANIZATION_ID"] = canary,
        ["ANTHROPIC_CUSTOM_HEADERS"] = $"X-Custom: {canary}\nUser-Agent: {canary}\nanthropic-beta: {canary}\nCookie: {canary}",
        ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:9", ["OPENAI_API_KEY"] = canary, ["OPENAI_ORG_ID"] = canary, ["OPENAI_PROJECT_ID"] = canary,
    };

    // Both providers' fields in one: each library takes its own.
    private static LoopbackEndpoint Answering(string text) => LoopbackEndpoint.Saying($$"""
        { "id": "c", "object": "chat.completion", "created": 1, "type": "message", "role": "assistant", "model": "m", "choices": [
          { "index": 0, "message": { "role": "assistant", "content": "{{text}}" }, "finish_reason": "stop" }],
          "content": [{ "type": "text", "text": "{{text}}" }], "stop_reason": "end_turn", "stop_sequence": null,
          "usage": { "input_tokens": 1, "output_tokens": 1, "prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2 } }
        """);

    // Would catch: a tool that gets the model's key under the name of a secret that it is granted.
    [Fact]
    public void No_secret_of_a_scenario_stands_for_the_models_key()
    {
        const string Variable = "MINIRUNTIME_TEST_MODELS_KEY", Other = "MINIRUNTIME_TEST_OTHER_KEY";
        Environment.SetEnvironmentVariable(Variable, "sk-the-models-0123456789");
        Environment.SetEnvironmentVariable(Other, "the-other");
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("s.json"), $$"""
            { "runId": "r", "goal": "g", "budget": { "maxSteps": 1 },
              "secrets": { "model_key": { "env": "{{Other}}", "tools": ["*"] } },
              "model": { "provider": "openai", "name": "m", "apiKey": { "env": "{{Variable}}" } } }
            """);
        var held = HeldSecrets.Of(Play.Read(folder.File("s.json")));
        Assert.Equal("the-other", held.Reveal("${secret:model_key}"));
        var redacted = held.Redact("It is sk-the-models-0123456789.");
        Assert.Equal("It is ${secret:model key}.", redacted);
        Assert.Equal(redacted, held.Reveal(redacted));
    }

    // Would catch: a recording that is written, and cannot be read.
    [Fact]
    public async Task What_is_too_long_to_be_played_again_is_not_written()
    {
        using var folder = new TemporaryFolder();
        var said = new string('a', 17 << 20);
        var fault = await SavedScenario.WriteAsync(folder.File("session.json"), "{}"u8.ToArray(), [], scenario => scenario["goal"] = said);
        Assert.Contains("16 MiB", fault);
        Assert.False(File.Exists(folder.File("session.json")));
    }

    [Theory]
    [InlineData("", "needs a key: set the variable OPENAI_API_KEY")]
    [InlineData("--model=anthropic:claude", "needs a key: set the variable ANTHROPIC_API_KEY")]
    public async Task What_cannot_be_asked_is_said_before_anything_runs(string option, string fault)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("s.json");
        await File.WriteAllTextAsync(file, """
            { "runId": "r", "goal": "g", "budget": { "maxSteps": 1 }, "model": { "provider": "openai", "name": "m" } }
            """);
        string[] arguments = ["run", file, .. option.Length == 0 ? Array.Empty<string>() : [option]];
        var (code, output, errors) = await Commands.RunWithAsync(new() { ["OPENAI_API_KEY"] = null, ["ANTHROPIC_API_KEY"] = null },
            Repository.Root, arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(fault, errors);
    }
}
