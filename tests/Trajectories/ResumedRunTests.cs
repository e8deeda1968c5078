using MiniRuntime.Core;
using MiniRuntime.Shell;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>Runs that are left, told something, and taken up again, by runtimes that share nothing but the store.</summary>
public class ResumedRunTests
{
    private static readonly Tool _read = new("read", "Reads.", SideEffect.Read);
    private static readonly Tool _write = new("write", "Writes.", SideEffect.Write);
    private static readonly Run _run = new("r", "g", actor: "ann");
    private static readonly Agent _agent = new([_read, _write], new Budget(6, maxRefusals: 2, maxToolFailures: 2), approvals: Approvals.On);

    private readonly InMemoryStore _store = new();
    private readonly List<string> _world = [];

    [Fact]
    public async Task A_run_waits_is_approved_elsewhere_and_finished_elsewhere_with_one_write()
    {
        var waiting = await Runtime(Call("write"), Answer).RunAsync(_run);
        var ask = _agent.Pending(waiting)!.AskApproval!;
        Assert.Empty(_world);

        var (told, ignored) = await Runtime().TellAsync("r", Approval(ask));
        Assert.Null(ignored);
        Assert.NotNull(told.Phase.Permitted);
        Assert.Empty(_world);

        var end = await Runtime(Call("write"), Answer).ResumeAsync("r");
        Assert.Equal(StopReason.Success, end.Stopped!.Reason);
        Assert.Equal(["write {}"], _world);
        Assert.Equal((end, null), (Agent.Fold(await _store.ReadAsync("r")).State!, Replay.Of(_agent, await _store.ReadAsync("r")).Difference));
    }

    [Fact]
    public async Task Of_two_who_answer_one_request_one_is_first_and_the_other_hears_it()
    {
        var ask = _agent.Pending(await Runtime(Call("write")).RunAsync(_run))!.AskApproval!;
        Assert.Null((await Runtime().TellAsync("r", Approval(ask))).Ignored);
        Assert.Equal("request_not_open", (await Runtime().TellAsync("r", (PersonSaid)new Reject(ask.Request.Id, "cid", "no"))).Ignored);
        Assert.Equal("request_not_open", (await Runtime().TellAsync("r", Approval(ask))).Ignored);
    }

    [Fact]
    public async Task An_edited_input_passes_the_gate_again_and_only_it_runs()
    {
        var ask = _agent.Pending(await Runtime(Call("write"), Answer).RunAsync(_run))!.AskApproval!;
        var edited = Json.Object.Of(("to", "ann"));
        var (told, _) = await Runtime().TellAsync("r", (PersonSaid)new Approve(ask.Request.Id, ask.Request.Hash, "bob", edited));
        var again = _agent.Pending(told)!.AskApproval!;
        Assert.NotEqual(ask.Request.Id, again.Request.Id);
        await Runtime().TellAsync("r", Approval(again));
        await Runtime(Call("write"), Answer).ResumeAsync("r");
        Assert.Equal(["write {\"to\":\"ann\"}"], _world);
    }

    [Fact]
    public async Task An_approved_call_can_still_be_cancelled_before_it_runs()
    {
        var ask = _agent.Pending(await Runtime(Call("write")).RunAsync(_run))!.AskApproval!;
        await Runtime().TellAsync("r", Approval(ask));
        var (end, ignored) = await Runtime().TellAsync("r", new Cancel());
        Assert.Equal((StopReason.Cancelled, null), (end.Stopped!.Reason, ignored));
        Assert.Equal(end, await Runtime(Answer).ResumeAsync("r"));
        Assert.Empty(_world);
    }

    // Would catch: a cancel that nobody hears: nobody drove the run when its driver was asked, and somebody did when it was told itself.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancel_that_comes_between_two_drivers_is_not_lost(bool stays)
    {
        await Runtime(Call("write")).RunAsync(_run);
        var store = new TakenBetween(_store, stays);
        var cancelled = await AgentRuntime.CancelAsync(store, "r");
        if (stays)
        {
            Assert.Null(cancelled);
            Assert.Equal(LeaseState.CancelAsked, await _store.RenewAsync(store.Taken!, Journals.Hour));
            return;
        }
        Assert.Equal((StopReason.Cancelled, null), (cancelled!.Value.State.Stopped?.Reason, cancelled.Value.Ignored));
        Assert.Equal(cancelled.Value.State, Agent.Fold(await _store.ReadAsync("r")).State!);
    }

