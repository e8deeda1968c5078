using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>One simulation: its parts, and what they find out.</summary>
internal sealed class ProcessSimulator
{
    /// <summary>How long a process is granted the run without a sign of life.</summary>
    public static readonly TimeSpan LeaseLasts = TimeSpan.FromSeconds(30);

    // More than any simulation takes that is going to end.
    private const int MaxEvents = 20_000;

    private readonly List<SimulatedProcess> _processes = [];
    private readonly List<State> _said = [];
    private readonly List<TraceEvent> _acknowledged = [];
    private readonly int[] _recoveries = new int[Enum.GetValues<Recovery>().Length];
    private string? _broken;

    public ProcessSimulator(SimulatedProcesses world, Agent agent, Run run)
    {
        (World, Agent, Run, Agenda, Chance) = (world, agent, run, new Agenda(), new Chance(world));
        (Story, Store, Outside, People, Supervisor) =
            (new Story(Agenda), new SimulatedStore(this), new Outside(this), new People(this), new Supervisor(this));
    }

    public SimulatedProcesses World { get; }

    public Agent Agent { get; }

    public Run Run { get; }

    public Agenda Agenda { get; }

    public Chance Chance { get; }

    public Story Story { get; }

    public SimulatedStore Store { get; }

    public Outside Outside { get; }

    public People People { get; }

    public Supervisor Supervisor { get; }

    public IReadOnlyList<SimulatedProcess> Processes => _processes;

    /// <summary>The run has ended, or a promise is broken: nobody is started any more.</summary>
    public bool IsOver => _broken is not null || Store.HasEnded;

    public ProcessSimulation Simulate()
    {
        Agenda.Run(() =>
        {
            Supervisor.LookSoon();
            var events = 0;
            while (!IsOver && Agenda.Next())
                if (++events > MaxEvents) Break("the run does not come to its end");
            // Who has missed the end wakes up, and what is on its way arrives.
            Chance.IsCalm = true;
            for (var rest = 0; rest < 200 && _broken is null && Agenda.Next(); rest++) { }
        });
        Outside.Settle();
        var trace = Store.Trace;
        _broken ??= Promises.Broken(Agent, trace, Outside, _acknowledged, _said);
        CountFacts(trace);
        return new ProcessSimulation(trace, Outside.Happened.ToSeq(), Counted<ProcessTrouble>(Chance.Struck),
            Counted<Recovery>(_recoveries), _broken, this);
    }

    public SimulatedProcess Begin()
    {
        var process = new SimulatedProcess(this, _processes.Count + 1);
        _processes.Add(process);
        Supervisor.Watch(process);
        return process;
    }

    /// <summary>Says that a promise is broken. What comes after the first one may be its consequence.</summary>
    public void Break(string how)
    {
        if (_broken is null) Story.Add("", $"*** {how} ***");
        _broken ??= how;
    }

    /// <summary>A runtime returned this.</summary>
    public void Said(State state) => _said.Add(state);

    /// <summary>A runtime was told that these are kept.</summary>
    public void Acknowledged(IEnumerable<TraceEvent> events) => _acknowledged.AddRange(events);

    /// <summary>This is how the run got over something.</summary>
    public void Count(Recovery how, SimulatedProcess? who, string what)
    {
        _recoveries[(int)how]++;
        Story.Add(who?.Name ?? "the store", what);
    }

    // What can be read off the trace.
    private void CountFacts(Seq<TraceEvent> trace)
    {
        var attempted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fact in trace.Select(static traced => traced.Fact))
        {
            Add(Recovery.TakenUp, fact.Accepted?.Input == new Recovered());
            Add(Recovery.Expired, fact.Accepted?.Input == new Tick());
            Add(Recovery.Settled, fact.Accepted?.Input.PersonSaid?.Resolve is not null);
            Add(Recovery.Repeated, fact.CallAuthorized is { Attempt: > 1 });
            Add(Recovery.ApprovedAgain, fact.CallJudged is { Request: not null } judged && attempted.Contains(judged.CallId));
            if (fact.CallAuthorized is { } permit) attempted.Add(permit.CallId);
        }

        void Add(Recovery how, bool happened) => _recoveries[(int)how] += happened ? 1 : 0;
    }

    private static Dictionary<T, int> Counted<T>(int[] counts) where T : struct, Enum =>
        Enum.GetValues<T>().ToDictionary(static kind => kind, kind => counts[Convert.ToInt32(kind, null)]);
}
