using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Programs for Node that nobody here wrote, to test against: <c>npm ci</c> in <c>tests/peers</c> puts them there.</summary>
internal static class Peers
{
    /// <summary>Why they cannot be run, or null.</summary>
    public static string? Missing { get; } =
        !HasNode() ? "There is no Node here."
        : !Directory.Exists(Repository.File("tests", "peers", "node_modules")) ? "The peers are not installed: run 'npm ci' in tests/peers."
        : null;

    /// <summary>The program of one of the servers of the Model Context Protocol's own.</summary>
    public static string Server(string name) =>
        Repository.File("tests", "peers", "node_modules", "@modelcontextprotocol", $"server-{name}", "dist", "index.js");

    /// <summary>The Node that is pinned with them: the one that is installed may be too old.</summary>
    public static string Node { get; } = Repository.File("tests", "peers", "node_modules", "node", "bin", "node");

    /// <summary>Runs one of them to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string folder, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Node, [program, .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    private static bool HasNode()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["--version"]) { RedirectStandardOutput = true })!;
            node.WaitForExit();
            return node.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A theory that needs the peers; it is skipped, with the reason, where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute() => Skip = Peers.Missing;
}

/// <summary>A test that needs the peers; it is skipped, with the reason, where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute() => Skip = Peers.Missing;
}