    // Would catch: an answer that came too late, said to be recorded; and one that is refused though it came in time.
    [Fact]
    public async Task An_answer_that_comes_after_the_request_has_expired_is_not_recorded()
    {
        var clock = new MovedClock();
        AgentRuntime Timed(params ModelReply[] replies) =>
            new(_agent, new ScriptedModel(replies), Tools(), _store, new RuntimeOptions { Clock = clock });
        var ask = _agent.Pending(await Timed(Call("write")).RunAsync(_run))!.AskApproval!;
        var before = await _store.ReadAsync("r");
        clock.Move(_agent.Approvals.ValidFor + TimeSpan.FromTicks(1));
        foreach (var said in (PersonSaid[])[Approval(ask), new Reject(ask.Request.Id, "bob", "no")])
            Assert.Equal("approval_expired", (await Timed().TellAsync("r", said, inTime: true)).Ignored);
        Assert.Equal(before, await _store.ReadAsync("r"));
        var end = await Timed(Call("write"), Answer).ResumeAsync("r");
        Assert.Equal((StopReason.Success, new Refused("approval_expired")), (end.Stopped!.Reason, end.Turns[0].Result?.Refused));
        Assert.Empty(_world);
    }

    // Would catch: a failure that is charged only after the wait, which a crash makes free; and a wait that nobody can end.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wait_for_the_model_is_after_the_failure_is_on_record_and_ends_when_the_run_does(bool leaves)
    {
        using var ends = new CancellationTokenSource();
        var (asked, agent) = (0, new Agent([_read], new Budget(3, maxModelFailures: 9)));
        var runtime = new AgentRuntime(agent, new Model((_, _) => ++asked > 0 ? throw new ModelUnavailableException("busy", TimeSpan.FromDays(1)) : null!),
            Tools(), _store, new RuntimeOptions { LongestModelPause = TimeSpan.FromDays(1) });
        void Watch(StepResult step)
        {
            if (step.State.Spent.ModelFailures == 1) ends.CancelAfter(TimeSpan.FromMilliseconds(50));
        }
        var end = leaves ? await runtime.RunAsync(_run, Watch, leave: ends.Token) : await runtime.RunAsync(_run, Watch, ends.Token);
        Assert.Equal((1, 1), (asked, end.Spent.ModelFailures));
        Assert.Equal(leaves ? null : StopReason.Cancelled, end.Stopped?.Reason);
        Assert.Equal(end, Agent.Fold(await _store.ReadAsync("r")).State);
    }

    // Would catch: an approval that is used a year after it was given, because nobody took the run up before.
    [Fact]
    public async Task An_approval_that_was_not_used_in_time_is_asked_for_again()
    {
        var ask = _agent.Pending(await Runtime(Call("write")).RunAsync(_run))!.AskApproval!;
        await Runtime().TellAsync("r", Approval(ask));
        var clock = new LaterClock(TimeSpan.FromDays(400));
        var end = await new AgentRuntime(_agent, new ScriptedModel([]), Tools(), _store, new RuntimeOptions { Clock = clock }).ResumeAsync("r");
        Assert.NotEqual(ask.Request.Id, end.Phase.AwaitingApproval!.Request.Id);
        Assert.Empty(_world);
    }

    private sealed class LaterClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    [Fact]
    public async Task A_run_whose_process_died_while_it_read_can_be_cancelled()
    {
        await Died(Call("read"));
        var (end, ignored) = await Runtime().TellAsync("r", new Cancel());
        Assert.Equal((new Stopped(StopReason.Cancelled), null), (end.Stopped, ignored));
    }

    [Fact]
    public async Task Who_tells_nothing_is_refused_and_nothing_is_recorded()
    {
        await Died(Call("write"), new Agent([_write], new Budget(6), Policy.Permissive, Approvals.On));
        var before = await _store.ReadAsync("r");
        await Assert.ThrowsAsync<ArgumentNullException>(() => Runtime().TellAsync("r", null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Runtime().TellAsync(null!, new Cancel()));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Runtime().RunAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Runtime().ResumeAsync(null!));
        Assert.Throws<ArgumentNullException>(() => new RuntimeOptions { Owner = null! });
        Assert.Throws<ArgumentNullException>(() => Tools().Bind("read", (ToolFunction)null!));
        Assert.Equal(before, await _store.ReadAsync("r"));
        Assert.Null((await _store.FindAsync("r"))!.DrivenBy);
    }

    [Fact]
    public async Task What_was_executing_when_its_process_died_is_repeated_only_where_that_is_harmless()
    {
        await Died(Call("read"));
        var end = await Runtime(Call("read"), Answer).ResumeAsync("r");
        Assert.Equal((StopReason.Success, 2), (end.Stopped!.Reason, end.Spent.ToolCalls));
    }

