using System.Diagnostics;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Journals on their way out of a store and into another.</summary>
public sealed class JournalCommandTests : CommandTests
{
    [Fact]
    public async Task What_an_editor_makes_of_a_file_does_not_matter()
    {
        await ExportedAsync();
        var lines = await File.ReadAllLinesAsync(In("out.jsonl"));
        foreach (var (name, text) in new[]
        {
            ("blank", string.Join('\n', lines) + "\n\n"), ("crlf", string.Join("\r\n", lines) + "\r\n\r\n"), ("bom", "\ufeff" + string.Join('\n', lines)),
        })
        {
            Write(name, text);
            await RunAsync(0, "import", name, "--store", $"{name}.db");
            await RunAsync(0, "export", "--to", $"{name}.again", "--store", $"{name}.db");
            Assert.Equal(lines, await File.ReadAllLinesAsync(In($"{name}.again")));
        }
        Write("nothing", "\n \n");
        Assert.StartsWith("nothing: The file holds no journal.", (await RunAsync(2, "import", "nothing", "--store", "x.db")).Errors);
    }

    [Fact]
    public async Task An_import_takes_all_runs_over_or_none()
    {
        await ExportedAsync();
        Answers("two");
        await RunAsync(0, "run", "two.json", "--store", "other.db");
        var (_, errors) = await RunAsync(6, "import", "out.jsonl", "--store", "other.db");
        Assert.Contains("Run two: there is a run of this name", errors);
        Assert.Contains("Nothing was taken over.", errors);
        Assert.Contains("\"runs\":[{", $"{await JsonAsync("runs", "--store", "other.db", "--id", "two")}");
        Assert.Equal("{\"runs\":[]}", $"{await JsonAsync("runs", "--store", "other.db", "--id", "one")}");
        await RunAsync(2, "import", "one.json", "--store", "none.db");
        Assert.DoesNotContain("none.db", Files());
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task An_export_goes_into_a_pipe_or_a_device_and_leaves_it_there()
    {
        await ExportedAsync();
        var whole = await File.ReadAllTextAsync(In("out.jsonl"));
        using (var made = Process.Start("mkfifo", [In("pipe")]))
        {
            await made.WaitForExitAsync();
            Assert.Equal(0, made.ExitCode);
        }
        // Opening it waits for whoever writes.
        var read = Task.Run(() => File.ReadAllText(In("pipe")));
        await RunAsync(0, "export", "--to", "pipe");
        Assert.Equal(whole, await read);

        Assert.Equal(whole, (await RunAsync(0, "export", "--to", "/dev/stdout")).Output);
        Assert.Contains("No space left", (await RunAsync(74, "export", "--to", "/dev/full")).Errors);
        await RunAsync(2, "export", "--to", "nowhere/out.jsonl");
        Assert.Equal(["one.json", "out.jsonl", "pipe", "runs.db", "two.json"], Files());
        Assert.Equal(0, new FileInfo(In("pipe")).Length);
    }

    private async Task ExportedAsync()
    {
        Answers("one");
        Answers("two");
        await RunAsync(0, "run", "one.json", "two.json", "--store", "runs.db");
        await RunAsync(0, "export", "--to", "out.jsonl");
    }
}
