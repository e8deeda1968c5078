using System.Diagnostics;
using System.Text.Json;
using MiniRuntime.Core;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>A governed run over the reference server for files, each command a process of its own.</summary>
public sealed class GovernedFilesystemTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PeerFact]
    public async Task A_run_reads_is_kept_out_waits_for_approval_writes_once_and_survives_its_process()
    {
        Directory.CreateDirectory(_folder.File("data"));
        File.WriteAllText(_folder.File("data/notes.txt"), "the notes");
        File.WriteAllText(_folder.File("secret.txt"), "the secret");
        File.WriteAllText(_folder.File("s.json"), Scenario());

        var (code, output, _) = await Commands.RunAsync(_folder.Path, "run", "s.json", "--store", "runs.db");
        Assert.Equal(5, code);
        Assert.Contains("the notes", output);
        Assert.Contains("Access denied", output);
        Assert.DoesNotContain("the secret", output);
        Assert.False(File.Exists(_folder.File("data/sum.txt")));

        var waiting = await Commands.JsonAsync(_folder.Path, "approvals", "--store", "runs.db");
        var request = ((Json.String)Commands.At(waiting, "waiting", "0", "id")!).Value;
        Assert.Equal(0, (await Commands.RunAsync(_folder.Path, "approve", request, "--as", "bob", "--store", "runs.db")).Code);
        Assert.False(File.Exists(_folder.File("data/sum.txt")));

        // It is killed while it waits for something that takes long, after it has written.
        using (var process = Start("resume", "files_1", "--store", "runs.db"))
        {
            while ((await ShownAsync()).Split("\"type\":\"tool_result\"").Length - 1 < 3) await Task.Delay(50);
            Assert.True(File.Exists(_folder.File("data/sum.txt")));
            process.Kill();
            await process.WaitForExitAsync();
        }
        File.WriteAllText(_folder.File("data/sum.txt"), "changed by somebody else");
        while (await Commands.RunAsync(_folder.Path, "resume", "files_1", "--store", "runs.db") is (not 0 and var resumed, _, var errors))
        {
            // The lease of the process that was killed lasts a while.
            Assert.Equal(6, resumed);
            Assert.Contains("it is driven by", errors);
            await Task.Delay(1000);
        }
        Assert.Equal("changed by somebody else", File.ReadAllText(_folder.File("data/sum.txt")));
        Assert.Equal(0, (await Commands.RunAsync(_folder.Path, "replay", "files_1", "--store", "runs.db")).Code);
    }

    private async Task<string> ShownAsync() =>
        (await Commands.RunAsync(_folder.Path, "show", "files_1", "--store", "runs.db", "--json")).Output;

    private Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), .. arguments])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
        })!;

    private string Scenario() => $$"""
        {
          "runId": "files_1", "goal": "Sum the notes up.", "actor": "ann", "approvals": true,
          "budget": { "maxSteps": 9, "maxToolFailures": 1 },
          "mcpServers": {
            "fs": {
              "command": "node", "args": [{{Text(Peers.Server("filesystem"))}}, {{Text(_folder.File("data"))}}],
              "tools": { "read_text_file": { "sideEffect": "read" }, "write_file": { "atomic": true } }
            },
            "all": { "command": "node", "args": [{{Text(Peers.Server("everything"))}}], "trustAnnotations": true }
          },
          "policy": { "rules": [
            { "when": { "sideEffect": "read" }, "then": "allow" },
            { "when": { "tool": "fs__write_file" }, "then": "approval_required" }
          ] },
          "decisions": [
            { "kind": "tool", "name": "fs__read_text_file", "input": { "path": {{Text(_folder.File("data/notes.txt"))}} } },
            { "kind": "tool", "name": "fs__read_text_file", "input": { "path": {{Text(_folder.File("secret.txt"))}} } },
            {
              "kind": "tool", "name": "fs__write_file",
              "input": { "path": {{Text(_folder.File("data/sum.txt"))}}, "content": "summed up" }
            },
            { "kind": "tool", "name": "all__trigger-long-running-operation", "input": { "duration": 5, "steps": 1 } },
            { "kind": "answer", "text": "done" }
          ]
        }
        """;

    private static string Text(string text) => JsonSerializer.Serialize(text);
}
