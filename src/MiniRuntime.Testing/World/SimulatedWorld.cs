using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// A world in which things go wrong: a model, tools and people that succeed, fail, hang, answer late, twice or never. Nothing waits in
/// it: time is data. The same seed gives the same run, to the event.
/// </summary>
public sealed record SimulatedWorld
{
    private static readonly TimeSpan _latency = TimeSpan.FromSeconds(1);

    /// <summary>A world of its own for each seed.</summary>
    /// <param name="seed">What decides where the trouble is.</param>
    public SimulatedWorld(int seed) => Seed = seed;

    /// <summary>What decides where the trouble is.</summary>
    public int Seed { get; }

    /// <summary>What can go wrong: by default everything.</summary>
    public IReadOnlyList<Trouble> Troubles { get; init; } = Enum.GetValues<Trouble>();

    /// <summary>How often something goes wrong, of a hundred times: by default 30.</summary>
    public int Percent { get; init; } = 30;

    /// <summary>
    /// What the model proposes. By default it calls one of the tools on offer with an input that its schema describes, and now and then
    /// answers or asks.
    /// </summary>
    public Func<ContextPacket, Random, Decision> Model { get; init; } = Propose;

    /// <summary>What a call gives when nothing goes wrong: by default success without data.</summary>
    public Func<Call, ToolResult> Tool { get; init; } = static _ => new Ok(Json.None);

    /// <summary>What a reviewer says when nothing goes wrong: by default yes.</summary>
    public Func<AskApproval, PersonSaid> Reviewer { get; init; } =
        static ask => new Approve(ask.Request.Id, ask.Request.Hash, Reviewers.Name);

    /// <summary>After how many inputs, or executions, the world loses patience: the run is cancelled, or nothing more goes wrong.</summary>
    public int Patience { get; init; } = 1000;

    /// <summary>Drives a run through the pure core until it has stopped and all that was on its way has come in.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="run">What the run is for.</param>
    public Simulation Drive(Agent agent, Run run) => new Driver(this, agent, run).Drive();

    /// <summary>
    /// The real runtime in this world: real loop, real tasks, real time limits, which are over at once where something hangs. As a function
    /// returns once, what answers twice answers once here, and what answers late, or never, hangs; people are not asked by it.
    /// </summary>
    /// <param name="agent">The agent.</param>
    /// <param name="store">Where runs are kept; by default in memory.</param>
    /// <returns>A runtime for one run: the same seed gives the same run.</returns>
    public AgentRuntime Runtime(Agent agent, IRunStore? store = null)
    {
        var (random, clock, executions) = (new Random(Seed), new SimulatedClock(), 0);
        return new AgentRuntime(agent, new SimulatedModel(this, random, clock),
            agent.Tools.Aggregate(Toolbox.Empty, (box, tool) => box.Bind(tool.Name, ExecuteAsync)), store,
            // On the run's own thread, so that work hangs before its limit is set, and no limit of earlier work can still be alive then.
            new RuntimeOptions { Clock = clock, OwnThreads = false, ModelPause = TimeSpan.Zero });

        Task<ToolResult> ExecuteAsync(AuthorizedCall permit, CancellationToken cancel) =>
            (++executions > Patience ? null : Next(random)) switch
            {
                null or Trouble.AnswersTwice => Task.FromResult(Tool(permit.Call)),
                Trouble.Fails => throw new InvalidOperationException("The tool broke."),
                _ => clock.Hang<ToolResult>(),
            };
    }

    internal Trouble? Next(Random random) =>
        random.Next(100) < Percent && Troubles.Count > 0 ? Troubles[random.Next(Troubles.Count)] : null;

    internal static Decision Propose(ContextPacket packet, Random random) => random.Next(12) switch
    {
        0 => new Answer("done"),
        1 => new AskHuman("which?"),
        _ when packet.Tools is { Count: > 0 } tools && tools[random.Next(tools.Count)] is var tool =>
            new CallTool(tool.Name, SchemaSample.Of(tool.InputSchema)),
        _ => new Stop(StopReason.Blocked),
    };

    // One run: what is on its way comes in, in order of time.
    private sealed class Driver(SimulatedWorld world, Agent agent, Run run)
    {
        private readonly Setup _setup = Setup.Of(agent);
        private readonly Random _random = new(world.Seed);
        private readonly PriorityQueue<Input, (DateTimeOffset, int)> _underWay = new();
        private readonly List<Call> _happened = [];
        private DateTimeOffset _now = Moment.Epoch;
        private int _order;

        public Simulation Drive()
        {
            var walk = new Walk(_setup, run, new Stamp(_now));
            Ask(walk.Legs[^1].Work);
            var inputs = 0;
            while (walk.Final.Stopped is null || _underWay.Count > 0)
            {
                if (++inputs > world.Patience && walk.Final.Stopped is null) Come(walk, new Cancel());
                else if (_underWay.TryDequeue(out var input, out var due))
                {
                    if (due.Item1 > _now) _now = due.Item1;
                    Come(walk, input);
                }
                else Idle(walk);
            }
            return new Simulation(walk, _happened.ToSeq());
        }

