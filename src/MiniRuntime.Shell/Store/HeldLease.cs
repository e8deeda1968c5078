using MiniRuntime.Core;

namespace MiniRuntime.Shell;

/// <summary>
/// A lease while a run is driven under it: renewed from time to time, given back at the end. What its holder hears that way, and what the
/// host asks for, ends the work that is under way.
/// </summary>
internal sealed class HeldLease : IAsyncDisposable
{
    private readonly IRunStore _store;
    private readonly RuntimeOptions _options;
    private readonly CancellationToken _leave;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationTokenSource _leaving;
    private readonly ITimer _renewing;
    private volatile Moment _renewed;
    private volatile bool _lost;

    private HeldLease(IRunStore store, Lease lease, RuntimeOptions options, CancellationToken cancel, CancellationToken leave)
    {
        (_store, Lease, _options, _leave, _renewed) = (store, lease, options, leave, Moment.Now(options.Clock));
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (lease.CancelAsked) _ending.Cancel();
        _leaving = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, leave);
        var often = options.LeaseLasts / 3;
        _renewing = options.Clock.CreateTimer(static held => _ = ((HeldLease)held!).RenewQuietlyAsync(), this, often, often);
    }

    /// <summary>The lease.</summary>
    public Lease Lease { get; }

    /// <summary>Somebody else drives the run by now.</summary>
    public bool IsLost => _lost;

    /// <summary>The run is to be cancelled: the host says so, or somebody asked for it by way of the store.</summary>
    public bool IsCancelled => _ending.IsCancellationRequested && !_lost;

    /// <summary>The host leaves the run as it is.</summary>
    public bool IsLeft => _leave.IsCancellationRequested;

    /// <summary>Ends a write: the run is cancelled or lost. One that is only left is waited for.</summary>
    public CancellationToken EndsWrites => _ending.Token;

    /// <summary>Ends anything else: the run is cancelled, lost or left.</summary>
    public CancellationToken EndsOthers => _leaving.Token;

    public static async Task<HeldLease> TakeAsync(IRunStore store, string runId, RuntimeOptions options, CancellationToken cancel,
        CancellationToken leave) =>
        new(store, await store.AcquireAsync(runId, options.Owner, options.LeaseLasts, CancellationToken.None), options, cancel, leave);

    /// <summary>Keeps events, and hears what comes back.</summary>
    public async Task AppendAsync(Seq<TraceEvent> events, ReadOnlyMemory<byte>? scenario = null)
    {
        if (await _store.AppendAsync(Lease, events, scenario) == LeaseState.CancelAsked) _ending.Cancel();
    }

    /// <summary>
    /// Makes sure that the lease is held, right before something is done that cannot be taken back. A process that was paused for long, or
    /// that has no thread to spare for its timers, may not have heard that it is not.
    /// </summary>
    /// <exception cref="LeaseLostException">It is not.</exception>
    public async ValueTask AssertAsync()
    {
        // Again, when the answer took so long that it says nothing any more.
        for (var tries = 0; !_lost && _renewed.IsOlderThan(_options.LeaseLasts / 2, _options.Clock); tries++)
        {
            if (tries == 3)
            {
                throw new StoreException($"Run {Lease.RunId}: to renew its lease takes longer than the lease lasts "
                    + $"({_options.LeaseLasts.TotalSeconds:0.###} s); give it longer ones.");
            }
            await RenewAsync();
        }
        if (_lost) throw new LeaseLostException(Lease);
    }

    /// <summary>
    /// Asks the store whether the lease is held, and hears whether the run is to be cancelled: right before something that took long to
    /// prepare is done.
    /// </summary>
    /// <exception cref="LeaseLostException">It is not held.</exception>
    public async ValueTask ConfirmAsync()
    {
        await RenewAsync();
        // And once more, when the answer took so long.
        await AssertAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _renewing.DisposeAsync();
        try
        {
            await _store.ReleaseAsync(Lease);
        }
        catch (StoreException)
        {
            // It ends by itself; what the run came to is on record, or why it is not is on its way to the host already.
        }
        _leaving.Dispose();
        _ending.Dispose();
    }

    // A store that cannot be reached now may be in time for the next try; until then the lease is as good as its epoch.
    private async Task RenewQuietlyAsync()
    {
        try
        {
            await RenewAsync();
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException or OperationCanceledException or AggregateException)
        {
        }
    }

    private async Task RenewAsync()
    {
        var now = Moment.Now(_options.Clock);
        var heard = await _store.RenewAsync(Lease, _options.LeaseLasts);
        _renewed = now;
        if (heard == LeaseState.Lost) _lost = true;
        if (heard != LeaseState.Held) _ending.Cancel();
    }

    // By two clocks. What measures time stands still while a machine sleeps; what tells the time can be set back.
    private sealed record Moment(long Timestamp, DateTimeOffset At)
    {
        public static Moment Now(TimeProvider clock) => new(clock.GetTimestamp(), clock.GetUtcNow());

        public bool IsOlderThan(TimeSpan age, TimeProvider clock) =>
            clock.GetElapsedTime(Timestamp) > age || clock.GetUtcNow() - At > age;
    }
}
