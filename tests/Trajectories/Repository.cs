namespace MiniRuntime.Trajectories;

/// <summary>Where the files of the repository are, seen from the tests.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (System.IO.File.Exists(Path.Combine(at.FullName, "MiniRuntime.sln"))) return at.FullName;
        throw new InvalidOperationException($"No MiniRuntime.sln above {folder}: these tests run inside the repository.");
    }
}
