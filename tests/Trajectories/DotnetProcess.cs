using System.Diagnostics;
using System.Text;

namespace MiniRuntime.Trajectories;

/// <summary>Runs a built program as a process of its own, as a user would.</summary>
internal static class DotnetProcess
{
    public static Task<(int Code, string Output, string Errors)> RunAsync(string program, params string[] arguments) =>
        RunInAsync(Environment.CurrentDirectory, program, arguments);

    public static Task<(int Code, string Output, string Errors)> RunInAsync(string folder, string program, params string[] arguments) =>
        RunWithAsync([], folder, program, arguments);

    /// <summary>The same, with these variables in its environment; one without a value is taken out of it.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunWithAsync(Dictionary<string, string?> variables, string folder,
        string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, (await output).ReplaceLineEndings("\n"), (await errors).ReplaceLineEndings("\n"));
    }
}
