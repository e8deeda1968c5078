using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>A store that passes everything on.</summary>
internal abstract class PassingStore : IRunStore
{
    public virtual IRunStore Inner { get; set; } = null!;

    public virtual Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel) =>
        Inner.AcquireAsync(runId, owner, lasts, cancel);

    public virtual Task<LeaseState> RenewAsync(Lease lease, TimeSpan lasts, CancellationToken cancel) =>
        Inner.RenewAsync(lease, lasts, cancel);

    public virtual Task ReleaseAsync(Lease lease, CancellationToken cancel) => Inner.ReleaseAsync(lease, cancel);

    public virtual Task<bool> AskToCancelAsync(string runId, CancellationToken cancel) => Inner.AskToCancelAsync(runId, cancel);

    public virtual Task<LeaseState> AppendAsync(Lease lease, IReadOnlyList<TraceEvent> events, ReadOnlyMemory<byte>? scenario, CancellationToken cancel) =>
        Inner.AppendAsync(lease, events, scenario, cancel);

    public virtual IAsyncEnumerable<JournalLine> LinesAsync(string runId, long from, CancellationToken cancel) =>
        Inner.LinesAsync(runId, from, cancel);

    public virtual Task<IReadOnlyList<TraceEvent>> ReadAsync(string runId, CancellationToken cancel) => Inner.ReadAsync(runId, cancel);

    public virtual Task<IReadOnlyList<RunEntry>> ListAsync(string pattern, DateTimeOffset? since, CancellationToken cancel) =>
        Inner.ListAsync(pattern, since, cancel);

    public virtual Task<RunEntry?> FindAsync(string runId, CancellationToken cancel) => Inner.FindAsync(runId, cancel);

    public virtual Task ImportAsync(IReadOnlyList<JournalLine> lines, CancellationToken cancel) => Inner.ImportAsync(lines, cancel);

    public virtual Task<RunEntry?> DeleteAsync(string runId, CancellationToken cancel) => Inner.DeleteAsync(runId, cancel);

    public virtual Task GiveScenarioAsync(Lease lease, ReadOnlyMemory<byte> scenario, CancellationToken cancel) =>
        Inner.GiveScenarioAsync(lease, scenario, cancel);

    public virtual Task<IReadOnlyList<GivenScenario>> ScenariosAsync(string runId, CancellationToken cancel) =>
        Inner.ScenariosAsync(runId, cancel);

    public virtual Task<byte[]?> ScenarioAsync(string hash, CancellationToken cancel) => Inner.ScenarioAsync(hash, cancel);
}
