using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>A store that passes everything on to another one, but for what a test has it do otherwise.</summary>
internal abstract class Passing : IRunStore
{
    public IRunStore Inner { get; set; } = null!;

    public virtual Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel) =>
        Inner.AcquireAsync(runId, owner, lasts, cancel);

    public virtual Task<LeaseState> RenewAsync(Lease lease, TimeSpan lasts, CancellationToken cancel) =>
        Inner.RenewAsync(lease, lasts, cancel);

    public virtual Task ReleaseAsync(Lease lease, CancellationToken cancel) => Inner.ReleaseAsync(lease, cancel);

    public virtual Task<bool> AskToCancelAsync(string runId, CancellationToken cancel) => Inner.AskToCancelAsync(runId, cancel);

    public virtual Task<LeaseState> AppendAsync(Lease lease, IReadOnlyList<TraceEvent> events, ReadOnlyMemory<byte>? scenario, CancellationToken cancel) =>
        Inner.AppendAsync(lease, events, scenario, cancel);

    public IAsyncEnumerable<JournalLine> LinesAsync(string runId, CancellationToken cancel) => Inner.LinesAsync(runId, cancel);

    public Task<IReadOnlyList<TraceEvent>> ReadAsync(string runId, CancellationToken cancel) => Inner.ReadAsync(runId, cancel);

    public virtual Task<IReadOnlyList<RunEntry>> ListAsync(string pattern, DateTimeOffset? since, CancellationToken cancel) =>
        Inner.ListAsync(pattern, since, cancel);

    public virtual Task<RunEntry?> FindAsync(string runId, CancellationToken cancel) => Inner.FindAsync(runId, cancel);

    public virtual Task ImportAsync(IReadOnlyList<JournalLine> lines, CancellationToken cancel) => Inner.ImportAsync(lines, cancel);

    public virtual Task<RunEntry?> DeleteAsync(string runId, CancellationToken cancel) => Inner.DeleteAsync(runId, cancel);

    public virtual Task GiveScenarioAsync(Lease lease, ReadOnlyMemory<byte> scenario, CancellationToken cancel) =>
        Inner.GiveScenarioAsync(lease, scenario, cancel);

    public virtual Task<byte[]?> ScenarioAsync(string hash, CancellationToken cancel) => Inner.ScenarioAsync(hash, cancel);
}

/// <summary>A store that is slow to say whether a lease is still held.</summary>
internal sealed class SlowToRenew : Passing
{
    private readonly Task _until;

    public SlowToRenew(IRunStore inner, Task until) => (Inner, _until) = (inner, until);

    public override async Task<LeaseState> RenewAsync(Lease lease, TimeSpan lasts, CancellationToken cancel)
    {
        await _until;
        return await base.RenewAsync(lease, lasts, cancel);
    }
}
