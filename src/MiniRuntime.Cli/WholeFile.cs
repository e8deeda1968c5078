namespace MiniRuntime.Cli;

/// <summary>A file that appears whole or not at all, for its owner only: it may hold what people said.</summary>
internal static class WholeFile
{
    /// <summary>Writes it beside its place, and puts it there once it is complete.</summary>
    /// <param name="place">Where it is to be.</param>
    /// <param name="replaces">Whether it takes the place of what stands there. Until then that stays as it is.</param>
    /// <param name="write">Writes what is in it, and closes it.</param>
    /// <exception cref="IOException">It cannot be written, or something stands there that it does not replace.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static async Task<T> WriteAsync<T>(string place, bool replaces, Func<FileStream, Task<T>> write)
    {
        var half = $"{place}.half-{Environment.ProcessId}";
        // Also where a signal ends the process.
        AppDomain.CurrentDomain.ProcessExit += Remove;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Delete };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var written = await write(new FileStream(half, options));
            File.Move(half, place, replaces);
            return written;
        }
        finally
        {
            AppDomain.CurrentDomain.ProcessExit -= Remove;
            Remove(null, EventArgs.Empty);
        }

        // There may not even be the folder.
        void Remove(object? sender, EventArgs exit)
        {
            if (File.Exists(half)) File.Delete(half);
        }
    }
}
