namespace MiniRuntime.Cli;

/// <summary>Where a file is, however it is named.</summary>
internal static class Place
{
    /// <summary>Whether two paths lead to the same place, through whatever links and spellings; whether anything is there or not.</summary>
    public static bool IsSame(string one, string other) => string.Equals(Of(one), Of(other),
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    /// <summary>The place that a path leads to, in full. Folders can be links too.</summary>
    public static string Of(string path)
    {
        if (path.Length == 0) return path;
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } folder) return full;
        var place = Path.Combine(Of(folder), Path.GetFileName(full));
        FileSystemInfo there = Directory.Exists(place) ? new DirectoryInfo(place) : new FileInfo(place);
        return there.LinkTarget is null ? place : Of(there.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }
}
