using System.Diagnostics;
using System.Text;

namespace MiniRuntime.Trajectories;

/// <summary>Runs a built program as a process of its own, as a user would.</summary>
internal static class DotnetProcess
{
    public static Task<(int Code, string Output, string Errors)> RunAsync(string program, params string[] arguments) =>
        RunInAsync(Environment.CurrentDirectory, program, arguments);

    public static async Task<(int Code, string Output, string Errors)> RunInAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output).ReplaceLineEndings("\n"), (await errors).ReplaceLineEndings("\n"));
    }
}
