using System.Text.Json;
using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// Drives runs of one agent: records events, performs the work that is owed, feeds the answers back. It decides nothing; the core does.
/// Safe for many runs at once, each under its own name.
/// </summary>
public sealed class AgentRuntime
{
    // What a timer can wait: some 49 days. Whoever grants more grants all the time there is.
    private static readonly TimeSpan _longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly Agent _agent;
    private readonly IModel _model;
    private readonly Dictionary<string, Bound> _tools;
    private readonly IJournal _journal;
    private readonly RuntimeOptions _options;
    private readonly InputSchemas _schemas;

    /// <summary>A runtime.</summary>
    /// <param name="agent">The agent that governs the runs.</param>
    /// <param name="model">Who proposes.</param>
    /// <param name="tools">A function for each of the agent's enabled tools.</param>
    /// <param name="journal">Where events are kept; by default in memory.</param>
    /// <param name="options">Time limits and clock.</param>
    /// <exception cref="ArgumentException">An enabled tool has no function, or an input schema is unusable.</exception>
    public AgentRuntime(Agent agent, IModel model, Toolbox tools, IJournal? journal = null, RuntimeOptions? options = null)
    {
        (_agent, _model) = (agent, model);
        (_journal, _options) = (journal ?? new InMemoryJournal(), options ?? new RuntimeOptions());
        var unbound = agent.Tools.Where(tool => tool.Enabled && tools[tool.Name] is null).Select(tool => tool.Name).ToList();
        if (unbound.Count > 0) throw new ArgumentException($"No function is bound for: {string.Join(", ", unbound)}.", nameof(tools));
        _tools = agent.Tools.Where(static tool => tool.Enabled).ToDictionary(static tool => tool.Name,
            tool => new Bound(tools[tool.Name]!, tool.Timeout ?? _options.ToolTimeout), StringComparer.Ordinal);
        _schemas = new InputSchemas(agent.Tools);
    }

    /// <summary>Runs until the run has stopped, or waits for a person.</summary>
    /// <param name="run">What the run is for.</param>
    /// <param name="watch">Told of each step once its events are kept.</param>
    /// <param name="cancel">
    /// Cancels the run: it stops as cancelled, unless a write is in flight, whose outcome is then recorded as lost.
    /// </param>
    /// <returns>
    /// The state at the end. A run that waits for a person is not stopped; <see cref="Agent.Pending"/> says what is asked.
    /// </returns>
    /// <exception cref="JournalConflictException">There is a run of this name already.</exception>
    public async Task<State> RunAsync(Run run, Action<StepResult>? watch = null, CancellationToken cancel = default)
    {
        var step = _agent.Start(run, Stamp());
        while (true)
        {
            await _journal.AppendAsync(step.Events);
            watch?.Invoke(step);
            if (step.Work is null || await PerformAsync(step.State, step.Work, cancel) is not { } answer) return step.State;
            step = _agent.Step(step.State, answer.Input, answer.Stamp);
        }
    }

    // Null: a person is asked, and the run waits.
    private ValueTask<Arrival?> PerformAsync(State state, Effect work, CancellationToken cancel) => work.Match(
        (runtime: this, state, cancel),
        record: static (_, _) => Waiting,
        askModel: static (at, ask) => at.runtime.AskAsync(ask.Packet, at.cancel),
        executeTool: static (at, execute) => at.runtime.ExecuteAsync(at.state, execute.Permit, at.cancel),
        askApproval: static (_, _) => Waiting,
        askReply: static (_, _) => Waiting,
        askResolution: static (_, _) => Waiting);

    private static ValueTask<Arrival?> Waiting => new((Arrival?)null);

