using MiniRuntime.Shell;

namespace MiniRuntime.Trajectories;

/// <summary>A store that is slow to say whether a lease is still held.</summary>
internal sealed class SlowToRenew : PassingStore
{
    private readonly Task _until;

    public SlowToRenew(IRunStore inner, Task until) => (Inner, _until) = (inner, until);

    public override async Task<LeaseState> RenewAsync(Lease lease, TimeSpan lasts, CancellationToken cancel)
    {
        await _until;
        return await base.RenewAsync(lease, lasts, cancel);
    }
}
