using System.Threading.Channels;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Mcp;

/// <summary>
/// The run of one connection: its client is the model. It begins with the client's first call, and each call is a step of it. Calls are
/// taken one after the other, in the order of their places.
/// </summary>
internal sealed class GatewayRun : IModel, IAsyncDisposable
{
    private readonly Scenario _scenario;
    private readonly IRunStore _store;
    private readonly AgentRuntime _runtime;
    private readonly McpTools _servers;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Channel<ModelReply> _proposals = Channel.CreateUnbounded<ModelReply>();
    private readonly CancellationTokenSource _leaving = new();

    // The client's latest call, until it has been told what came of it.
    private Made? _made;
    private GatewayCall? _call;
    private string? _runId;
    private Task<State>? _drive;
    private volatile State? _state;
    private volatile TaskCompletionSource _asked = Fresh();

    /// <param name="scenario">The scenario, with its servers' tools pinned.</param>
    /// <param name="store">Where the run is kept.</param>
    /// <param name="runtime">Limits and clock; how long a model may take is not among them.</param>
    /// <param name="servers">How servers are spoken to.</param>
    public GatewayRun(Scenario scenario, IRunStore store, RuntimeOptions runtime, McpOptions servers)
    {
        (_scenario, _store) = (scenario, store);
        _servers = new McpTools(scenario.Servers, servers with { Progress = (_, value) => _call?.Progress(value) });
        var bound = _servers.Bind(scenario.Toolbox(), scenario.ServerTools);
        var tools = scenario.Agent.Tools.Where(static tool => tool.Enabled).Aggregate(bound,
            (box, tool) => box.Wrap(tool.Name, function => (permit, cancel) => ExecuteAsync(function, permit, cancel)));
        // A client that says nothing is idle, and has not failed.
        _runtime = new AgentRuntime(scenario.Agent, this, tools, store, runtime with { ModelTimeout = TimeSpan.MaxValue });
    }

