using MiniRuntime.Core;

namespace MiniRuntime.Testing;

/// <summary>
/// The laws of an exploration, and how far each has got, as one number: equal numbers stand for equal progress of all laws.
/// </summary>
internal sealed class LawBook
{
    private readonly Dictionary<Seq<int>, int> _numbers = [];
    private readonly List<Seq<int>> _progress = [];
    private readonly List<int[]> _broken = [];
    private readonly Dictionary<(int Progress, ExecutedCall Call), int> _advanced = new(new ByCall());
    private readonly int[] _aboutTheEnd;

    public LawBook(Seq<TrajectoryLaw> laws)
    {
        Laws = laws;
        _aboutTheEnd = [.. Enumerable.Range(0, laws.Count).Where(i => laws[i].Demand.Ends is not null)];
        Number(Enumerable.Repeat(0, laws.Count).ToSeq());
    }

    /// <summary>The laws.</summary>
    public Seq<TrajectoryLaw> Laws { get; }

    /// <summary>A law.</summary>
    public TrajectoryLaw this[int law] => Laws[law];

    /// <summary>The progress after one more call; 0 is the progress before the first.</summary>
    public int Advance(int progress, ExecutedCall call)
    {
        if (_advanced.TryGetValue((progress, call), out var known)) return known;
        var before = _progress[progress];
        return _advanced[(progress, call)] = Number(Laws.Select((law, i) => law.Advance(before[i], call)).ToSeq());
    }

    /// <summary>The laws that are broken with this progress, or by an end like this.</summary>
    public int[] BrokenBy(int progress, Stopped? stopped) => stopped is null || _aboutTheEnd.Length == 0
        ? _broken[progress]
        : [.. _broken[progress], .. _aboutTheEnd.Where(law => !Laws[law].Admits(stopped))];

    private int Number(Seq<int> progress)
    {
        if (_numbers.TryGetValue(progress, out var known)) return known;
        _progress.Add(progress);
        _broken.Add([.. Enumerable.Range(0, progress.Count).Where(i => progress[i] == TrajectoryLaw.Broken)]);
        return _numbers[progress] = _progress.Count - 1;
    }

    // What a law sees of a call: all but its id. The input is one of the alphabet's own, so it is known by reference.
    private sealed class ByCall : IEqualityComparer<(int Progress, ExecutedCall Call)>
    {
        public bool Equals((int Progress, ExecutedCall Call) x, (int Progress, ExecutedCall Call) y) => x.Progress == y.Progress
            && ReferenceEquals(x.Call.Input, y.Call.Input) && ReferenceEquals(x.Call.Tool, y.Call.Tool)
            && x.Call.Approved == y.Call.Approved && x.Call.Labels == y.Call.Labels;

        public int GetHashCode((int Progress, ExecutedCall Call) value) => HashCode.Combine(value.Progress,
            System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value.Call.Input), value.Call.Approved, value.Call.Labels.Count);
    }
}
