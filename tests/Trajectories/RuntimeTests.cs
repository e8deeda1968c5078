using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>
/// The shell's loop against a world that misbehaves: whatever is thrown, hangs or comes back wrong becomes a value in the trace.
/// </summary>
public class RuntimeTests
{
    private static readonly Tool _read = new("read", "Reads.", SideEffect.Read);
    private static readonly Tool _write = new("write", "Writes.", SideEffect.Write);
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData("read", "tool_failure", "InvalidOperationException: boom")]
    [InlineData("write", "blocked", "in_doubt")]
    public async Task A_tool_that_throws_is_an_error_but_a_write_may_have_happened(string tool, string reason, string detail)
    {
        var state = await RunAsync(tool, (_, _) => throw new InvalidOperationException("boom"));
        Assert.Equal((reason, detail), (state.Stopped!.Reason.Name(), state.Stopped.Detail));
    }

    [Theory]
    [InlineData("read", "tool_failure", "TimeoutException: No answer within 3 s.")]
    [InlineData("write", "blocked", "in_doubt")]
    public async Task A_tool_that_never_answers_is_cut_off(string tool, string reason, string detail)
    {
        var started = new TaskCompletionSource();
        var state = await RunAsync(tool, (_, _) => Never<ToolResult>(started), Limited(started));
        Assert.Equal((reason, detail), (state.Stopped!.Reason.Name(), state.Stopped.Detail));
    }

    [Fact]
    public async Task A_tool_that_blocks_its_thread_is_cut_off_too()
    {
        using var never = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        var state = await RunAsync("read", (_, _) =>
        {
            started.SetResult();
            never.Wait();
            return Task.FromResult<ToolResult>(new Ok(Json.None));
        }, Limited(started));
        never.Set();
        Assert.Equal(StopReason.ToolFailure, state.Stopped!.Reason);
    }

    [Fact]
    public async Task A_tool_is_told_when_its_time_is_over()
    {
        var (started, told) = (new TaskCompletionSource(), new TaskCompletionSource());
        await RunAsync("read", (_, cancel) =>
        {
            cancel.Register(told.SetResult);
            return Never<ToolResult>(started);
        }, Limited(started));
        await told.Task;
    }

    [Fact]
    public async Task What_a_tool_does_when_it_is_told_to_give_up_does_not_hold_up_the_run()
    {
        using var never = new ManualResetEventSlim();
        var started = new TaskCompletionSource();
        var state = await RunAsync("read", (_, cancel) =>
        {
            cancel.Register(never.Wait);
            return Never<ToolResult>(started);
        }, Limited(started));
        never.Set();
        Assert.Equal(StopReason.ToolFailure, state.Stopped!.Reason);
    }

    [Fact]
    public async Task A_write_that_succeeded_is_no_doubt_because_of_what_it_left_behind()
    {
        var state = await RunAsync("write", (_, cancel) =>
        {
            cancel.Register(static () => throw new InvalidOperationException("too late"));
            return Task.FromResult<ToolResult>(new Ok("written"));
        });
        Assert.Equal((StopReason.Blocked, null, StoppedBy.Model), (state.Stopped!.Reason, state.Stopped.Detail, state.Stopped.By));
        Assert.Equal("written", ((Json.String)state.Turns[0].Result.Ok!.Data).Value);
    }

    [Fact]
    public async Task An_exception_whose_message_throws_is_a_value_too()
    {
        var state = await RunAsync("read", static (_, _) => throw new Unspeakable());
        Assert.Equal("Unspeakable: (it cannot say what happened)", state.Stopped!.Detail);
    }

    [Fact]
    public async Task A_call_that_is_too_deep_for_an_envelope_is_billed_and_an_invalid_decision()
    {
        var strict = new Tool("read", "Reads.", SideEffect.Read, Json.Object.Of(("maxProperties", 0)));
        var deep = Enumerable.Range(0, Json.MaxDepth - 2).Aggregate((Json)new Json.Array([]), static (inner, _) => new Json.Array([inner]));
        var model = new Model((_, _) => Task.FromResult(ModelReply.Proposed(new CallTool("read", Json.Object.Of(("deep", deep))), tokens: 9)));
        var state = await Runtime(strict, Fine, model).RunAsync(new Run("r", "g"));
        Assert.Equal((StopReason.InvalidDecision, 1, 9L), (state.Stopped!.Reason, state.Spent.InvalidDecisions, state.Spent.Tokens));
    }

    [Fact]
    public async Task The_schema_of_a_disabled_tool_does_not_make_its_call_an_invalid_decision()
    {
        var disabled = new Tool("read", "Reads.", SideEffect.Read, Json.Object.Of(("maxProperties", 0)), enabled: false);
        var model = new ScriptedModel([ModelReply.Proposed(new CallTool("read", Json.Object.Of(("page", 1))))]);
        var state = await Runtime(disabled, Fine, model).RunAsync(new Run("r", "g"));
        Assert.Equal((StopReason.Refused, "tool_disabled"), (state.Stopped!.Reason, state.Stopped.Detail));
    }

    [Fact]
    public async Task A_tools_own_limit_comes_before_the_runtimes()
    {
        var hasty = new Tool("read", "Reads.", SideEffect.Read, timeout: _limit);
        var started = new TaskCompletionSource();
        var clock = new LimitedClock(started.Task);
        var options = new RuntimeOptions { ToolTimeout = TimeSpan.FromDays(1), Clock = clock };
        var runtime = Runtime(hasty, (_, _) => Never<ToolResult>(started), new ScriptedModel([Call("read")]), options);
        var state = await runtime.RunAsync(new Run("r", "g"));
        Assert.Equal("TimeoutException: No answer within 3 s.", state.Stopped!.Detail);
        // Its time begins once, when it does.
        Assert.Equal(1, clock.Limits);
    }

    [Fact]
    public void A_tool_that_is_given_no_time_is_refused_before_any_run()
    {
        var hasty = new Tool("read", "Reads.", SideEffect.Read, timeout: TimeSpan.Zero);
        var refused = Assert.Throws<ArgumentException>(() => Runtime(hasty, Fine, new ScriptedModel([])));
        Assert.Contains("more than 0, or null for the runtime's: read", refused.Message, StringComparison.Ordinal);
    }

    // What asks for a limit that is over at once, while the work still waits, must not ask again and again: it would never come back.
    [Fact]
    public async Task The_least_limit_begins_when_the_work_does()
    {
        var (free, clock) = (new TaskCompletionSource(), new AgeingClock());
        var runtime = new AgentRuntime(new Agent([_read], new Budget(3)), new ScriptedModel([Call("read")]), Toolbox.Empty.Bind("read", Fine),
            new SlowToRenew(new InMemoryStore(), free.Task), new RuntimeOptions
            {
                Clock = clock, OwnThreads = false, ToolTimeout = TimeSpan.FromTicks(1), ModelTimeout = TimeSpan.FromTicks(1),
            });
        var running = runtime.RunAsync(new Run("r", "g"));
        Assert.False(running.IsCompleted);
        clock.IsOld = false;
        free.SetResult();
        Assert.NotNull((await running).Stopped);
    }

    [Fact]
    public async Task A_tool_that_returns_nothing_is_an_error()
    {
        var state = await RunAsync("read", (_, _) => Task.FromResult<ToolResult>(null!));
        Assert.Equal((StopReason.ToolFailure, "The tool returned nothing."), (state.Stopped!.Reason, state.Stopped.Detail));
    }

    [Fact]
    public async Task An_exceptions_message_cannot_carry_ill_formed_or_endless_text_into_the_trace()
    {
        var state = await RunAsync("read", (_, _) => throw new InvalidOperationException("\ud800" + new string('x', 5000)));
        Assert.StartsWith("InvalidOperationException: \ufffdxxx", state.Stopped!.Detail, StringComparison.Ordinal);
        Assert.Equal(1000, state.Stopped.Detail!.Length);
    }

    [Fact]
    public async Task A_model_that_throws_is_a_model_failure()
    {
        var state = await RunAsync(new Model(static (_, _) => throw new HttpRequestException("503")));
        Assert.Equal((StopReason.InvalidDecision, "model_failure: HttpRequestException: 503"), (state.Stopped!.Reason, state.Stopped.Detail));
        Assert.Equal((0, 1), (state.Spent.Steps, state.Spent.ModelFailures));
    }

    [Fact]
    public async Task A_model_whose_output_does_not_parse_made_an_invalid_decision()
    {
        var state = await RunAsync(new Model(static (_, _) => throw new FormatException("no JSON")));
        Assert.Equal((StopReason.InvalidDecision, "FormatException: no JSON"), (state.Stopped!.Reason, state.Stopped.Detail));
        Assert.Equal((1, 1), (state.Spent.Steps, state.Spent.InvalidDecisions));
    }

    [Fact]
    public async Task A_model_that_never_answers_or_returns_nothing_is_a_model_failure()
    {
        var asked = new TaskCompletionSource();
        var hangs = await RunAsync(new Model((_, _) => Never<ModelReply>(asked)),
            new RuntimeOptions { ModelTimeout = _limit, Clock = new LimitedClock(asked.Task) });
        Assert.Equal("model_failure: TimeoutException: No answer within 3 s.", hangs.Stopped!.Detail);
        var nothing = await RunAsync(new Model(static (_, _) => Task.FromResult<ModelReply>(null!)));
        Assert.Equal("model_failure: The model returned nothing.", nothing.Stopped!.Detail);
    }

    [Fact]
    public async Task A_call_that_breaks_its_tools_schema_is_an_invalid_decision_and_reaches_nothing()
    {
        var strict = new Tool("read", "Reads.", SideEffect.Read, Json.Object.Of(
            ("type", "object"), ("required", new Json.Array(["id"])),
            ("properties", Json.Object.Of(("id", Json.Object.Of(("type", "integer")))))));
        var executed = false;
        var model = new ScriptedModel([ModelReply.Proposed(new CallTool("read", Json.Object.Of(("id", "seven"))))]);
        var runtime = Runtime(strict, (_, _) => { executed = true; return Task.FromResult<ToolResult>(new Ok(Json.None)); }, model);
        var state = await runtime.RunAsync(new Run("r", "g"));
        Assert.Equal(StopReason.InvalidDecision, state.Stopped!.Reason);
        Assert.Contains("id", state.Stopped.Detail, StringComparison.Ordinal);
        Assert.Contains("seven", state.Turns[0].Raw, StringComparison.Ordinal);
        Assert.False(executed);
    }

    [Fact]
    public async Task Tokens_and_cost_of_a_model_are_billed()
    {
        var state = await RunAsync(new ScriptedModel([ModelReply.Proposed(new Answer("yes"), tokens: 120, cost: 0.3m)]));
        Assert.Equal((120, 0.3m), (state.Spent.Tokens, state.Spent.Cost));
    }

    [Fact]
    public async Task Cancelling_while_the_model_thinks_stops_the_run()
    {
        using var source = new CancellationTokenSource();
        var model = new Model(async (_, cancel) =>
        {
            await source.CancelAsync();
            return await new TaskCompletionSource<ModelReply>().Task.WaitAsync(cancel);
        });
        var state = await Runtime(_read, Fine, model).RunAsync(new Run("r", "g"), cancel: source.Token);
        Assert.Equal(StopReason.Cancelled, state.Stopped!.Reason);
    }

    [Theory]
    [InlineData("read", "cancelled")]
    [InlineData("write", "blocked")]
    public async Task Cancelling_during_a_call_stops_the_run_and_a_write_in_flight_is_in_doubt(string tool, string reason)
    {
        using var source = new CancellationTokenSource();
        var state = await RunAsync(tool, async (_, cancel) =>
        {
            await source.CancelAsync();
            return await new TaskCompletionSource<ToolResult>().Task.WaitAsync(cancel);
        }, cancel: source.Token);
        Assert.Equal(reason, state.Stopped!.Reason.Name());
        Assert.Equal(tool == "write" ? "in_doubt" : null, state.Stopped.Detail);
    }

    [Fact]
    public async Task A_run_that_needs_a_person_waits_and_says_for_what()
    {
        var agent = new Agent([_write], new Budget(2), approvals: Approvals.On);
        var runtime = new AgentRuntime(agent, new ScriptedModel([Call("write")]), Toolbox.Empty.Bind("write", Fine));
        var state = await runtime.RunAsync(new Run("r", "g", actor: "ann"));
        Assert.Null(state.Stopped);
        Assert.Equal("write", agent.Pending(state)!.AskApproval!.Call.Tool.Name);
    }

    [Fact]
    public async Task One_name_is_one_run()
    {
        var journal = new InMemoryStore();
        var runtime = new AgentRuntime(new Agent([], new Budget(1)), new ScriptedModel([]), Toolbox.Empty, journal);
        await runtime.RunAsync(new Run("r", "g"));
        var before = await journal.ReadAsync("r");
        await Assert.ThrowsAsync<JournalConflictException>(() => runtime.RunAsync(new Run("r", "g")));
        Assert.Equal(before, await journal.ReadAsync("r"));
    }

    [Fact]
    public void A_tool_without_a_function_is_refused_before_any_run()
    {
        var refused = Assert.Throws<ArgumentException>(() =>
            new AgentRuntime(new Agent([_read], new Budget(1)), new ScriptedModel([]), Toolbox.Empty));
        Assert.Contains("read", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_runs_share_a_runtime_and_a_journal()
    {
        var journal = new InMemoryStore();
        var agent = new Agent([_read], new Budget(3));
        var runtime = new AgentRuntime(agent, new ScriptedModel([Call("read"), ModelReply.Proposed(new Answer("yes"))]),
            Toolbox.Empty.Bind("read", Fine), journal);
        var states = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => runtime.RunAsync(new Run($"run_{i}", "g"))));
        foreach (var state in states)
        {
            Assert.Equal(StopReason.Success, state.Stopped!.Reason);
            Assert.Equal(state, Agent.Fold(await journal.ReadAsync(state.RunId)).State!);
        }
    }

    private static Task<T> Never<T>(TaskCompletionSource started)
    {
        started.SetResult();
        return new TaskCompletionSource<T>().Task;
    }

    private static RuntimeOptions Limited(TaskCompletionSource started) =>
        new() { ToolTimeout = _limit, Clock = new LimitedClock(started.Task) };

    private static ModelReply Call(string tool) => ModelReply.Proposed(new CallTool(tool, Json.Object.Empty));

    private static Task<ToolResult> Fine(AuthorizedCall permit, CancellationToken cancel) => Task.FromResult<ToolResult>(new Ok(Json.None));

    private static AgentRuntime Runtime(Tool tool, ToolFunction function, IModel model, RuntimeOptions? options = null) =>
        new(new Agent([tool], new Budget(3), Policy.Permissive), model, Toolbox.Empty.Bind(tool.Name, function), options: options);

    private static Task<State> RunAsync(string tool, ToolFunction function, RuntimeOptions? options = null, CancellationToken cancel = default) =>
        Runtime(tool == "read" ? _read : _write, function, new ScriptedModel([Call(tool)]), options).RunAsync(new Run("r", "g"), cancel: cancel);

    private static Task<State> RunAsync(IModel model, RuntimeOptions? options = null) =>
        Runtime(_read, Fine, model, options).RunAsync(new Run("r", "g"));

    private sealed class Unspeakable : Exception
    {
        public override string Message => throw new InvalidOperationException("no words");
    }

    // By this clock every lease is old, as long as it says so.
    private sealed class AgeingClock : TimeProvider
    {
        private long _now;

        public bool IsOld { get; set; } = true;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => IsOld ? Interlocked.Add(ref _now, TimeSpan.TicksPerMinute) : _now;
    }

    // Time stands still until the work has begun; then the limit is over at once, and every other one is far away. So no test depends on
    // how fast the machine is.
    private sealed class LimitedClock(Task begun) : TimeProvider
    {
        private int _limits;

        // How often the limit began.
        public int Limits => _limits;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != _limit) return new NoTimer();
            Interlocked.Increment(ref _limits);
            begun.ContinueWith(_ => callback(state), TaskScheduler.Default);
            return new NoTimer();
        }

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
