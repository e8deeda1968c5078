using System.Runtime.Versioning;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>A store that cannot be written can be looked at, and says so to whoever wants more.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ProtectedStoreTests : CommandTests
{
    // By its header, which asks for a newer SQLite to write it: that keeps everybody from writing, whoever they are.
    [Fact]
    public async Task Whoever_looks_can_and_whoever_writes_is_told()
    {
        await KeptAsync();
        var bytes = await File.ReadAllBytesAsync(In("runs.db"));
        bytes[18] = 3;
        await File.WriteAllBytesAsync(In("runs.db"), bytes);
        await LooksAsync();
        Answers("two");
        foreach (var command in (string[][])
            [["cancel", "refund_17"], ["approve", "refund_17:1#8", "--as", "bob"], ["resume", "--all"], ["resume", "refund_17"], ["delete", "one"],
                ["fork", "one", "--at", "1"], ["import", "out.jsonl"], ["run", "two.json", "--store", "runs.db"]])
        {
            var (_, errors) = await RunAsync(74, command);
            Assert.Equal($"miniruntime: Store {In("runs.db")} cannot be written: see to it that the file and its folder exist and can be written.\n", errors);
        }
        Assert.Equal(bytes, await File.ReadAllBytesAsync(In("runs.db")));
    }

    // By the rights on the file and its folder, which keep everybody but the system's administrator from writing.
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Rights_do_not_keep_anybody_from_looking(bool file, bool folder)
    {
        await KeptAsync();
        if (file) File.SetUnixFileMode(In("runs.db"), UnixFileMode.UserRead);
        if (folder) File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            await LooksAsync();
        }
        finally
        {
            File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private async Task KeptAsync()
    {
        Answers("one");
        await RunAsync(5, "run", "one.json", Refund, "--store", "runs.db");
        await RunAsync(0, "export", "--to", "out.jsonl");
    }

    private async Task LooksAsync()
    {
        var before = Files();
        Assert.Contains("awaiting_approval", (await RunAsync(0, "runs")).Output);
        Assert.Contains("for approval of refund", (await RunAsync(0, "show", "refund_17")).Output);
        Assert.Contains("for approval of refund", (await RunAsync(0, "approvals")).Output);
        Assert.Contains("whole     refund_17: 9 events", (await RunAsync(0, "verify")).Output);
        await RunAsync(0, "replay", "refund_17");
        await RunAsync(0, "show", "one", "--follow");
        Assert.Equal(await File.ReadAllTextAsync(In("out.jsonl")), (await RunAsync(0, "export")).Output);
        Assert.Equal(before, Files());
    }
}
