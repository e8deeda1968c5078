using System.Text;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>Runs scenarios as the command line does, in process.</summary>
internal static class Play
{
    public static Scenario Parse(string json) => ScenarioReader.Parse(Encoding.UTF8.GetBytes(json)).Value;

    public static Scenario Read(string path) => ScenarioReader.Read(path).Value;

    public static Json Json(JsonText text) => StrictJson.Parse(text.ToUtf8(), JsonSource.Wire).Value;

    public static async Task<(State State, IReadOnlyList<TraceEvent> Events)> RunAsync(Scenario scenario, CancellationToken cancel = default)
    {
        var journal = new InMemoryStore();
        var runtime = new AgentRuntime(scenario.Agent, new ScriptedModel(scenario.Script), scenario.Toolbox(), journal);
        var state = await runtime.RunAsync(scenario.Run, cancel: cancel);
        return (state, await journal.ReadAsync(scenario.Run.Id, CancellationToken.None));
    }
}