        private void Come(Walk walk, Input input) => Ask(walk.Step(_setup, input, new Stamp(_now)).Work);

        // Nothing is on its way: time passes until something is due, the process is started anew, or somebody has had enough.
        private void Idle(Walk walk)
        {
            var state = walk.Final;
            if (state.Phase.Executing is not null)
            {
                walk.TakeUp(_setup, 0);
                Come(walk, new Recovered());
                return;
            }
            var expires = state.Phase.AwaitingApproval?.Request.Expires;
            var limit = state.Phase.InDoubt is null ? agent.Budget.Deadline : null;
            var deadline = limit is { } time ? Later(Moment.Epoch, time) : (DateTimeOffset?)null;
            if ((expires < deadline || deadline is null ? expires : deadline) is { } due && due < DateTimeOffset.MaxValue)
            {
                _now = Later(due > _now ? due : _now, TimeSpan.FromTicks(1));
                if (walk.Final.Phase is var before && Ticked(walk) != before) return;
            }
            Come(walk, new Cancel());
        }

        private Phase Ticked(Walk walk)
        {
            Come(walk, new Tick());
            return walk.Final.Phase;
        }

        private void Ask(Effect? work) => work?.Match(this,
            record: static (_, _) => 0,
            askModel: static (driver, ask) => driver.AskModel(ask.Packet),
            executeTool: static (driver, execute) => driver.Execute(execute.Permit.Call),
            askApproval: static (driver, ask) => driver.AskReviewer(ask),
            askReply: static (driver, ask) => driver.AskPerson(new Reply(ask.QuestionId, "yes", Reviewers.Name)),
            askResolution: static (driver, ask) => driver.AskPerson(driver.Truth(ask.Call)));

        private static Input Of(PersonSaid said) => said;

        private int AskModel(ContextPacket packet)
        {
            Input failure = _random.Next(2) == 0 ? new ModelFailure("no answer") : new InvalidDecision("no sense", "{");
            return Answer(world.Next(_random), world.Model(packet, _random), failure, new ModelFailure("no answer in time"));
        }

        private int Execute(Call call)
        {
            var trouble = world.Next(_random);
            // What fails at once has not happened; of what was given up or never heard of again nobody knows.
            var happens = trouble switch
            {
                null or Trouble.AnswersTwice or Trouble.AnswersLate => true,
                Trouble.Fails => false,
                _ => _random.Next(2) == 0,
            };
            var result = happens ? world.Tool(call) : new Error("failed");
            // A tool that honours the idempotency key does the same thing once.
            if (happens && result.Ok is not null && !(call.Tool.Idempotent && HasHappened(call))) _happened.Add(call);
            ToolResult givenUp = call.Tool.SideEffect == SideEffect.Write ? new Lost("no answer in time") : new Error("no answer in time");
            return Answer(trouble, Report(result), Report(new Error("failed")), Report(givenUp));

            ToolReport Report(ToolResult came) => new(call.Id, came, attempt: call.Attempts);
        }

        private int AskReviewer(AskApproval ask) => Answer(world.Next(_random), world.Reviewer(ask),
            Of(new Reject(ask.Request.Id, Reviewers.Name, "no")), new Tick(), ask.Request.Expires);

        private int AskPerson(PersonSaid said) => Answer(world.Next(_random), said, null, null);

        // A person looks, and says what is so.
        private Resolve Truth(Call call) =>
            new(call.Id, HasHappened(call) ? Resolution.Happened : Resolution.DidNotHappen, Reviewers.Name);

        private bool HasHappened(Call call) => _happened.Any(done => done.Id == call.Id);

        private int Answer(Trouble? trouble, Input answer, Input? failure, Input? givenUp, DateTimeOffset? limit = null)
        {
            var soon = Later(_now, _latency);
            var end = Later(limit ?? Later(_now, TimeSpan.FromMinutes(5)), TimeSpan.FromTicks(1));
            switch (trouble)
            {
                case Trouble.Fails:
                    Send(soon, failure ?? answer);
                    break;
                case Trouble.Hangs or Trouble.AnswersLate:
                    if (givenUp is not null) Send(end, givenUp);
                    if (trouble == Trouble.AnswersLate) Send(Later(end, _latency), answer);
                    break;
                case Trouble.NeverAnswers:
                    break;
                default:
                    Send(soon, answer);
                    if (trouble == Trouble.AnswersTwice) Send(Later(soon, _latency), answer);
                    break;
            }
            return 0;
        }

        private void Send(DateTimeOffset at, Input input) => _underWay.Enqueue(input, (at, _order++));

        private static DateTimeOffset Later(DateTimeOffset at, TimeSpan by) =>
            DateTimeOffset.MaxValue - at < by ? DateTimeOffset.MaxValue : at + by;
    }
}