    private async ValueTask<Arrival?> AskAsync(ContextPacket packet, CancellationToken cancel)
    {
        try
        {
            var reply = await LimitAsync(static (ask, token) => ask._model.ProposeAsync(ask.packet, token), (_model, packet),
                _options.ModelTimeout, cancel);
            if (reply is null) return Arrived(new ModelFailure("The model returned nothing."));
            var input = reply.Input.Decision?.CallTool is { } call && _schemas.Fault(call) is { } fault
                ? new InvalidDecision(fault, JsonText.Object([("name", call.Name), ("input", call.Input)]).ToString())
                : reply.Input;
            return Arrived(input, reply.Tokens, reply.Cost);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            return Arrived(new Cancel());
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return Arrived(new InvalidDecision(Clean.Message(e)));
        }
        catch (Exception e)
        {
            return Arrived(new ModelFailure(Clean.Message(e)));
        }
    }

    private async ValueTask<Arrival?> ExecuteAsync(State state, AuthorizedCall permit, CancellationToken cancel)
    {
        var (call, isWrite) = (permit.Call, permit.Call.Tool.SideEffect == SideEffect.Write);
        if (permit.RunId != state.RunId || permit.AgentHash != _agent.Hash)
            return Arrived(new ToolReport(call.Id, new Error("The permit is for another run or from another agent.")));
        if (cancel.IsCancellationRequested) return Arrived(new Cancel());
        try
        {
            var tool = _tools[call.Tool.Name];
            var result = await LimitAsync(static (execute, token) => execute.Function(execute.permit, token), (tool.Function, permit),
                tool.Timeout, cancel);
            return Arrived(new ToolReport(call.Id, result ?? Unknown("The tool returned nothing.")));
        }
        catch (Exception) when (cancel.IsCancellationRequested && !isWrite)
        {
            return Arrived(new Cancel());
        }
        catch (Exception e)
        {
            return Arrived(new ToolReport(call.Id, Unknown(Clean.Message(e))));
        }

        // A read or a draft that fails has not happened, as far as anyone is concerned. A write may have.
        ToolResult Unknown(string reason) => isWrite ? new Lost(reason) : new Error(reason);
    }

    // With a limit of its own and, unless the options say otherwise, on a thread of its own: code that blocks, or does not look at its
    // token, does not hold up the run.
    private async ValueTask<T> LimitAsync<TWith, T>(
        Func<TWith, CancellationToken, Task<T>> work, TWith with, TimeSpan limit, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task<T>? running = null;
        try
        {
            running = _options.OwnThreads ? OnOwnThreadAsync(work, with, source.Token) : work(with, source.Token);
            return await running.WaitAsync(limit <= _longest ? limit : Timeout.InfiniteTimeSpan, _options.Clock, cancel);
        }
        catch (TimeoutException) when (running is { IsCompleted: false })
        {
            throw new TimeoutException($"No answer within {limit.TotalSeconds:0.###} s.");
        }
        finally
        {
            // Work that goes on is told to give up. Nobody waits for that: what a tool does when it is told must not hold up the run
            // either.
            if (running is not { IsCompleted: false }) source.Dispose();
            else _ = source.CancelAsync().ContinueWith(_ => source.Dispose(), TaskScheduler.Default);
        }
    }

    private static async Task<T> OnOwnThreadAsync<TWith, T>(
        Func<TWith, CancellationToken, Task<T>> work, TWith with, CancellationToken cancel)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        cancel.ThrowIfCancellationRequested();
        return await work(with, cancel);
    }

    private Arrival Arrived(Input input, long tokens = 0, decimal cost = 0) => new(input, Stamp(tokens, cost));

    private Stamp Stamp(long tokens = 0, decimal cost = 0) => new(_options.Clock.GetUtcNow(), tokens, cost);

    private readonly record struct Arrival(Input Input, Stamp Stamp);

    private sealed record Bound(ToolFunction Function, TimeSpan Timeout);
}

/// <summary>Time limits and clock of a runtime.</summary>
public sealed record RuntimeOptions
{
    /// <summary>How long a tool may take that names no limit of its own.</summary>
    public TimeSpan ToolTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a model may take for one answer.</summary>
    public TimeSpan ModelTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether models and tools begin on threads of their own, so that code that blocks does not hold up the run. False is faster, and for
    /// code that awaits whatever takes time: until its first await no limit can end it.
    /// </summary>
    public bool OwnThreads { get; init; } = true;

    /// <summary>The clock that stamps inputs and measures limits.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
