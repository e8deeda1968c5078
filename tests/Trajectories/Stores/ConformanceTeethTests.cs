using System.Text.RegularExpressions;
using MiniRuntime.Core;
using MiniRuntime.Shell;
using MiniRuntime.Testing;
using Xunit;

namespace MiniRuntime.Trajectories;

/// <summary>The conformance suite sees what it is there for: each of these stores does one thing wrong, and one check says so.</summary>
public class ConformanceTeethTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { nameof(DropsTheLast), "What was appended is read back event by event" },
        { nameof(TakesAnyNumber), "Events that do not begin where the journal ends are a conflict" },
        { nameof(TellsLosersThatTheyWon), "Of many who write one event one wins and no number is left out" },
        { nameof(LetsTheOvertakenBelieve), "Who was overtaken is fenced off" },
        { nameof(LetsTheOvertakenWrite), "Who was overtaken is fenced off" },
        { nameof(CountsFromTheFirstGrant), "A renewed lease lasts from now on" },
        { nameof(WaitsForAFarDay), "A clock that is set back holds nobody up for longer than a lease lasts" },
        { nameof(TakesFromTheLiving), "A clock that is set back leaves its holder as long as ever to renew a lease" },
        { nameof(ForgetsEpochs), "Each lease on a run has a higher epoch than the one before" },
        { nameof(HearsNoCancellation), "Who drives a run hears that it is to be cancelled" },
        { nameof(ReleasesForOthers), "Who was overtaken is fenced off" },
        { nameof(CutsIdsAtNul), "Ids that no run can have are no runs" },
        { nameof(TakesNobody), "What is null or negative is refused and changes nothing" },
        { nameof(ListsBackwards), "Runs are listed in ordinal order" },
        { nameof(KnowsRegularExpressions), "Patterns know star and question mark and nothing else" },
        { nameof(IsLateByAMoment), "Runs that have not changed since a time can be asked for" },
        { nameof(ChainsAnew), "A journal that is not whole is refused wherever it is broken" },
        { nameof(WritesAnew), "An imported journal keeps its bytes and hashes" },
        { nameof(DeletesWhatIsDriven), "Only a run that nobody drives is deleted" },
        { nameof(ForgetsTombstones), "A deleted run is gone and its name stays taken" },
        { nameof(AlwaysGivesAll), "Lines are given from any number on" },
        { nameof(ImportsOneByOne), "Journals that are imported together are kept all or none" },
        { nameof(KnowsTheLastScenarioOnly), "A scenario stays for the events that it governed" },
        { nameof(KeepsScenarios), "A scenario goes with the last run that needs it" },
        { nameof(TakesAnyCase), "What is no hash names no scenario" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_store_that_does_one_thing_wrong_does_not_conform(string fault, string check)
    {
        var type = typeof(ConformanceTeethTests).GetNestedType(fault, System.Reflection.BindingFlags.NonPublic)!;
        var checks = StoreConformance.All(clock =>
        {
            var store = (PassingStore)Activator.CreateInstance(type)!;
            store.Inner = new InMemoryStore(clock);
            return Task.FromResult<IRunStore>(store);
        });
        var found = await Assert.ThrowsAsync<StoreCheckException>(() => checks.Single(one => one.Name == check).VerifyAsync());
        Assert.StartsWith($"{check}: not so.", found.Message, StringComparison.Ordinal);
    }

    private sealed class DropsTheLast : PassingStore
    {
        public override Task<LeaseState> AppendAsync(Lease lease, IReadOnlyList<TraceEvent> events, ReadOnlyMemory<byte>? scenario, CancellationToken cancel) =>
            base.AppendAsync(lease, events.Count > 3 ? [.. events.SkipLast(1)] : events, scenario, cancel);
    }

    private sealed class TakesAnyNumber : PassingStore
    {
        public override async Task<LeaseState> AppendAsync(Lease lease, IReadOnlyList<TraceEvent> events, ReadOnlyMemory<byte>? scenario, CancellationToken cancel)
        {
            var count = (await ReadAsync(lease.RunId, cancel)).Count;
            return await base.AppendAsync(lease, [.. events.Select((traced, i) => traced with { Sequence = count + i })], scenario, cancel);
        }
    }

    private sealed class TellsLosersThatTheyWon : PassingStore
    {
        public override async Task<LeaseState> AppendAsync(Lease lease, IReadOnlyList<TraceEvent> events, ReadOnlyMemory<byte>? scenario, CancellationToken cancel)
        {
            try
            {
                return await base.AppendAsync(lease, events, scenario, cancel);
            }
            catch (JournalConflictException)
            {
                return LeaseState.Held;
            }
        }
    }

    private sealed class LetsTheOvertakenBelieve : PassingStore
    {
        public override async Task<LeaseState> RenewAsync(Lease lease, TimeSpan lasts, CancellationToken cancel) =>
            await base.RenewAsync(lease, lasts, cancel) is var state && state == LeaseState.Lost ? LeaseState.Held : state;
    }

    private sealed class LetsTheOvertakenWrite : PassingStore
    {
        private Lease? _latest;

        public override async Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel) =>
            _latest = await base.AcquireAsync(runId, owner, lasts, cancel);

        public override Task<LeaseState> AppendAsync(Lease lease, IReadOnlyList<TraceEvent> events, ReadOnlyMemory<byte>? scenario, CancellationToken cancel) =>
            base.AppendAsync(_latest is { } latest && latest.Owner == lease.Owner ? latest : lease, events, scenario, cancel);
    }

    private sealed class CountsFromTheFirstGrant : PassingStore
    {
        public override Task<LeaseState> RenewAsync(Lease lease, TimeSpan lasts, CancellationToken cancel) =>
            Task.FromResult(LeaseState.Held);
    }

    private sealed class WaitsForAFarDay : PassingStore
    {
        public override async Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel) =>
            (await FindAsync(runId, cancel))?.DrivenBy is { } driver
                ? throw new RunIsDrivenException(runId, driver, default)
                : await base.AcquireAsync(runId, owner, lasts, cancel);
    }

    // Once it has refused somebody.
    private sealed class TakesFromTheLiving : PassingStore
    {
        private Lease? _latest;

        public override async Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel)
        {
            try
            {
                return _latest = await base.AcquireAsync(runId, owner, lasts, cancel);
            }
            catch (RunIsDrivenException)
            {
                await ReleaseAsync(_latest!, cancel);
                throw;
            }
        }
    }

    private sealed class ForgetsEpochs : PassingStore
    {
        public override async Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel) =>
            await base.AcquireAsync(runId, owner, lasts, cancel) with { Epoch = 1 };
    }

    private sealed class HearsNoCancellation : PassingStore
    {
        public override async Task<bool> AskToCancelAsync(string runId, CancellationToken cancel) =>
            (await FindAsync(runId, cancel))?.DrivenBy is not null;
    }

    private sealed class ReleasesForOthers : PassingStore
    {
        private Lease? _latest;

        public override async Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel) =>
            _latest = await base.AcquireAsync(runId, owner, lasts, cancel);

        public override Task ReleaseAsync(Lease lease, CancellationToken cancel) => base.ReleaseAsync(_latest ?? lease, cancel);
    }

    private sealed class CutsIdsAtNul : PassingStore
    {
        public override Task<RunEntry?> FindAsync(string runId, CancellationToken cancel) => base.FindAsync(runId.Split('\0')[0], cancel);
    }

    private sealed class TakesNobody : PassingStore
    {
        public override Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel) =>
            base.AcquireAsync(runId, owner ?? "nobody", lasts, cancel);
    }

    private sealed class ListsBackwards : PassingStore
    {
        public override async Task<IReadOnlyList<RunEntry>> ListAsync(string pattern, DateTimeOffset? since, CancellationToken cancel) =>
            [.. (await base.ListAsync(pattern, since, cancel)).Reverse()];
    }

    private sealed class KnowsRegularExpressions : PassingStore
    {
        public override async Task<IReadOnlyList<RunEntry>> ListAsync(string pattern, DateTimeOffset? since, CancellationToken cancel)
        {
            var regex = $"^{pattern.Replace("*", ".*", StringComparison.Ordinal).Replace("?", ".", StringComparison.Ordinal)}$";
            return [.. (await base.ListAsync("*", since, cancel)).Where(run => Regex.IsMatch(run.RunId, regex))];
        }
    }

    private sealed class IsLateByAMoment : PassingStore
    {
        public override Task<IReadOnlyList<RunEntry>> ListAsync(string pattern, DateTimeOffset? since, CancellationToken cancel) =>
            base.ListAsync(pattern, since < DateTimeOffset.MaxValue ? since + TimeSpan.FromTicks(1) : since, cancel);
    }

    private sealed class ChainsAnew : PassingStore
    {
        public override Task ImportAsync(IReadOnlyList<JournalLine> lines, CancellationToken cancel) => base.ImportAsync(
            Journals.Chained(lines.Select(static line => (line.RunId, line.Text))), cancel);
    }

    private sealed class WritesAnew : PassingStore
    {
        // As a database does that keeps JSON as such.
        public override IAsyncEnumerable<JournalLine> LinesAsync(string runId, long from, CancellationToken cancel) =>
            base.LinesAsync(runId, from, cancel)
                .Select(static line => line with { Text = line.Text.Replace(":", ": ", StringComparison.Ordinal) });
    }

    private sealed class DeletesWhatIsDriven : PassingStore
    {
        private Lease? _latest;

        public override async Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel) =>
            _latest = await base.AcquireAsync(runId, owner, lasts, cancel);

        public override async Task<RunEntry?> DeleteAsync(string runId, CancellationToken cancel)
        {
            await ReleaseAsync(_latest!, cancel);
            return await base.DeleteAsync(runId, cancel);
        }
    }

    private sealed class AlwaysGivesAll : PassingStore
    {
        public override IAsyncEnumerable<JournalLine> LinesAsync(string runId, long from, CancellationToken cancel) =>
            base.LinesAsync(runId, 0, cancel);
    }

    private sealed class ImportsOneByOne : PassingStore
    {
        public override async Task ImportAsync(IReadOnlyList<JournalLine> lines, CancellationToken cancel)
        {
            foreach (var journal in lines.GroupBy(static line => line.RunId)) await base.ImportAsync([.. journal], cancel);
        }
    }

    private sealed class KnowsTheLastScenarioOnly : PassingStore
    {
        public override async Task<IReadOnlyList<GivenScenario>> ScenariosAsync(string runId, CancellationToken cancel) =>
            [.. (await base.ScenariosAsync(runId, cancel)).TakeLast(1)];
    }

    // A run that was deleted goes on under another name.
    private sealed class ForgetsTombstones : PassingStore
    {
        private string _deleted = "";

        public override Task<Lease> AcquireAsync(string runId, string owner, TimeSpan lasts, CancellationToken cancel) =>
            base.AcquireAsync(runId == _deleted ? runId + ".again" : runId, owner, lasts, cancel);

        public override Task<RunEntry?> DeleteAsync(string runId, CancellationToken cancel) => base.DeleteAsync(_deleted = runId, cancel);
    }

    private sealed class KeepsScenarios : PassingStore
    {
        private readonly Dictionary<string, byte[]> _all = [];

        public override Task GiveScenarioAsync(Lease lease, ReadOnlyMemory<byte> scenario, CancellationToken cancel)
        {
            _all[Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(scenario.Span))] = scenario.ToArray();
            return base.GiveScenarioAsync(lease, scenario, cancel);
        }

        public override Task<byte[]?> ScenarioAsync(string hash, CancellationToken cancel) => Task.FromResult(_all.GetValueOrDefault(hash));
    }

    private sealed class TakesAnyCase : PassingStore
    {
        public override Task<byte[]?> ScenarioAsync(string hash, CancellationToken cancel) =>
            base.ScenarioAsync(hash.ToLowerInvariant(), cancel);
    }
}
