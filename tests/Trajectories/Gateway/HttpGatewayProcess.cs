using System.Diagnostics;

namespace MiniRuntime.Trajectories;

/// <summary><c>miniruntime gateway … --http</c> as a process of its own.</summary>
internal sealed class HttpGatewayProcess : IDisposable
{
    private readonly Process _process;

    private HttpGatewayProcess(Process process, Uri address, string token) => (_process, Address, Token) = (process, address, token);

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>What it wants to be told.</summary>
    public string Token { get; }

    /// <summary>Starts it; it listens when this returns.</summary>
    public static async Task<HttpGatewayProcess> StartAsync(string folder, string? token = null, string scenario = "s.json")
    {
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "miniruntime.dll"), "gateway", scenario, "--store", "gateway.db", "--http", "--port", "0",
        ])
        {
            WorkingDirectory = folder, RedirectStandardError = true,
        };
        // Nothing that makes other servers listen elsewhere has a say here.
        (start.Environment["ASPNETCORE_URLS"], start.Environment["URLS"]) = ("http://0.0.0.0:1", "http://0.0.0.0:1");
        if (token is not null) start.Environment["MINIRUNTIME_GATEWAY_TOKEN"] = token;
        var process = Process.Start(start)!;
        Uri? address = null;
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("The gateway listens at ", StringComparison.Ordinal)) address = new Uri(line.Split(' ')[^1]);
            if (line.Split("'Authorization: Bearer ") is not [_, var rest]) continue;
            // So that it never waits for somebody to read.
            _ = process.StandardError.ReadToEndAsync();
            return new HttpGatewayProcess(process, address!, token ?? rest.Split('\'')[0]);
        }
        throw new InvalidOperationException($"The gateway ended with {process.ExitCode}.");
    }

    /// <summary>Ends it with a signal, and gives its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])) await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
