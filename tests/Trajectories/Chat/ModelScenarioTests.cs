using MiniRuntime.Core;
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
        }
        File.Copy($"{file}.tools.lock", $"{session}.tools.lock");
        var played = await Commands.RunAsync(Repository.Root, "run", session, "--json");
        Assert.Equal(0, played.Code);
        Assert.Contains("\"tokens\":2300", played.Output);
        Assert.DoesNotContain("\"model\"", await File.ReadAllTextAsync(session));
    }

    // Would catch: somebody's key in what is sent to whoever an endpoint names, or in anything that is written.
    [PeerFact]
    public async Task A_key_goes_where_the_scenario_says_and_nowhere_else()
    {
        const string Key = "sk-canary-0123456789";
        using var folder = new TemporaryFolder();
        await using var mock = await MockedProvider.StartAsync($$"""[{ "match": {}, "response": { "content": "Your key is {{Key}}." } }]""");
        foreach (var named in new[] { false, true })
        {
            var (file, store) = (folder.File($"{named}.json"), folder.File($"{named}.db"));
            await File.WriteAllTextAsync(file, $$"""
                { "runId": "r", "goal": "g", "budget": { "maxSteps": 1 },
                  "model": { "provider": "openai", "name": "m", "endpoint": "{{mock.OpenAI}}"{{(named ? ", \"apiKey\": { \"env\": \"OPENAI_API_KEY\" }" : "")}} } }
                """);
            var (code, output, errors) = await Commands.RunWithAsync(new() { ["OPENAI_API_KEY"] = Key }, Repository.Root, "run", file, "--store", store, "--json", "--record", folder.File("session.json"));
            Assert.Equal(0, code);
            Assert.Equal(named, (await mock.ReceivedAsync()).Contains($"Bearer {Key}", StringComparison.Ordinal));
            if (!named) continue;
            var written = Directory.GetFiles(folder.Path).Select(File.ReadAllBytes).Select(System.Text.Encoding.Latin1.GetString);
            Assert.All(written.Append(output).Append(errors), text => Assert.DoesNotContain(Key, text, StringComparison.Ordinal));
            Assert.Contains("Your key is ${secret:model_key}.", output);
        }
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
