using System.Collections.Immutable;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>What a tool does, given a permit. Its call id is the idempotency key.</summary>
/// <param name="permit">The permit, with the exact call.</param>
/// <param name="cancel">Asks the tool to give up: its time is over, or the run is cancelled.</param>
public delegate Task<ToolResult> ToolFunction(AuthorizedCall permit, CancellationToken cancel);

/// <summary>
/// What is done for a call before anything happens in the world: to connect, to look whether all is still as it was approved. It may take
/// its time, and in the meantime somebody may cancel the run, or take it over: so the store is asked once more, right before what it gives
/// is carried out.
/// </summary>
/// <param name="permit">The permit, with the exact call.</param>
/// <param name="cancel">Asks it to give up.</param>
/// <returns>What carries the call out. What is thrown is an error, of a write too, for nothing has happened; unless it is a repetition.</returns>
public delegate Task<ToolFunction> ToolPreparation(AuthorizedCall permit, CancellationToken cancel);

/// <summary>Functions bound by name to the tools that an agent describes. Immutable: binding gives a new toolbox.</summary>
public sealed class Toolbox
{
    private readonly ImmutableDictionary<string, Bound> _tools;

    private Toolbox(ImmutableDictionary<string, Bound> tools) => _tools = tools;

    /// <summary>The toolbox with nothing in it.</summary>
    public static Toolbox Empty { get; } = new(ImmutableDictionary.Create<string, Bound>(StringComparer.Ordinal));

    /// <summary>With a function for the tool of this name, in place of one that it may have had.</summary>
    public Toolbox Bind(string tool, ToolFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new Toolbox(_tools.SetItem(tool, new Bound(null, function)));
    }

    /// <summary>The same, for a tool that has something to do before it does anything.</summary>
    public Toolbox BindPrepared(string tool, ToolPreparation preparation)
    {
        ArgumentNullException.ThrowIfNull(preparation);
        return new Toolbox(_tools.SetItem(tool, new Bound(preparation, null)));
    }

    /// <summary>
    /// With results in turn for the tool of this name, one for each execution; the last one repeats. The turn is the toolbox's own, so
    /// use one per run.
    /// </summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="results">The results, at least one.</param>
    /// <param name="executed">How many executions there were before.</param>
    /// <exception cref="ArgumentException">There are no results.</exception>
    public Toolbox Bind(string tool, Seq<ToolResult> results, int executed = 0)
    {
        if (results.Count == 0) throw new ArgumentException($"The tool '{tool}' needs at least one result.", nameof(results));
        var turn = executed - 1;
        return Bind(tool, (_, _) => Task.FromResult(results[Math.Min(Interlocked.Increment(ref turn), results.Count - 1)]));
    }

    /// <summary>With something around what the tool of this name does, but for its preparation.</summary>
    /// <exception cref="KeyNotFoundException">There is no such tool.</exception>
    public Toolbox Wrap(string tool, Func<ToolFunction, ToolFunction> around)
    {
        ArgumentNullException.ThrowIfNull(around);
        var bound = _tools[tool];
        return bound.Function is { } function ? Bind(tool, around(function))
            : BindPrepared(tool, async (permit, cancel) => around(await bound.Preparation!(permit, cancel)));
    }

    /// <summary>What is bound to the tool of this name, or null.</summary>
    internal Bound? this[string tool] => _tools.GetValueOrDefault(tool);

    /// <summary>One of the two.</summary>
    internal sealed record Bound(ToolPreparation? Preparation, ToolFunction? Function);
}
