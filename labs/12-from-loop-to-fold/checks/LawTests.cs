using FsCheck.Xunit;

namespace Lab12;

/// <summary>Your laws, over your random runs of your step. With a seed, so that what the page shows is what you see.</summary>
[Properties(Arbitrary = [typeof(Runs)], Replay = "2026,11", MaxTest = 300, QuietOnSuccess = true)]
public sealed class LawTests
{
    [Property]
    public bool Every_run_stays_within_its_budget(Journey run) => Laws.StaysWithinItsBudget(run);

    [Property]
    public bool Every_run_executes_only_what_policy_allows(Journey run) => Laws.ExecutesOnlyWhatPolicyAllows(run);

    [Property]
    public bool Every_run_folds_to_its_state(Journey run) => Laws.FoldsToItsState(run);
}
