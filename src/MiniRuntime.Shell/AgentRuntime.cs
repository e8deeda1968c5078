using System.Runtime.ExceptionServices;
using MiniRuntime.Core;
using Polly;
using Polly.Retry;

namespace MiniRuntime.Shell;

/// <summary>
/// Drives runs of one agent: records events, performs the work that is owed, feeds the answers back. It decides nothing; the core does.
/// Safe for many runs at once, each under its own name.
/// </summary>
public sealed partial class AgentRuntime
{
    // Has no say in anything, and asks people rather than deciding what they were asked.
    private static readonly Agent _nobody = new([], new Budget(1), approvals: Approvals.On);

    private readonly Agent _agent;
    private readonly IModel _model;
    private readonly Dictionary<string, TimedTool> _tools;
    private readonly IRunStore _store;
    private readonly RuntimeOptions _options;
    private readonly InputSchemas _schemas;
    private readonly SemaphoreSlim? _room;
    private readonly Lazy<ResiliencePipeline<Turn>> _patience;

    /// <summary>A runtime.</summary>
    /// <param name="agent">The agent that governs the runs.</param>
    /// <param name="model">Who proposes.</param>
    /// <param name="tools">A function for each of the agent's enabled tools.</param>
    /// <param name="store">Where runs are kept; by default in memory.</param>
    /// <param name="options">Limits and clock.</param>
    /// <exception cref="ArgumentException">
    /// An enabled tool has no function or no time, or an input schema is unusable.
    /// </exception>
    public AgentRuntime(Agent agent, IModel model, Toolbox tools, IRunStore? store = null, RuntimeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tools);
        (_agent, _model) = (agent, model);
        (_store, _options) = (store ?? new InMemoryStore(), options ?? new RuntimeOptions());
        _room = _options.MaxRuns is { } most ? new SemaphoreSlim(most) : null;
        var unbound = agent.Tools.Where(tool => tool.Enabled && tools[tool.Name] is null).Select(tool => tool.Name).ToList();
        if (unbound.Count > 0) throw new ArgumentException($"No function is bound for: {string.Join(", ", unbound)}.", nameof(tools));
        var hasty = agent.Tools.Where(static tool => tool.Enabled && tool.Timeout == TimeSpan.Zero).Select(static tool => tool.Name).ToList();
        if (hasty.Count > 0)
            throw new ArgumentException($"A timeout must be more than 0, or null for the runtime's: {string.Join(", ", hasty)}.", nameof(agent));
        _tools = agent.Tools.Where(static tool => tool.Enabled).ToDictionary(static tool => tool.Name,
            tool => new TimedTool(tools[tool.Name]!, tool.Timeout ?? _options.ToolTimeout), StringComparer.Ordinal);
        _schemas = new InputSchemas(agent.Tools);
        // Few models ever fail, and a pipeline costs more than some runs.
        _patience = new(() => PatienceWith(_options));
    }

    /// <summary>Starts a run, and drives it until it has stopped or waits for a person.</summary>
    /// <param name="run">What the run is for.</param>
    /// <param name="watch">Told of each step once its events are kept.</param>
    /// <param name="cancel">
    /// Cancels the run: it stops as cancelled, unless a write is in flight, whose outcome is then recorded as lost.
    /// </param>
    /// <param name="leave">
    /// Leaves the run as it is, for <see cref="ResumeAsync"/>: the model and reads are given up, a write in flight is waited for.
    /// </param>
    /// <returns>
    /// The state at the end. A run that was left, or waits for a person, is not stopped; <see cref="Agent.Pending"/> says what is owed.
    /// </returns>
    /// <exception cref="JournalConflictException">There is, or was, a run of this name.</exception>
    /// <exception cref="RunIsDrivenException">Somebody drives a run of this name.</exception>
    /// <exception cref="LeaseLostException">Somebody else took the run over; what this one did since is not recorded.</exception>
    public Task<State> RunAsync(Run run, Action<StepResult>? watch = null, CancellationToken cancel = default,
        CancellationToken leave = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        return DriveAsync(run.Id, _ => Task.FromResult(_agent.Start(_options.Secrets.Redact(run), Stamp())), watch, cancel, leave,
            _options.Scenario);
    }

    /// <summary>
    /// Takes a run up again, wherever another process left it, and drives it until it has stopped or waits for a person. A call that was
    /// executing is in doubt: reads and drafts are executed again, a write only if its tool honours the idempotency key.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="watch">As for <see cref="RunAsync"/>.</param>
    /// <param name="cancel">As for <see cref="RunAsync"/>.</param>
    /// <param name="leave">As for <see cref="RunAsync"/>.</param>
    /// <returns>As for <see cref="RunAsync"/>. A run that has stopped stays as it is, with the scenario that it has.</returns>
    /// <exception cref="StoreException">
    /// There is no such run, its journal is damaged, somebody drives it (<see cref="RunIsDrivenException"/>), or it has another scenario
    /// than <see cref="RuntimeOptions.RequiredScenario"/> (<see cref="JournalConflictException"/>).
    /// </exception>
    public Task<State> ResumeAsync(string runId, Action<StepResult>? watch = null, CancellationToken cancel = default,
        CancellationToken leave = default)
    {
        ArgumentNullException.ThrowIfNull(runId);
        return DriveAsync(runId, lease => TakeUpAsync(lease, runId), watch, cancel, leave);
    }

    /// <summary>
    /// Tells a run that nobody drives what a person said, or that it is cancelled. That is recorded, and so is what follows from it, but no
    /// work begins: the run goes on with <see cref="ResumeAsync"/>, here or in another process. Of two who answer one question one is
    /// first; the other hears that it is no longer open.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="input">What there is to tell.</param>
    /// <param name="inTime">
    /// Whether an approval or a rejection of what has expired does not count and is not recorded (<c>approval_expired</c>): the call is
    /// refused when the run goes on. Otherwise it is recorded, and the call is refused by that.
    /// </param>
    /// <returns>The state afterwards, and why the input does not count; null when it does.</returns>
    /// <exception cref="FormatException">An edited input breaks the tool's schema. The run was told nothing.</exception>
    /// <exception cref="StoreException">As for <see cref="ResumeAsync"/>.</exception>
    public async Task<(State State, string? Ignored)> TellAsync(string runId, Input input, bool inTime = false)
    {
        ArgumentNullException.ThrowIfNull(input);
        await using var held = await HeldLease.TakeAsync(_store, runId, _options, default, default);
        input = _options.Secrets.Redact(input);
        var state = await StateAsync(runId);
        await RefuseOtherScenarioAsync(runId);
        // Whoever executed something is gone.
        if (state.Phase.Executing is not null && input.Cancel is null)
            state = await KeepAsync(held, _agent.Step(state, new Recovered(), Stamp()));
        // A step that was cut off is finished first: nothing comes in before.
        else if (state.Phase.Ready is not null || state.Phase.Judging is not null)
        {
            if (_agent == _nobody) throw new StoreException($"Run {runId} is in the middle of a step, which its own agent has to finish.");
            state = await KeepAsync(held, _agent.Resume(state));
        }
        if (_schemas.Fault(state, input) is { } fault) throw new FormatException(fault);
        var step = _agent.Step(state, input, Stamp());
        if (inTime && step.Events[0].Fact.Accepted?.Input.PersonSaid is not null
            && state.Phase.AwaitingApproval?.Request.Expires < step.State.Spent.Now)
            return (state, "approval_expired");
        return (await KeepAsync(held, step), step.Events[0].Fact.Ignored?.Reason);
    }

    /// <summary>
    /// Cancels a run, whether somebody drives it or not. Whoever drives it is asked to, and hears it before they begin anything more;
    /// should they not come to it, whoever takes the run up next does.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <returns>Null where its driver was asked; else as for <see cref="TellAsync"/>.</returns>
    /// <exception cref="StoreException">There is no such run, or its journal is damaged.</exception>
    public async Task<(State State, string? Ignored)?> CancelAsync(string runId)
    {
        while (true)
        {
            if (await _store.AskToCancelAsync(runId)) return null;
            try
            {
                return await TellAsync(runId, new Cancel());
            }
            catch (RunIsDrivenException)
            {
                // Somebody took it up between the two.
            }
        }
    }

    /// <summary>
    /// The same for any agent's run that is not in the middle of a step: nothing is decided any more, so no agent is needed.
    /// </summary>
    /// <param name="store">Where the run is kept.</param>
    /// <param name="runId">The run.</param>
    /// <param name="options">Clock and owner.</param>
    /// <returns>As for <see cref="CancelAsync(string)"/>.</returns>
    /// <exception cref="StoreException">As for <see cref="CancelAsync(string)"/>; or the run is in the middle of a step.</exception>
    public static Task<(State State, string? Ignored)?> CancelAsync(IRunStore store, string runId, RuntimeOptions? options = null) =>
        new AgentRuntime(_nobody, new ScriptedModel([]), Toolbox.Empty, store, options).CancelAsync(runId);

    /// <summary>The state of a run, folded from its journal.</summary>
    /// <exception cref="StoreException">There is no such run, or its journal is damaged.</exception>
    public async Task<State> StateAsync(string runId)
    {
        var trace = await _store.ReadAsync(runId);
        if (trace.Count == 0) throw new StoreException($"There is no run {runId}.");
        var folded = Agent.Fold(trace);
        return folded.State ?? throw new StoreException($"Run {runId}: its journal is damaged. {folded.Fault}");
    }

    private async Task<State> DriveAsync(string runId, Func<Lease, Task<StepResult>> begin, Action<StepResult>? watch,
        CancellationToken cancel, CancellationToken leave, ReadOnlyMemory<byte>? scenario = null)
    {
        var entered = await EnterAsync(cancel, leave);
        try
        {
            await using var held = await HeldLease.TakeAsync(_store, runId, _options, cancel, leave);
            var drive = new Drive(held, watch, scenario);
            var goes = await RecordAsync(drive, await begin(held.Lease));
            while (goes) goes = await TurnAsync(drive) is { Unavailable: not null } turn ? await AgainAsync(drive, turn) : drive.Goes;
            drive.Failure?.Throw();
            return drive.Step.State;
        }
        finally
        {
            if (entered) _room!.Release();
        }
    }

    // Keeps what a step brought, before anything is done on its ground. False: the run is left with that.
    private async ValueTask<bool> RecordAsync(Drive drive, StepResult step)
    {
        drive.Step = step;
        if (drive.Held.IsLeft || drive.Failure is not null)
        {
            drive.Step = new StepResult(await KeepAsync(drive.Held, step, drive.Scenario), [], null);
            return drive.Goes = false;
        }
        if (step.Events.Count > 0) await drive.Held.AppendAsync(step.Events, Given(step, drive.Scenario));
        try
        {
            drive.Watch?.Invoke(step);
        }
        catch (Exception e) when (step.Work?.ExecuteTool is not null)
        {
            // A permit that is on record is used, whoever failed to look on; only then does it count.
            drive.Failure = ExceptionDispatchInfo.Capture(e);
        }
        return drive.Goes = step.Work is not null;
    }

    // Performs what is owed, and records what came of it.
    private async ValueTask<Turn> TurnAsync(Drive drive)
    {
        if (await PerformAsync(drive.Step.State, drive.Step.Work!, drive.Held) is not { } answer)
        {
            drive.Goes = false;
            return default;
        }
        var asks = await RecordAsync(drive, _agent.Step(drive.Step.State, answer.Input, answer.Stamp)) && drive.Step.Work!.AskModel is not null;
        return new Turn(asks ? answer.Unavailable : null);
    }

    // A model that cannot answer now is asked again after a while: as often as the budget bears it, since each failure was recorded and
    // charged before the wait. Whoever cancels or leaves the run ends the wait, and the next turn sees to the rest.
    private async ValueTask<bool> AgainAsync(Drive drive, Turn failed)
    {
        var isFirst = true;
        // What waits goes on where it waited, as everywhere here.
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, drive.Held.EndsOthers);
        try
        {
            await _patience.Value.ExecuteAsync(async _ =>
            {
                if (!isFirst) return await TurnAsync(drive);
                isFirst = false;
                return failed;
            }, context);
        }
        catch (OperationCanceledException) when (drive.Held.EndsOthers.IsCancellationRequested)
        {
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
        return drive.Goes;
    }

    // What is to end, or to be left, at once needs no room.
    private async Task<bool> EnterAsync(CancellationToken cancel, CancellationToken leave)
    {
        if (_room is null) return false;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, leave);
        try
        {
            await _room.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // A run gets its scenario together with its first event: then no run is without one, and no other run gets it.
    private static ReadOnlyMemory<byte>? Given(StepResult step, ReadOnlyMemory<byte>? scenario) =>
        step.Events is [{ Sequence: 0 }, ..] ? scenario : null;

    // The scenario that this agent was made from takes the place of the run's own only now: the run is held, can be read, and goes on.
    private async Task<StepResult> TakeUpAsync(Lease lease, string runId)
    {
        var state = await StateAsync(runId);
        await RefuseOtherScenarioAsync(runId);
        var step = TakeUp(state);
        if (state.Stopped is null && _options.Scenario is { } scenario) await _store.GiveScenarioAsync(lease, scenario);
        return step;
    }

    // Which scenario a run has was read before the run was held, and only whoever holds it can give it another.
    private async Task RefuseOtherScenarioAsync(string runId)
    {
        if (_options.RequiredScenario is { } required && (await _store.FindAsync(runId))?.Scenario != required)
            throw JournalConflictException.OtherScenario(runId);
    }

    // What another process left: a call of which nobody knows, a step in the middle, a time that has come, or work that is owed still.
    private StepResult TakeUp(State state)
    {
        if (state.Phase.Executing is not null) return _agent.Step(state, new Recovered(), Stamp());
        var tick = _agent.Step(state, new Tick(), Stamp());
        var isTime = tick.Events[0].Fact.Accepted is not null;
        // A permission may have waited for longer than it holds.
        if (isTime && state.Phase.Permitted is not null) return tick;
        if (_agent.Resume(state) is { Events.Count: > 0 } rest) return rest;
        return isTime ? tick : new StepResult(state, [], _agent.Pending(state));
    }

    // Keeps what a step brings, but no permit: who gets one has to use it at once, or it is in doubt. The step ends itself on resuming.
    private async Task<State> KeepAsync(HeldLease held, StepResult step, ReadOnlyMemory<byte>? scenario = null)
    {
        var kept = step.Events.TakeWhile(static traced => traced.Fact.CallAuthorized is null).ToSeq();
        if (kept.Count > 0) await held.AppendAsync(kept, Given(step, scenario));
        return kept.Count == step.Events.Count ? step.State : await StateAsync(held.Lease.RunId);
    }

    // How long to leave a model alone: as long as it asks for, or longer each time.
    private static ResiliencePipeline<Turn> PatienceWith(RuntimeOptions options) =>
        new ResiliencePipelineBuilder<Turn> { TimeProvider = options.Clock }.AddRetry(new RetryStrategyOptions<Turn>
        {
            ShouldHandle = static args => new(args.Outcome.Result.Unavailable is not null),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Randomizer = options.Chance,
            Delay = options.ModelPause,
            MaxDelay = options.LongestModelPause,
            DelayGenerator = args => new(args.Outcome.Result.Unavailable?.RetryAfter is not { } asked ? null
                : asked < options.LongestModelPause ? asked : options.LongestModelPause),
        }).Build();

    private Arrival Arrived(Input input, long tokens = 0, decimal cost = 0) => new(_options.Secrets.Redact(input), Stamp(tokens, cost));

    private Stamp Stamp(long tokens = 0, decimal cost = 0) => new(_options.Clock.GetUtcNow(), tokens, cost);

    // Unavailable: why there is no answer now, though there may be one later.
    private readonly record struct Arrival(Input Input, Stamp Stamp, ModelUnavailableException? Unavailable = null);

    // Unavailable: the model did not answer, and is to be asked again.
    private readonly record struct Turn(ModelUnavailableException? Unavailable);

    // One run while it is driven. Goes: it owes something that is not a person's.
    private sealed class Drive(HeldLease held, Action<StepResult>? watch, ReadOnlyMemory<byte>? scenario)
    {
        public HeldLease Held { get; } = held;

        public Action<StepResult>? Watch { get; } = watch;

        public ReadOnlyMemory<byte>? Scenario { get; } = scenario;

        public StepResult Step { get; set; } = null!;

        public bool Goes { get; set; }

        public ExceptionDispatchInfo? Failure { get; set; }
    }

    private sealed record TimedTool(Toolbox.Bound Bound, TimeSpan Timeout);
}