    [Fact]
    public async Task A_write_that_was_executing_when_its_process_died_waits_for_a_person()
    {
        var permissive = new Agent([_write], new Budget(6), Policy.Permissive, Approvals.On);
        await Died(Call("write"), permissive);
        var waiting = await Runtime(permissive, Call("write"), Answer).ResumeAsync("r");
        var doubt = permissive.Pending(waiting)!.AskResolution!;
        Assert.Equal(["write {}"], _world);
        // Asked again, it waits for the same answer.
        Assert.Equal(waiting, await Runtime(permissive, Call("write"), Answer).ResumeAsync("r"));
        await Runtime(permissive).TellAsync("r", (PersonSaid)new Resolve(doubt.Call.Id, Resolution.Happened, "bob"));
        Assert.Equal(StopReason.Success, (await Runtime(permissive, Call("write"), Answer).ResumeAsync("r")).Stopped!.Reason);
        Assert.Equal(["write {}"], _world);
    }

    [Fact]
    public async Task A_run_that_is_left_while_the_model_thinks_goes_on_where_it_was()
    {
        using var leave = new CancellationTokenSource();
        var left = await new AgentRuntime(_agent, new Model(async (_, cancel) =>
        {
            await leave.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancel);
            throw new InvalidOperationException();
        }), Tools(), _store).RunAsync(_run, leave: leave.Token);
        Assert.NotNull(left.Phase.Thinking);
        Assert.Equal(StopReason.Success, (await Runtime(Call("read"), Answer).ResumeAsync("r")).Stopped!.Reason);
    }

    [Fact]
    public async Task A_run_that_is_left_when_a_call_was_permitted_does_not_take_the_permit()
    {
        using var leave = new CancellationTokenSource();
        var left = await new AgentRuntime(_agent, new Model((_, _) =>
        {
            leave.Cancel();
            return Task.FromResult(Call("read"));
        }), Tools(), _store, new RuntimeOptions { OwnThreads = false }).RunAsync(_run, leave: leave.Token);
        Assert.NotNull(left.Phase.Permitted);
        var end = await Runtime(Call("read"), Answer).ResumeAsync("r");
        Assert.Equal((StopReason.Success, 1), (end.Stopped!.Reason, end.Spent.ToolCalls));
    }

    [Fact]
    public async Task A_write_in_flight_is_waited_for_when_the_run_is_left()
    {
        using var leave = new CancellationTokenSource();
        var agent = new Agent([_write], new Budget(6), Policy.Permissive);
        var left = await new AgentRuntime(agent, new ScriptedModel([Call("write"), Answer]), Toolbox.Empty.Bind("write", async (_, cancel) =>
        {
            await leave.CancelAsync();
            Assert.False(cancel.IsCancellationRequested);
            return new Ok("done");
        }), _store).RunAsync(_run, leave: leave.Token);
        Assert.NotNull(left.Phase.Thinking);
        Assert.Equal(new Ok("done"), left.Turns[0].Result);
    }

    [Fact]
    public async Task One_process_drives_a_run_at_a_time()
    {
        var (started, free) = (new TaskCompletionSource(), new TaskCompletionSource());
        var driving = new AgentRuntime(_agent, new Model(async (_, _) =>
        {
            started.SetResult();
            await free.Task;
            return Answer;
        }), Tools(), _store).RunAsync(_run);
        await started.Task;
        await Assert.ThrowsAsync<RunIsDrivenException>(() => Runtime().ResumeAsync("r"));
        await Assert.ThrowsAsync<RunIsDrivenException>(() => Runtime().TellAsync("r", new Cancel()));
        free.SetResult();
        Assert.Equal(StopReason.Success, (await driving).Stopped!.Reason);
    }

    [Fact]
    public async Task A_process_that_was_paused_too_long_finds_itself_fenced_and_executes_nothing()
    {
        var clock = new MovedClock();
        var store = new InMemoryStore(clock);
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource<ModelReply>());
        var agent = new Agent([_read], new Budget(6));
        var paused = new AgentRuntime(agent, new Model((_, _) =>
        {
            asked.SetResult();
            return answer.Task;
        }), Tools(), store, new RuntimeOptions { Clock = clock }).RunAsync(_run);
        await asked.Task;
        clock.Move(TimeSpan.FromMinutes(1));
        var other = await new AgentRuntime(agent, new ScriptedModel([Answer]), Tools(), store).ResumeAsync("r");
        Assert.Equal(StopReason.Success, other.Stopped!.Reason);
        answer.SetResult(Call("read"));
        await Assert.ThrowsAsync<LeaseLostException>(() => paused);
        Assert.Empty(_world);
        Assert.Equal(other, Agent.Fold(await store.ReadAsync("r")).State!);
    }

    [Fact]
    public async Task Whoever_drives_a_run_hears_that_it_is_to_be_cancelled()
    {
        var clock = new MovedClock();
        var started = new TaskCompletionSource();
        var driving = new AgentRuntime(_agent, new Model(async (_, cancel) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancel);
            return Answer;
        }), Tools(), _store, new RuntimeOptions { Clock = clock }).RunAsync(_run);
        await started.Task;
        Assert.True(await _store.AskToCancelAsync("r"));
        clock.Ring();
        Assert.Equal(StopReason.Cancelled, (await driving).Stopped!.Reason);
        Assert.False(await _store.AskToCancelAsync("r"));
    }

    [Fact]
    public async Task No_more_runs_are_driven_at_once_than_there_is_room_for()
    {
        var (now, most) = (0, 0);
        var runtime = new AgentRuntime(_agent, new Model(async (_, _) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
            return Answer;
        }), Tools(), _store, new RuntimeOptions { MaxRuns = 3 });
        var states = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => runtime.RunAsync(new Run($"run{i}", "g"))));
        Assert.All(states, static state => Assert.Equal(StopReason.Success, state.Stopped!.Reason));
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task A_result_that_is_too_long_is_cut_and_its_length_and_hash_are_recorded()
    {
        var whole = new string('x', 50_000_000);
        var agent = new Agent([_read], new Budget(6));
        var end = await new AgentRuntime(agent, new ScriptedModel([Call("read"), Answer]),
            Toolbox.Empty.Bind("read", (_, _) => Task.FromResult<ToolResult>(new Ok(whole))), _store).RunAsync(_run);
        var kept = (Json.Object)end.Turns[0].Result.Ok!.Data;
        Assert.Equal((true, 50_000_000, CanonicalJson.Hash(whole)), (kept["truncated"], kept["characters"], kept["sha256"]));
        Assert.InRange(((Json.String)kept["beginning"]!).Value.Length, 1000, 1_000_000);
    }

    [Fact]
    public async Task A_time_that_came_while_nobody_looked_counts_when_the_run_is_taken_up()
    {
        var clock = new MovedClock();
        var options = new RuntimeOptions { Clock = clock };
        await new AgentRuntime(_agent, new ScriptedModel([Call("write"), Answer]), Tools(), _store, options).RunAsync(_run);
        clock.Move(TimeSpan.FromDays(8));
        var end = await new AgentRuntime(_agent, new ScriptedModel([Call("write"), Answer]), Tools(), _store, options).ResumeAsync("r");
        Assert.Equal((StopReason.Success, 1), (end.Stopped!.Reason, end.Spent.Refusals));
        Assert.Empty(_world);
    }

    private static ModelReply Call(string tool) => ModelReply.Proposed(new CallTool(tool, Json.Object.Empty));

    private static ModelReply Answer => ModelReply.Proposed(new Answer("yes"));

    private static PersonSaid Approval(AskApproval ask) => new Approve(ask.Request.Id, ask.Request.Hash, "bob");

    private Toolbox Tools() => Toolbox.Empty.Bind("read", World).Bind("write", World);

    private Task<ToolResult> World(AuthorizedCall permit, CancellationToken cancel)
    {
        lock (_world) _world.Add($"{permit.Call.Tool.Name} {permit.Call.Proposal.Input}");
        return Task.FromResult<ToolResult>(new Ok(Json.None));
    }

    private AgentRuntime Runtime(params ModelReply[] script) => Runtime(_agent, script);

    private AgentRuntime Runtime(Agent agent, params ModelReply[] script) => new(agent, new ScriptedModel(script),
        agent.Tools.Aggregate(Toolbox.Empty, (box, tool) => box.Bind(tool.Name, World)), _store);

    // The process dies in the middle of a call: the store has the permit, and no more.
    private async Task Died(ModelReply proposal, Agent? agent = null)
    {
        agent ??= _agent;
        var lease = await _store.AcquireAsync("r", "dead", TimeSpan.FromMinutes(1));
        var start = agent.Start(_run);
        var step = agent.Step(start.State, proposal.Input);
        await _store.AppendAsync(lease, [.. start.Events, .. step.Events]);
        await World(step.Work!.ExecuteTool!.Permit, default);
        await _store.ReleaseAsync(lease);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen) { }
    }

    // A clock that stands still unless it is moved; what is to happen again and again happens when it rings.
    private sealed class MovedClock : TimeProvider
    {
        private readonly List<(TimerCallback Callback, object? State)> _again = [];
        private TimeSpan _moved;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + _moved;

        public override long GetTimestamp() => _moved.Ticks;

        public void Move(TimeSpan by) => _moved += by;

        public void Ring()
        {
            foreach (var (callback, state) in _again) callback(state);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan) _again.Add((callback, state));
            return new Idle();
        }

        private sealed class Idle : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
