using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>Runs scenarios as the command line does, in process.</summary>
internal static class Play
{
    public static Scenario Parse(string json) => ScenarioReader.Parse(System.Text.Encoding.UTF8.GetBytes(json)).Match(
        static scenario => scenario,
        static faults => throw new InvalidOperationException(string.Join('\n', faults)));

    public static Scenario Read(string path) => ScenarioReader.Read(path).Match(
        static scenario => scenario,
        static faults => throw new InvalidOperationException(string.Join('\n', faults)));

    public static async Task<(State State, IReadOnlyList<TraceEvent> Events)> RunAsync(Scenario scenario, CancellationToken cancel = default)
    {
        var journal = new InMemoryJournal();
        var runtime = new AgentRuntime(scenario.Agent, new ScriptedModel(scenario.Script), scenario.Toolbox(), journal);
        var state = await runtime.RunAsync(scenario.Run, cancel: cancel);
        return (state, await journal.ReadAsync(scenario.Run.Id, CancellationToken.None));
    }
}
