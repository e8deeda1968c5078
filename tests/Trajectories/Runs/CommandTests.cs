using MiniRuntime.Core;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>A folder with runs in it, and the commands about them, each a process of its own.</summary>
public abstract class CommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected string Folder => _folder.Path;

    protected static string Refund => Repository.File("scenarios", "waiting", "refund-with-approval.json");

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string In(string name) => _folder.File(name);

    protected void Write(string file, string text) => File.WriteAllText(In(file), text);

    /// <summary>A scenario that answers at once.</summary>
    protected void Answers(string runId) => Write($"{runId}.json",
        $$"""{ "runId": "{{runId}}", "goal": "g", "budget": { "maxSteps": 1 }, "decisions": [{ "kind": "answer", "text": "yes" }] }""");

    protected Task<Json.Object> JsonAsync(params string[] arguments) => Commands.JsonAsync(Folder, arguments);

    /// <summary>Runs a command, which has to end with this exit code.</summary>
    protected async Task<(string Output, string Errors)> RunAsync(int code, params string[] arguments)
    {
        var told = await Commands.RunAsync(Folder, arguments);
        Assert.True(told.Code == code, $"{string.Join(' ', arguments)}: exit {told.Code}\n{told.Output}{told.Errors}");
        return (told.Output, told.Errors);
    }

    protected static string Text(Json value, params string[] path) => ((Json.String)Commands.At(value, path)!).Value;

    /// <summary>Changes the file of a store, as damage does.</summary>
    protected void Damage(string store, string statement)
    {
        using var raw = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={In(store)};Pooling=False");
        raw.Open();
        using var command = raw.CreateCommand();
        command.CommandText = statement;
        Assert.NotEqual(0, command.ExecuteNonQuery());
    }

    protected List<string> Files() =>
        [.. Directory.GetFileSystemEntries(Folder).Select(static path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
}
