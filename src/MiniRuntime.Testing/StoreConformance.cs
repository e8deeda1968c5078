using System.Reflection;
using MiniRuntime.Core;
using MiniRuntime.Shell;

namespace MiniRuntime.Testing;

/// <summary>
/// What a store of runs must do, whatever it keeps them in, sentence by sentence of <see cref="IRunStore"/>. For a store of one's own:
/// <c>foreach (var check in StoreConformance.All(open, again)) await check.VerifyAsync();</c>
/// </summary>
public static class StoreConformance
{
    private static readonly Type[] _subjects =
    [
        typeof(JournalChecks), typeof(LeaseChecks), typeof(ListChecks), typeof(ImportChecks), typeof(DeleteChecks), typeof(ScenarioChecks),
        typeof(HostileChecks),
    ];

    /// <summary>All checks of a store. Each opens one of its own, and closes it if it can be closed.</summary>
    /// <param name="open">A new store with nothing in it, that goes by this clock.</param>
    /// <param name="again">
    /// The same store once more, beside the one that is open or after it was closed; null when the store does not last, and then nothing is
    /// asked about that.
    /// </param>
    public static Seq<StoreCheck> All(Func<TimeProvider, Task<IRunStore>> open,
        Func<IRunStore, TimeProvider, Task<IRunStore>>? again = null) =>
    [
        .. from subject in again is null ? _subjects : [.. _subjects, typeof(LastingChecks)]
           from body in subject.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
           let catches = body.GetCustomAttribute<CatchesAttribute>()
           where catches is not null
           select new StoreCheck(body, catches.What, () => StoreTrial.BeginAsync(open, again)),
    ];
}
