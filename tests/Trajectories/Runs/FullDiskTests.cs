using System.Diagnostics;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>A store on a disk without room, a real one: a file system of 1 MB, in memory, that only its own processes see.</summary>
public sealed class FullDiskTests : CommandTests
{
    // Would catch: a store that is called damaged because there is no room, or of which nobody learns that room is all that it lacks.
    [FullDiskFact]
    public async Task On_a_full_disk_whoever_looks_can_and_whoever_writes_is_told_that_it_is_full()
    {
        Answers("one");
        Answers("two");
        await RunAsync(5, "run", "one.json", Refund, "--store", "runs.db");
        await RunAsync(0, "export", "--to", "out.jsonl");
        // As a process leaves it that is killed: what its log holds, nobody can find there without making the index to it, beside it.
        await using (var store = SqliteStore.Open(In("killed.db")))
        {
            await store.KeepAsync("run_1");
            foreach (var part in (string[])["", "-wal"]) File.Copy(In("killed.db" + part), In("left.db" + part));
        }
        string[] looks = ["runs", "show refund_17", "approvals", "verify", "replay refund_17", "export"],
            writes =
            [
                "cancel refund_17", "approve refund_17:1#8 --as bob", "resume refund_17", "resume --all", "delete one",
                "delete --older-than 0", "fork one --at 1", "run ../two.json --store runs.db", "run ../two.json --store new.db",
                "import ../out.jsonl --store new.db", "verify --store left.db", "runs --store left.db", "export --store left.db",
            ],
            withRoom =
            [
                "verify", "run ../two.json --store runs.db", "cancel refund_17", "verify --store left.db",
                "import ../out.jsonl --store new.db",
            ];

        var told = await OnFullDiskAsync([.. looks, .. writes, "", .. withRoom]);
        foreach (var (command, code, said) in told.Take(looks.Length)) Assert.True(code == 0, $"{command}: {code} {said}");
        Assert.Equal(await File.ReadAllTextAsync(In("out.jsonl")), told[looks.Length - 1].Said);
        Assert.Contains("whole     refund_17: 9 events", told[3].Said);
        foreach (var (command, code, said) in told.Skip(looks.Length).Take(writes.Length))
        {
            Assert.True(code == 74, $"{command}: {code} {said}");
            Assert.Contains("cannot be written: the disk is full. What was kept before is whole", said);
            Assert.DoesNotContain("BROKEN", said);
        }
        foreach (var (command, code, said) in told.TakeLast(withRoom.Length)) Assert.True(code == 0, $"{command}: {code} {said}");
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task A_store_that_is_taken_away_from_a_command_is_no_bad_input()
    {
        await RunAsync(5, "run", Refund, "--store", "runs.db");
        using var following = Process.Start(new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), "show", "refund_17", "--follow"])
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        await following.StandardOutput.ReadLineAsync();
        File.Move(In("runs.db"), In("elsewhere.db"));
        var errors = await following.StandardError.ReadToEndAsync();
        await following.WaitForExitAsync();
        Assert.Contains("runs.db is gone: somebody moved, deleted or replaced it", errors);
        Assert.Equal(74, following.ExitCode);
    }

    // What each command says where these files are and there is no room; an empty one makes room.
    private async Task<List<(string Command, int Code, string Said)>> OnFullDiskAsync(IReadOnlyList<string> commands)
    {
        const string Script = """
            mount -t tmpfs -o size=1m none "$1/full" && cp "$1"/runs.db "$1"/left.db* "$1/full" && cd "$1/full" || exit 1
            cat /dev/zero > fill 2>/dev/null
            program=$2; shift 2
            for command; do
                if [ -z "$command" ]; then rm fill; continue; fi
                dotnet "$program" $command 2>&1
                printf '\0%s\0' $?
            done
            """;
        Directory.CreateDirectory(In("full"));
        using var process = Process.Start(new ProcessStartInfo("unshare", ["-rm", "bash", "-c", Script, "bash", Folder,
            Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), .. commands]) { RedirectStandardOutput = true })!;
        var said = (await process.StandardOutput.ReadToEndAsync()).Split('\0');
        await process.WaitForExitAsync();
        return
        [
            .. commands.Where(static command => command.Length > 0)
                .Select((command, i) => (command, int.Parse(said[2 * i + 1]), said[2 * i])),
        ];
    }

    /// <summary>A test that needs a small file system of its own; where none can be had it is skipped, and says so.</summary>
    private sealed class FullDiskFactAttribute : FactAttribute
    {
        public FullDiskFactAttribute()
        {
            if (!IsToBeHad()) Skip = "No file system can be mounted here (unshare -rm mount -t tmpfs).";
        }

        private static bool IsToBeHad()
        {
            if (!OperatingSystem.IsLinux()) return false;
            using var process = Process.Start(new ProcessStartInfo("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"])
            {
                RedirectStandardError = true,
            })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
