namespace MiniRuntime.Trajectories;

/// <summary>A folder for one test, gone afterwards.</summary>
/// <param name="inMemory">Where the system has a place that is no disk, there: for tests that need no disk and thousands of files.</param>
internal sealed class TemporaryFolder(bool inMemory = false) : IDisposable
{
    private const string Memory = "/dev/shm";

    public string Path { get; } = inMemory && Directory.Exists(Memory)
        ? Directory.CreateDirectory(System.IO.Path.Combine(Memory, $"miniruntime-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("miniruntime-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
