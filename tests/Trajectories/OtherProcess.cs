using System.Diagnostics;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>These tests' own program, for what only another process can do: <c>dotnet Trajectories.dll …</c></summary>
internal static class OtherProcess
{
    public static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["write", var path, var name, var runs, var contested]:
                await WriteAsync(path, name, int.Parse(runs), int.Parse(contested));
                return 0;
            case ["append", var path, var runId, var steps]:
                await AppendAsync(path, runId, int.Parse(steps));
                return 0;
            case ["drive", var folder, var later, var dieAt]:
                Console.Write(await new CrashingRun(folder, int.Parse(later)).DriveAsync(int.Parse(dieAt)));
                return 0;
            case ["serve", var folder]:
                using (var output = new StreamWriter(Console.OpenStandardOutput()))
                    await new OddServer(folder, Console.In, output).ServeAsync();
                return 0;
            case ["crashing-server", var folder]:
                await new CrashingServer(folder).ServeAsync();
                return 0;
            case ["suite-server"]:
                await SuiteServer.ServeAsync();
                return 0;
            case ["suite-client", var folder, var tool, var url]:
                return await SuiteClient.RunAsync(folder, tool, url);
            case ["drive-crowd", var folder, var later, var runs]:
                await new Crowd(folder, int.Parse(later)).DriveAsync(int.Parse(runs));
                return 0;
            case ["answer-crowd", var folder, var later, var runs]:
                await new Crowd(folder, int.Parse(later)).AnswerAsync(int.Parse(runs));
                return 0;
            case ["lab"]:
                await LabAnswers.ServeAsync();
                return 0;
            case ["lab-odd", var how]:
                return await LabAnswers.MisbehaveAsync(how);
            case ["slow", var folder, var tool]:
                return await new SlowTool(folder).DriveAsync(tool);
            default:
                return 2;
        }
    }

    /// <summary>Runs the program to its end.</summary>
    public static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        DotnetProcess.RunAsync(typeof(OtherProcess).Assembly.Location, arguments);

    /// <summary>Starts the program.</summary>
    public static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(OtherProcess).Assembly.Location, .. arguments]) { RedirectStandardOutput = true })!;

    // Writes that many runs of its own at once, event by event, and each of the contested ones that nobody else got. Says which it got.
    private static async Task WriteAsync(string path, string name, int runs, int contested)
    {
        await using var store = SqliteStore.Open(path);
        await Task.WhenAll(Enumerable.Range(0, runs).Select(i => Task.Run(() => TriesAsync($"{name}_{i}"))));
        for (var i = 0; i < contested; i++)
            if (await TriesAsync($"contested_{i}")) Console.WriteLine($"contested_{i}");

        // The goal says who wrote it.
        async Task<bool> TriesAsync(string runId)
        {
            try
            {
                var lease = await store.AcquireAsync(runId, name, Journals.Hour);
                foreach (var traced in Journals.Of(runId, steps: 2, text: name)) await store.AppendAsync(lease, [traced]);
                await store.ReleaseAsync(lease);
                return true;
            }
            catch (Exception e) when (e is RunIsDrivenException or JournalConflictException)
            {
                return false;
            }
        }
    }

    // Goes on with a run, event by event, and says each that is kept.
    private static async Task AppendAsync(string path, string runId, int steps)
    {
        await using var store = SqliteStore.Open(path);
        var lease = await store.AcquireAsync(runId, "me", TimeSpan.Zero);
        foreach (var traced in Journals.Of(runId, steps).Skip((await store.ReadAsync(runId)).Count))
        {
            await store.AppendAsync(lease, [traced]);
            Console.WriteLine(traced.Sequence);
        }
    }
}
