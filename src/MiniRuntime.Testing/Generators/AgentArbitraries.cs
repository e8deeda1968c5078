using FsCheck;
using FsCheck.Fluent;
using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// Generators and shrinkers for what can happen to an agent, in FsCheck's format. States are never made freely: they come from walking a
/// <see cref="Testing.Journey"/> from its start, so every state that a test sees can be reached.
/// </summary>
public sealed class AgentArbitraries
{
    private readonly Dictionary<Type, Arbitrary<object>> _byType = [];

    private AgentArbitraries(Vocabulary words, Gen<Setup> setups, Gen<Setup> others, Agent? given)
    {
        var rule = Setups.Rule(words);
        var tools = given is { Tools.Count: > 0 } ? Gen.Elements<Tool>(given.Tools) : Setups.Tool;
        Func<Setup, IEnumerable<Setup>> simpler = given is null ? Setups.Simpler : Shrink.None;
        Journeys = new Journeys(new MoveGen(words), Runs.Any(words), setups, others, simpler, isGiven: given is not null);

        Setup = Add(setups, simpler);
        Add(others.Select(static setup => new Variant(setup)),
            static variant => Setups.Simpler(variant.Setup).Select(static setup => new Variant(setup)));
        Run = Add(Runs.Any(words), Runs.Simpler);
        Request = Add(Requests.Any(words, tools), Requests.Simpler);
        Journey = Add(Journeys.Any, Journeys.Simpler);
        Saga = Add(Journeys.Sagas, Journeys.Simpler);
        Add(Journeys.Asking, Journeys.Simpler);
        Add(Journeys.Doubting, Journeys.Simpler);
        Add(given is null ? Setups.AnyPolicy : Gen.Constant(given.Policy), given is null ? Setups.Simpler : Shrink.None);
        Add(Setups.Budget, Setups.Simpler);
        Add(rule, Setups.Simpler);
        Add(Setups.Rules(rule).Select(static policy => policy.Rules), static rules => Shrink.List(rules, Setups.Simpler));
        Add(Values.Any, Values.Simpler);
        Add(Values.Input, Values.Simpler);
        Add(Worlds.Processes, Worlds.Simpler);
        Add(Gen.Choose(int.MinValue, int.MaxValue), Shrink.Count);
    }

    /// <summary>
    /// What can happen to this agent. Its tools are called with inputs that its schemas and its policy's conditions tell apart.
    /// </summary>
    /// <param name="agent">The agent.</param>
    /// <param name="calls">Calls of its tools as they really come, to be among those that are made.</param>
    /// <param name="runs">Runs as they really come; their actors, tenants and routes are among those that runs have.</param>
    /// <exception cref="ArgumentException">An input schema of the agent is unusable, or the timeout of a tool is.</exception>
    public static AgentArbitraries Of(Agent agent, IEnumerable<CallTool>? calls = null, IEnumerable<Run>? runs = null)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (agent.Tools.FirstOrDefault(static tool => tool is { Enabled: true, Timeout.Ticks: 0 }) is { } hasty)
            throw new ArgumentException($"The tool '{hasty.Name}' has a timeout of 0, with which no runtime takes it; give it more, or null.",
                nameof(agent));
        var setup = Testing.Setup.Of(agent);
        return new AgentArbitraries(Vocabulary.Of(agent, calls, runs), Gen.Constant(setup), Setups.Related(setup), agent);
    }

    /// <summary>What can happen to any agent.</summary>
    public static AgentArbitraries Any { get; } = new(Vocabulary.Any, Setups.Setup, Setups.Setup, null);

    /// <summary>What the agent is made of: always the same for a given agent.</summary>
    public Arbitrary<Setup> Setup { get; }

    /// <summary>What a run is for, and for whom.</summary>
    public Arbitrary<Run> Run { get; }

    /// <summary>What policy is asked.</summary>
    public Arbitrary<PolicyRequest> Request { get; }

    /// <summary>A run, and all that comes in.</summary>
    public Arbitrary<Journey> Journey { get; }

    /// <summary>A run that is taken up again after crashes, perhaps by an agent that has changed.</summary>
    public Arbitrary<Saga> Saga { get; }

    internal Journeys Journeys { get; }

    internal Arbitrary<object> For(Type type) => _byType[type];

    private Arbitrary<T> Add<T>(Gen<T> generator, Func<T, IEnumerable<T>> simpler) where T : notnull
    {
        var arbitrary = Arbitraries.Of(generator, simpler);
        _byType[typeof(T)] = Arb.From(generator.Select(static value => (object)value),
            value => arbitrary.Shrinker((T)value).Select(static simple => (object)simple));
        return arbitrary;
    }
}

/// <summary>Another agent than the one that a law is about: of the same tools where that one is given.</summary>
internal sealed record Variant(Setup Setup)
{
    public override string ToString() => Setup.ToString();
}
