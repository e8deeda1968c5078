// The projects around this file have lock files; it needs none.
#:property RestorePackagesWithLockFile=false
using System.Text.Json.Nodes;

while (Console.ReadLine() is { } line)
    Console.WriteLine(new JsonObject { ["state"] = Run(JsonNode.Parse(line)!) }.ToJsonString());

// Yours to write: one question, and no loop yet.
static JsonObject Run(JsonNode scenario)
{
    var decision = scenario["decisions"]?.AsArray().FirstOrDefault();
    return new JsonObject
    {
        ["runId"] = (string?)scenario["runId"],
        ["steps"] = 1,
        ["stopReason"] = "success",
        ["answer"] = (string?)decision?["text"],
        ["toolsCalled"] = new JsonArray(),
        ["observations"] = new JsonArray(
            new JsonObject { ["kind"] = "decision", ["summary"] = (string?)decision?["kind"] ?? "stop" }),
    };
}
