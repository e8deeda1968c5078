using System.Collections.Immutable;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>What a tool does, given a permit. Its call id is the idempotency key.</summary>
/// <param name="permit">The permit, with the exact call.</param>
/// <param name="cancel">Asks the tool to give up: its time is over, or the run is cancelled.</param>
public delegate Task<ToolResult> ToolFunction(AuthorizedCall permit, CancellationToken cancel);

/// <summary>Functions bound by name to the tools that an agent describes. Immutable: binding gives a new toolbox.</summary>
public sealed class Toolbox
{
    private readonly ImmutableDictionary<string, ToolFunction> _functions;

    private Toolbox(ImmutableDictionary<string, ToolFunction> functions) => _functions = functions;

    /// <summary>The toolbox with nothing in it.</summary>
    public static Toolbox Empty { get; } = new(ImmutableDictionary.Create<string, ToolFunction>(StringComparer.Ordinal));

    /// <summary>With a function for the tool of this name, in place of one that it may have had.</summary>
    public Toolbox Bind(string tool, ToolFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new Toolbox(_functions.SetItem(tool, function));
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

    /// <summary>The function for the tool of this name, or null.</summary>
    public ToolFunction? this[string tool] => _functions.GetValueOrDefault(tool);
}
