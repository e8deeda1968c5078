using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// The command line, with an MCP server for its tools, killed with SIGKILL around every effect and every append that follows from one; then
/// taken up by the commands that a person would use. The kill comes from outside: from the server.
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class CrashingCommandTests : CommandTests
{
    public static IEnumerable<object[]> Places =>
        from tool in CrashingServer.Tools[..^1] from moment in CrashingServer.Moments select (object[])[tool, moment];

    // Would catch: a write that is done twice, an effect that nobody knows of, or a run that does not come to its end.
    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_run_that_is_killed_anywhere_comes_to_its_end_and_writes_nothing_twice(string tool, string moment)
    {
        Write("s.json", Scenario());
        Write("kill.txt", $"{tool} {moment}");
        // 128 and the signal's number.
        await RunAsync(137, "run", "s.json", "--store", "runs.db");
        File.Delete(CrashingServer.KillOf(Folder));
        var (executing, recorded) = await DiedAsync();
        if (moment != "recorded") Assert.Equal(tool, executing);
        Assert.Equal(moment == "recorded", recorded.Contains(tool));
        Assert.Equal(moment == "before" ? 0 : 1, Count(tool));
        // What is not on record is done again, or for the first time; but the one write not, of which only a person can say what became of
        // it, and the other not if it has happened.
        var inDoubt = executing == "pay";
        var effects = CrashingServer.Tools.ToDictionary(static one => one, one => Count(one)
            + (recorded.Contains(one) || (one == "pay" && inDoubt) || (one == "mail" && Count(one) > 0) ? 0 : 1));

        // The time of a lease later.
        Damage("runs.db", "UPDATE runs SET expires = 0");
        var (told, _) = await RunAsync(inDoubt ? 5 : 0, "resume", "run_1");
        if (inDoubt)
        {
            Assert.Contains("miniruntime resolve", told);
            // Nor does it go on by itself.
            await RunAsync(5, "resume", "run_1");
            string[] found = Count("pay") > 0 ? ["--happened", "\"pay done\""] : ["--did-not-happen"];
            await RunAsync(0, ["resolve", "run_1", "--as", "bob", .. found]);
            await RunAsync(0, "resume", "run_1");
        }
        foreach (var (one, times) in effects) Assert.Equal((one, times), (one, Count(one)));
        Assert.InRange(Count("pay"), 0, 1);
        Assert.Equal(1, Count("mail"));
        await EndedAsync();
    }

    // What was being executed, and of what the result was on record, when it died.
    private async Task<(string? Executing, List<string> Recorded)> DiedAsync()
    {
        await using var store = SqliteStore.Open(In("runs.db"));
        var trace = await store.ReadAsync("run_1");
        return (Agent.Fold(trace).State!.Phase.Executing?.Call.Tool.Name.Split("__")[1],
            [.. Results(trace).Select(static done => done.Split(' ')[0])]);
    }

    // The results that count are those of a run that nobody kills, but for what did not happen.
    private async Task EndedAsync()
    {
        await using var store = SqliteStore.Open(In("runs.db"));
        var trace = await store.ReadAsync("run_1");
        Assert.Equal(CrashingServer.Tools.Where(tool => Count(tool) > 0).Select(CrashingServer.Done), Results(trace));
        Assert.Equal(StopReason.Success, trace[^1].Fact.Stopped?.Reason);
        Assert.Null(JournalLine.Verify(await store.AllLinesAsync("run_1")).Fault);
        await RunAsync(0, "replay", "run_1");
    }

    private static IEnumerable<string> Results(IEnumerable<TraceEvent> trace) => trace
        .Select(static traced => traced.Fact.Accepted?.Input switch
        {
            { ToolReport.Result: var result } => result is { Ok.Data: Json.String data } ? data.Value : $"{result}",
            { PersonSaid.Resolve.Data: Json.String data } => data.Value,
            _ => null,
        })
        .OfType<string>();

    private int Count(string tool) => CrashingServer.World(Folder).Count(line => line.StartsWith($"{tool} ", StringComparison.Ordinal));

    private string Scenario() => $$"""
        {
          "runId": "run_1", "goal": "Pay, and say so.", "actor": "ann", "approvals": true,
          "budget": { "maxSteps": 8, "maxToolFailures": 1 },
          "mcpServers": {
            "world": {
              "command": "dotnet", "args": ["{{typeof(CrashingServer).Assembly.Location}}", "crashing-server", "{{Folder}}"],
              "tools": {
                "look": { "sideEffect": "read" }, "pay": { "sideEffect": "write" }, "note": { "sideEffect": "draft" },
                "mail": { "sideEffect": "write", "idempotent": true }, "bye": { "sideEffect": "read" }
              }
            }
          },
          "policy": "permissive",
          "decisions": [
            {{string.Concat(CrashingServer.Tools.Select(static tool => $$"""{ "kind": "tool", "name": "world__{{tool}}", "input": {} }, """))}}
            { "kind": "answer", "text": "Done." }
          ]
        }
        """;
}
