using System.Net;
using System.Net.Sockets;
using System.Text;
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
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_goes_where_the_scenario_says_and_nowhere_else(bool named)
    {
        const string Key = "sk-canary-0123456789";
        using var folder = new TemporaryFolder();
        // A provider that keeps what it was sent, and gives the key away.
        using var provider = new HttpListener();
        var port = FreePort();
        provider.Prefixes.Add($"http://127.0.0.1:{port}/");
        provider.Start();
        var asked = AnswerAsync(provider, $"Your key is {Key}.");
        await File.WriteAllTextAsync(folder.File("s.json"), $$"""
            { "runId": "r", "goal": "g", "budget": { "maxSteps": 1 },
              "model": { "provider": "openai", "name": "m", "endpoint": "http://127.0.0.1:{{port}}/v1", "stream": false{{(
                named ? ", \"apiKey\": { \"env\": \"OPENAI_API_KEY\" }" : "")}} } }
            """);
        var (code, output, errors) = await Commands.RunWithAsync(new() { ["OPENAI_API_KEY"] = Key }, folder.Path, "run", "s.json",
            "--store", "runs.db", "--json", "--record", "session.json");
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(named ? $"Bearer {Key}" : "Bearer none", await asked);
        if (!named) return;
        Assert.Contains("Your key is ${secret:model_key}.", output);
        Assert.All(Directory.GetFiles(folder.Path).Select(File.ReadAllBytes).Select(Encoding.Latin1.GetString).Append(output),
            text => Assert.DoesNotContain(Key, text, StringComparison.Ordinal));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string?> AnswerAsync(HttpListener provider, string text)
    {
        var context = await provider.GetContextAsync();
        context.Response.ContentType = "application/json";
        await using (context.Response.OutputStream)
        {
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($$"""
                { "id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [
                  { "index": 0, "message": { "role": "assistant", "content": "{{text}}" }, "finish_reason": "stop" }] }
                """));
        }
        return context.Request.Headers["Authorization"];
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
