using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>
/// A store in which somebody takes a run up right after it was said that nobody drives it; and stays, or is gone the next moment.
/// </summary>
internal sealed class TakenBetween : PassingStore
{
    private readonly bool _stays;

    public TakenBetween(IRunStore inner, bool stays) => (Inner, _stays) = (inner, stays);

    /// <summary>Their lease.</summary>
    public Lease? Taken { get; private set; }

    public override async Task<bool> AskToCancelAsync(string runId, CancellationToken cancel)
    {
        var asked = await base.AskToCancelAsync(runId, cancel);
        Taken ??= await Inner.AcquireAsync(runId, "somebody else", Journals.Hour, cancel);
        return asked;
    }

    public override async Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel)
    {
        try
        {
            return await base.AcquireAsync(runId, owner, lasts, cancel);
        }
        finally
        {
            if (!_stays) await Inner.ReleaseAsync(Taken!, cancel);
        }
    }
}
