using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace MiniRuntime.Trajectories;

/// <summary>
/// An MCP server whose tools do something outside: each appends a line to a file, <c>world.txt</c> in its folder, its name and its
/// idempotency key. Where <c>kill.txt</c> names one of its tools and a moment, it kills the process that called that tool, at that moment.
/// </summary>
internal sealed class CrashingServer(string folder)
{
    // In the order in which they are called. At the last one nobody is killed: what comes after it does not wait for this server.
    public static readonly string[] Tools = ["look", "pay", "note", "mail", "bye"];

    /// <summary>When the process that called a tool is killed.</summary>
    public static readonly string[] Moments =
    [
        // Its permit is on record, and nothing has happened.
        "before",
        // It has happened, and nobody was told.
        "after",
        // It was told that it has happened, and cannot put it on record.
        "told",
        // The result is on record, and perhaps what follows from it; but not the next result, for which this server is needed.
        "recorded",
    ];

    /// <summary>The world: a line for each effect.</summary>
    public static string[] World(string folder) => File.Exists(WorldOf(folder)) ? File.ReadAllLines(WorldOf(folder)) : [];

    /// <summary>What a tool returns.</summary>
    public static string Done(string tool) => $"{tool} done";

    public async Task ServeAsync()
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var message = JsonNode.Parse(line)!;
            if (message["id"] is not { } id) continue;
            switch (message["method"]!.GetValue<string>())
            {
                case "initialize":
                    Answer(id, new JsonObject
                    {
                        ["protocolVersion"] = message["params"]!["protocolVersion"]!.DeepClone(),
                        ["capabilities"] = JsonNode.Parse("""{ "tools": {} }"""),
                        ["serverInfo"] = JsonNode.Parse("""{ "name": "crashing", "version": "1" }"""),
                    });
                    break;
                case "tools/list":
                    Answer(id, new JsonObject
                    {
                        ["tools"] = new JsonArray([.. Tools.Select(static tool => JsonNode.Parse(
                            $$$"""{ "name": "{{{tool}}}", "description": "Does it.", "inputSchema": { "type": "object" } }"""))]),
                    });
                    break;
                case "tools/call":
                    Call(id, message["params"]!);
                    break;
                default:
                    Say(id, "error", JsonNode.Parse("""{ "code": -32601, "message": "no such method" }""")!);
                    break;
            }
        }
    }

    private void Call(JsonNode id, JsonNode asked)
    {
        var tool = asked["name"]!.GetValue<string>();
        var line = $"{tool} {asked["_meta"]?["miniruntime/idempotencyKey"]}";
        var kill = File.Exists(KillOf(folder)) ? File.ReadAllText(KillOf(folder)).Split(' ') : [];
        var moment = kill is [var at, var when] && at == tool ? when : "";
        if (moment == "before") KillParent();
        // One that honours its key does it once.
        if (tool != "mail" || !World(folder).Contains(line)) File.AppendAllText(WorldOf(folder), $"{line}\n");
        if (moment == "after") KillParent();
        using var store = new SqliteConnection($"Data Source={Path.Combine(folder, "runs.db")};Pooling=False");
        if (moment.Length > 0) store.Open();
        var before = moment.Length > 0 ? Events() : 0;
        // Nobody else writes for now.
        if (moment == "told") Execute("BEGIN IMMEDIATE");
        Answer(id, new JsonObject
        {
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = Done(tool) }),
        });
        if (moment == "told")
        {
            // Whether it has heard of it by now or not: it cannot have put it on record.
            Thread.Sleep(200);
            KillParent();
        }
        if (moment != "recorded") return;
        while (true)
        {
            Execute("BEGIN IMMEDIATE");
            if (Events() > before) KillParent();
            Execute("COMMIT");
        }

        long Events()
        {
            using var count = store.CreateCommand();
            count.CommandText = "SELECT events FROM runs";
            return (long)count.ExecuteScalar()!;
        }

        void Execute(string statement)
        {
            using var command = store.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }

    public static string KillOf(string folder) => Path.Combine(folder, "kill.txt");

    private static string WorldOf(string folder) => Path.Combine(folder, "world.txt");

    private static void Answer(JsonNode id, JsonObject result) => Say(id, "result", result);

    private static void Say(JsonNode id, string what, JsonNode said) =>
        Console.WriteLine(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone(), [what] = said }.ToJsonString());

    // Returns when there is no such process any more, and ends this one too, as its end would.
    private static void KillParent()
    {
        using var parent = Process.GetProcessById(ParentId());
        parent.Kill();
        parent.WaitForExit();
        Environment.Exit(0);
    }

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int ParentId();
}
