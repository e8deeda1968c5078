using System.Text.Json.Nodes;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Cli;

/// <summary>What a model said in a run, as a scenario that says it again: the same file with a script in the model's place.</summary>
internal static class Recording
{
    /// <summary>Writes it. Gives what went wrong, or null.</summary>
    /// <param name="path">The file.</param>
    /// <param name="original">The scenario that was run.</param>
    /// <param name="trace">The run's events.</param>
    public static Task<string?> WriteAsync(string path, byte[] original, IEnumerable<TraceEvent> trace) =>
        SavedScenario.WriteAsync(path, original, ["model", "decisions"], scenario => scenario["decisions"] =
            new JsonArray([.. Said(trace).Select(static line => SavedScenario.Node($"{Codec.ModelReply.Encode(line)}"))]));

    // Each answer once: what comes from the queue was said before.
    private static IEnumerable<ModelReply> Said(IEnumerable<TraceEvent> trace) =>
        trace.Select(static traced => traced.Fact.Accepted).Where(static accepted => accepted is { Queued: false })
            .Select(static accepted => ModelReply.Of(accepted!.Input, accepted.Stamp)).OfType<ModelReply>();
}
