using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;

namespace MiniRuntime.Trajectories;

/// <summary>The command line at a terminal, which is that of <c>script</c>.</summary>
[UnsupportedOSPlatform("windows")]
internal static class Terminals
{
    /// <summary>The key that goes on to the next choice.</summary>
    public const string Down = "\u001b[B";

    private static string Program => Path.Combine(AppContext.BaseDirectory, "miniruntime.dll");

    /// <summary>Runs a command at a terminal of its own, with these variables in its environment.</summary>
    public static Process Start(string folder, string command, Dictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo("script", ["-qefc", $"dotnet '{Program}' {command}", "/dev/null"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["TERM"] = "xterm", ["COLUMNS"] = "100", ["LINES"] = "50" },
        };
        foreach (var (name, value) in variables ?? []) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>What comes on the terminal until this stands there.</summary>
    public static async Task<string> ShownAsync(Process terminal, string until)
    {
        var (told, buffer) = (new StringBuilder(), new char[1000]);
        while (!told.ToString().Contains(until, StringComparison.Ordinal)
            && await terminal.StandardOutput.ReadAsync(buffer) is > 0 and var count)
            told.Append(buffer, 0, count);
        return told.ToString();
    }
}
