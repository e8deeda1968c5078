using System.Diagnostics;
using MiniRuntime.Shell;
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

    // Would catch: what is left out of a line without a word, such as the hash that counts for another reader.
    [Theory]
    [InlineData("{\"hash\":", "{\"note\":1,\"hash\":")]
    [InlineData("{\"hash\":", "{\"hash\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"hash\":")]
    [InlineData("{\"event\":", "{\"more\":1,\"event\":")]
    [InlineData(",\"version\":1}", ",\"version\":1,\"version\":1}")]
    public async Task A_line_holds_what_is_written_there_and_nothing_more(string text, string changed)
    {
        await ExportedAsync();
        var lines = await File.ReadAllLinesAsync(In("out.jsonl"));
        Assert.Contains(text, lines[1]);
        lines[1] = lines[1].Replace(text, changed, StringComparison.Ordinal);
        await File.WriteAllLinesAsync(In("changed.jsonl"), lines);
        Assert.StartsWith("changed.jsonl:2: ", (await RunAsync(2, "import", "changed.jsonl", "--store", "other.db")).Errors);
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

    // Would catch: a name of the store that is not recognised, and a store that is replaced by what was to be taken out of it.
    [Theory]
    [InlineData("runs.db")]
    [InlineData("./nowhere/../runs.db")]
    [InlineData("runs.db-wal")]
    [InlineData("runs.db-shm")]
    [InlineData("link.db")]
    [InlineData("folder/runs.db")]
    [InlineData("folder/runs.db-wal")]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task An_export_does_not_take_the_stores_place(string to)
    {
        await ExportedAsync();
        File.CreateSymbolicLink(In("link.db"), "runs.db");
        Directory.CreateSymbolicLink(In("folder"), ".");
        var before = Files();
        foreach (var store in (string[])["runs.db", "link.db", "folder/link.db"])
            Assert.Contains($"{to}: This is the store itself", (await RunAsync(2, "export", "--store", store, "--to", to)).Errors);
        Assert.Contains("This is the store itself", (await RunAsync(2, "run", "one.json", "--store", "runs.db", "--record", to)).Errors);
        Assert.Equal(before, Files());
        await RunAsync(0, "verify");
    }

    // Would catch: a text that stands for the same event, chained anew, taken for what was written.
    [Fact]
    public async Task A_text_that_is_another_one_than_is_written_for_its_event_is_a_fault()
    {
        await ExportedAsync();
        List<JournalLine> lines;
        await using (var store = SqliteStore.Open(In("runs.db"))) lines = await store.AllLinesAsync("one");
        lines = Journals.Chained(lines.Select(static line => (line.RunId,
            line.Sequence == 2 ? line.Text.Replace("\":", "\": ", StringComparison.Ordinal) : line.Text)));
        Assert.Equal(2, lines[2].Read().Sequence);
        foreach (var (_, sequence, text, hash) in lines)
            Damage("runs.db", $"UPDATE events SET text = '{text}', hash = x'{hash}' WHERE run_id = 'one' AND sequence = {sequence}");
        Damage("runs.db", $"UPDATE runs SET head = x'{lines[^1].Hash}' WHERE run_id = 'one'");
        const string Fault = "event 2: its text is another one than is written for this event.";
        Assert.Contains($"BROKEN    one: {Fault}", (await RunAsync(1, "verify")).Output);
        Assert.Contains($"DIFFERS   {Fault}", (await RunAsync(1, "replay", "one")).Output);
        await RunAsync(0, "replay", "two");
        Assert.Contains($"one: {Fault}", (await RunAsync(1, "export")).Errors);
        Write("spaced.jsonl", string.Concat(lines.Select(static line => JournalFile.Write(line) + "\n")));
        Assert.StartsWith($"spaced.jsonl:3: Run one: {Fault}", (await RunAsync(2, "import", "spaced.jsonl", "--store", "other.db")).Errors);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task A_line_without_end_is_not_waited_for()
    {
        Assert.Equal("/dev/zero:1: This line has more than 100000000 characters, which none of an exported journal has.\n",
            (await RunAsync(2, "import", "/dev/zero", "--store", "x.db")).Errors);
        Assert.Empty(Files());
    }

    private async Task ExportedAsync()
    {
        Answers("one");
        Answers("two");
        await RunAsync(0, "run", "one.json", "two.json", "--store", "runs.db");
        await RunAsync(0, "export", "--to", "out.jsonl");
    }
}