    /// <summary>Makes a call, and waits for what comes of it.</summary>
    /// <exception cref="OperationCanceledException">The client gave the call up before its turn came, or has gone.</exception>
    /// <exception cref="StoreException">The run cannot be kept, or somebody else drives it.</exception>
    public async Task<CallOutcome> CallAsync(GatewayCall call)
    {
        await call.Place.TurnAsync(call.GivenUp);
        await _turn.WaitAsync(call.GivenUp);
        try
        {
            _leaving.Token.ThrowIfCancellationRequested();
            _call = call;
            return await TakeAsync(call);
        }
        finally
        {
            _call = null;
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<ModelReply> ProposeAsync(ContextPacket packet, CancellationToken cancel)
    {
        _asked.TrySetResult();
        return await _proposals.Reader.ReadAsync(cancel);
    }

    /// <summary>The client is gone: what is in flight is given up, but for a write.</summary>
    public void Leave() => _leaving.Cancel();

    /// <summary>
    /// The client is gone. What is in flight is given up, a write is waited for; then the run is cancelled, unless a person was asked, or
    /// has to be: then it stays, and can be taken up by others.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Leave();
        await _turn.WaitAsync();
        try
        {
            if (_runId is not null && _drive is not null)
            {
                await Task.WhenAny(_drive);
                var state = await _runtime.StateAsync(_runId);
                if (state is { Stopped: null, Phase: { AwaitingApproval: null, Permitted: null, InDoubt: null } })
                    await _runtime.TellAsync(_runId, new Cancel());
            }
        }
        finally
        {
            await _servers.DisposeAsync();
        }
    }

    // While a call is open, and its client has not heard what came of it, no other is taken.
    private async Task<CallOutcome> TakeAsync(GatewayCall call)
    {
        var isRepeat = _made is { } made && made.Proposal == call.Proposal;
        var state = await ReachAsync(isRepeat);
        if (state is { Stopped: null, Phase.Call: null } && !(isRepeat && state.Turns.Count > _made!.Turns))
        {
            (isRepeat, _made) = (true, new Made(call.Proposal, state.Turns.Count));
            state = await GoOnAsync(call.Proposal);
        }
        if (isRepeat && state.Phase.AwaitingApproval is { } asked)
        {
            if (await call.Review(asked, _leaving.Token) is { } said) await _runtime.TellAsync(_runId!, said);
            // While the client was asked, somebody else may have answered.
            state = await ReachAsync(isRepeat);
        }
        if (!isRepeat || (state.Stopped is null && state.Phase.Call is not null)) return new CallOutcome(state, null, IsAnother: !isRepeat);
        var before = _made!.Turns;
        _made = null;
        return new CallOutcome(state, state.Turns.Count > before ? state.Turns[^1] : null);
    }

    // Where the run stands, after it went as far as it goes without another proposal. A person's approval is used for whoever made the
    // call: nothing is executed beside another call.
    private async Task<State> ReachAsync(bool isRepeat)
    {
        if (_drive is null) return await BeginAsync();
        if (!_drive.IsCompleted) return await RestAsync();
        var state = await _runtime.StateAsync(_runId!);
        if (state.Stopped is not null || (state.Phase.Permitted is not null && !isRepeat)) return state;
        Drive(() => _runtime.ResumeAsync(_runId!, Watch, leave: _leaving.Token));
        return await RestAsync();
    }

    // Under the next name that is free.
    private async Task<State> BeginAsync()
    {
        var run = _scenario.Run;
        var taken = (await _store.ListAsync($"{run.Id}-*")).Select(entry => entry.RunId[(run.Id.Length + 1)..])
            .Select(static digits => int.TryParse(digits, out var number) ? number : 0);
        for (var next = taken.DefaultIfEmpty().Max() + 1; ; next++)
        {
            _runId = $"{run.Id}-{next}";
            try
            {
                var named = new Run(_runId, run.Goal, run.Actor, run.Tenant, run.Route, run.Memory);
                Drive(() => _runtime.RunAsync(named, Watch, leave: _leaving.Token));
                return await RestAsync();
            }
            catch (StoreException e)
            {
                _drive = null;
                if (e is not (JournalConflictException or RunIsDrivenException)) throw;
            }
        }
    }

    private Task<State> GoOnAsync(Input proposal)
    {
        _asked = Fresh();
        // What was not read the last time is not to be read now.
        while (_proposals.Reader.TryRead(out _)) { }
        _proposals.Writer.TryWrite(ModelReply.Of(proposal, Stamp.None)!);
        return RestAsync();
    }

    private void Drive(Func<Task<State>> drive)
    {
        _asked = Fresh();
        _drive = drive();
    }

    private void Watch(StepResult step) => _state = step.State;

    // Until the client is asked, or the run goes no further.
    private async Task<State> RestAsync()
    {
        await Task.WhenAny(_asked.Task, _drive!);
        return _drive!.IsCompleted ? await _drive : _state!;
    }

    // A read that nobody waits for any more is given up. A write is not: it may have happened.
    private async Task<ToolResult> ExecuteAsync(ToolFunction function, AuthorizedCall permit, CancellationToken cancel)
    {
        if (permit.Call.Tool.SideEffect == SideEffect.Write || _call is not { } call) return await function(permit, cancel);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, call.GivenUp);
        try
        {
            return await function(permit, either.Token);
        }
        catch (Exception) when (call.GivenUp.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return new Error("The client gave the call up.");
        }
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Turns: how many the run had before.
    private sealed record Made(Input Proposal, int Turns);
}

/// <summary>A call of the gateway's client.</summary>
/// <param name="Proposal">What it proposes: a call of a tool, or an invalid decision.</param>
/// <param name="Place">When its turn comes.</param>
/// <param name="Review">Asks the client for an approval, where it speaks for a reviewer; null is no answer.</param>
/// <param name="Progress">Told of the progress that is reported of it.</param>
/// <param name="GivenUp">The client gave it up.</param>
internal sealed record GatewayCall(Input Proposal, Place Place, Func<AwaitingApproval, CancellationToken, Task<PersonSaid?>> Review,
    Action<ModelContextProtocol.ProgressNotificationValue> Progress, CancellationToken GivenUp);

/// <summary>What came of a call of the gateway's client.</summary>
/// <param name="State">Where the run stands.</param>
/// <param name="Turn">The call and its result; null where there is none: the run has stopped, or a person is needed.</param>
/// <param name="IsAnother">Whether it was not taken, because of another one that is open.</param>
internal sealed record CallOutcome(State State, Turn? Turn, bool IsAnother = false);
