using System.Runtime.Versioning;
using System.Text.Json;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>What a person at a terminal sees of a model's text as it comes.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StreamedTextTests
{
    // Would catch: a secret that is looked for word by word, and is more than one word.
    [Fact]
    public async Task A_secret_with_blanks_in_it_is_not_shown_word_by_word()
    {
        const string Value = "correct horse battery staple";
        using var folder = new TemporaryFolder();
        await using var provider = LoopbackEndpoint.Streaming(
            [.. $"It is {Value}, isn't it? A cow is none.".Chunk(3).Select(static piece => $"data: {Piece(new string(piece), null)}"),
                $"data: {Piece("", "stop")}", "data: [DONE]"]);
        await File.WriteAllTextAsync(folder.File("s.json"), $$"""
            { "runId": "r", "goal": "g", "budget": { "maxSteps": 1 },
              "secrets": { "phrase": { "env": "PHRASE", "tools": [] } },
              "model": { "provider": "openai", "name": "m", "endpoint": "{{provider.Url}}v1" } }
            """);
        using var terminal = Terminals.Start(folder.Path, "run s.json", new() { ["PHRASE"] = Value });
        var shown = await Terminals.ShownAsync(terminal, "stopped");
        await terminal.WaitForExitAsync();
        Assert.Contains("says      ", shown);
        Assert.Contains("It is ${secret:phrase}, isn't it? A cow is none.", shown);
        Assert.All(Value.Split(' '), word => Assert.DoesNotContain(word, shown, StringComparison.Ordinal));
    }

    private static string Piece(string text, string? end) => JsonSerializer.Serialize(new
    {
        id = "c", @object = "chat.completion.chunk", created = 1, model = "m",
        choices = new[] { new { index = 0, delta = new { role = "assistant", content = text }, finish_reason = end } },
    });
}
