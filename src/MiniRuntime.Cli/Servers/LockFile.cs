using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>The lock file beside a scenario: what its servers said of their tools when an operator approved of it.</summary>
internal static class LockFile
{
    /// <summary>Where it is.</summary>
    public static string Of(string scenario) => scenario + ".tools.lock";

    /// <summary>What is in it; no pins where there is none.</summary>
    public static Decoded<ToolPins> Read(string scenario) => ToolPins.Read(Of(scenario));

    /// <summary>Writes it, whole or not at all. Gives what went wrong, or null.</summary>
    public static string? Write(string scenario, ToolPins pins)
    {
        var (path, next) = (Of(scenario), $"{Of(scenario)}.{Environment.ProcessId}");
        try
        {
            File.WriteAllText(next, pins.ToLockFile());
            File.Move(next, path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path}: It cannot be written: {e.Message}";
        }
    }
}
