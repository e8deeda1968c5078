using MiniRuntime.Testing;

namespace MiniRuntime.Cli;

/// <summary>
/// How far a long exploration has got, on standard error: one line that changes on a terminal, now and then a line elsewhere.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan _onTerminal = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan _elsewhere = TimeSpan.FromSeconds(5);

    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private TimeSpan _next = Console.IsErrorRedirected ? _elsewhere : TimeSpan.FromSeconds(1);
    private int _shown;

    public void Show(ExplorerProgress progress)
    {
        if (progress.Elapsed < _next) return;
        _next = progress.Elapsed + (_isTerminal ? _onTerminal : _elsewhere);
        var line = Words(progress);
        if (!_isTerminal) Output.Note(line);
        else Console.Error.Write($"\r{line.PadRight(_shown)}");
        _shown = line.Length;
    }

    /// <summary>What is shown.</summary>
    public static string Words(ExplorerProgress progress) => progress.Depth == 0
        ? $"looking for inputs: {progress.Elapsed.TotalSeconds:0} s (Ctrl-C ends it)"
        : $"depth {progress.Depth}: {progress.States:N0} states, {progress.Transitions:N0} transitions, "
            + $"{progress.Elapsed.TotalSeconds:0} s (Ctrl-C reports what was covered)";

    public void Dispose()
    {
        if (_isTerminal && _shown > 0) Console.Error.Write($"\r{new string(' ', _shown)}\r");
    }
}
