using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MiniRuntime.Trajectories;

/// <summary>A provider of models that nobody here wrote, mocked on the wire: the real clients speak to it over HTTP.</summary>
internal sealed partial class MockedProvider : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly Process _process;
    private readonly HttpClient _http = new();

    private MockedProvider(TemporaryFolder folder, Process process, Uri url) => (_folder, _process, Url) = (folder, process, url);

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Where it speaks OpenAI's protocol.</summary>
    public Uri OpenAI => new(Url, "v1");

    /// <summary>Starts one.</summary>
    /// <param name="fixtures">What it answers: a JSON array in the mock's own format.</param>
    public static async Task<MockedProvider> StartAsync(string fixtures)
    {
        var folder = new TemporaryFolder();
        var file = folder.File("fixtures.json");
        await File.WriteAllTextAsync(file, $$"""{ "fixtures": {{fixtures}} }""");
        return await StartAsync(folder, file);
    }

    /// <summary>Starts one.</summary>
    /// <param name="file">A file that says what it answers, in the mock's own format.</param>
    public static Task<MockedProvider> WithAsync(string file) => StartAsync(new TemporaryFolder(), file);

    private static async Task<MockedProvider> StartAsync(TemporaryFolder folder, string file)
    {
        var process = Process.Start(new ProcessStartInfo("node",
            [Repository.File("tests", "peers", "node_modules", "@copilotkit", "aimock", "dist", "cli.js"), "-p", "0", "-f", file])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var told = new TaskCompletionSource<string>();
        void Hear(object _, DataReceivedEventArgs line)
        {
            if (line.Data is { } text && Listening().Match(text) is { Success: true } found) told.TrySetResult(found.Value);
        }
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.Exited += (_, _) => told.TrySetException(new InvalidOperationException("The mock ended before it listened."));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new MockedProvider(folder, process, new Uri(await told.Task.WaitAsync(TimeSpan.FromMinutes(1))));
    }

    /// <summary>What it was asked: the bodies of the requests, in order.</summary>
    public async Task<IReadOnlyList<JsonNode>> AskedAsync() =>
        (await _http.GetFromJsonAsync<JsonArray>(new Uri(Url, "__aimock/journal")))!.Select(static entry => entry!["body"]!).ToList();

    /// <summary>All that it received, headers included, as text.</summary>
    public Task<string> ReceivedAsync() => _http.GetStringAsync(new Uri(Url, "__aimock/journal"));

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex(@"http://[0-9a-zA-Z.]+:[0-9]+")]
    private static partial Regex Listening();
}
