using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// A scenario: a run, the agent that governs it, what the model and the tools will say, and what is expected of the path.
/// </summary>
/// <param name="Run">What the run is for.</param>
/// <param name="Agent">The agent.</param>
/// <param name="Script">What the model says, in order.</param>
/// <param name="Tools">What the tools return: for each of the agent's tools, in the same order.</param>
/// <param name="Evals">What is expected of this path.</param>
/// <param name="Laws">What is demanded of every path.</param>
/// <param name="Inputs">All that comes in, in order, in place of what model and tools say; null for a scenario with a script.</param>
public sealed record Scenario(Run Run, Agent Agent, Seq<ModelReply> Script, Seq<ScriptedTool> Tools, Seq<EvalCase> Evals,
    Seq<TrajectoryLaw> Laws, Seq<ScriptedInput>? Inputs)
{
    /// <summary>What the gateway does with it; null for a scenario that is not for the gateway.</summary>
    public GatewaySettings? Gateway { get; init; }

    /// <summary>The model that is asked; null where the script says what the model does.</summary>
    public ModelSettings? Model { get; init; }

    /// <summary>What models cost, by name.</summary>
    public IReadOnlyDictionary<string, Price> Prices { get; init; } = new Dictionary<string, Price>();

    /// <summary>The MCP servers whose tools it has.</summary>
    public Seq<DeclaredServer> Servers { get; init; } = [];

    /// <summary>The tools of these servers, as far as they are pinned. The agent has them too.</summary>
    public Seq<ServerTool> ServerTools { get; init; } = [];

    /// <summary>What the servers said of their tools; null where the file does not hold it.</summary>
    public ToolPins? Pins { get; init; }

    /// <summary>The secrets that it names.</summary>
    public Seq<NamedSecret> Secrets { get; init; } = [];

    /// <summary>The servers whose tools are not pinned yet. While there are some, the agent is not whole.</summary>
    public IEnumerable<DeclaredServer> Unpinned => Servers.Where(server => Pins?[server.Name] is null);

    /// <summary>A toolbox that returns what the scripted tools return. Results go in turn, so it is for one run.</summary>
    /// <param name="trace">
    /// What the run has done so far: a script takes its place from it, so that a run goes on where another process left it.
    /// </param>
    public Toolbox Toolbox(IEnumerable<TraceEvent>? trace = null)
    {
        var executed = Agent.States(trace ?? []).Where(static at => at.Event.Fact.CallAuthorized is not null)
            .Select(static at => at.State.Phase.Executing?.Call.Tool.Name).CountBy(static tool => tool ?? "", StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        return Tools.Aggregate(Shell.Toolbox.Empty,
            (box, tool) => box.Bind(tool.Name, tool.Results, executed.GetValueOrDefault(tool.Name)));
    }
}

/// <summary>What a scripted tool returns.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Results">Its results in turn, at least one; the last one repeats.</param>
public sealed record ScriptedTool(string Name, Seq<ToolResult> Results);

/// <summary>A scenario that is for the gateway: a client of it proposes, in place of a model.</summary>
/// <param name="Reviewer">
/// The person whom the client speaks for when it is asked for an approval; null where it is not asked, since it speaks for nobody who may
/// approve.
/// </param>
public sealed record GatewaySettings(string? Reviewer);
