using System.Text.Json;

namespace MiniRuntime.Trajectories;

/// <summary>
/// What the conformance suite runs to see a client: <c>miniruntime run</c>, with a scenario that has the suite's server and calls its tool.
/// </summary>
internal static class SuiteClient
{
    /// <summary>Runs it.</summary>
    /// <param name="folder">Where its scenario is written.</param>
    /// <param name="tool">The tool that it calls; none for one that only answers.</param>
    /// <param name="url">Where the suite's server is.</param>
    public static async Task<int> RunAsync(string folder, string tool, string url)
    {
        var call = tool.Length == 0 ? "" : $$"""
            { "kind": "tool", "name": "suite__{{tool}}", "input": {{(tool == "add_numbers" ? """{ "a": 2, "b": 3 }""" : "{}")}} },
            """;
        File.WriteAllText(Path.Combine(folder, "client.json"), $$"""
            {
              "runId": "client", "goal": "g", "budget": { "maxSteps": 3 }, "policy": "permissive",
              "mcpServers": {
                "suite": {
                  "url": {{JsonSerializer.Serialize(url)}}, "protocolVersion": "2025-11-25", "elicitation": "defaults",
                  "tools": { {{(tool.Length == 0 ? "" : $$"""{{JsonSerializer.Serialize(tool)}}: { "sideEffect": "read" }""")}} }
                }
              },
              "decisions": [ {{call}} { "kind": "answer", "text": "done" } ]
            }
            """);
        var (code, output, errors) = await Commands.RunAsync(folder, "run", "client.json");
        Console.Out.Write(output);
        Console.Error.Write(errors);
        return code;
    }
}
