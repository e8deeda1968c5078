using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// Laws about paths, and the verdict on one.
public static partial class Codec
{
    private static readonly string[] Demands = ["never", "before", "neverAfter", "atMost", "ends"];

    /// <summary><c>{ name, message }</c> and one of <c>{ never: P }</c> (with <c>unless: "approved"</c>), <c>{ before: [P, P] }</c>,
    /// <c>{ neverAfter: [P, P] }</c>, <c>{ atMost: n, of: P }</c>, <c>{ ends: […] }</c>; P is
    /// <c>{ tool, sideEffect, label, input: { FIELD: { equals, in, greater, less, matches } } }</c>.</summary>
    public static Codec<TrajectoryLaw> TrajectoryLaw { get; } = new(
        static law => Object([("name", law.Name), ("message", law.Message), .. Fields(law.Demand)]), ReadTrajectoryLaw);

    /// <summary><c>{ law, status: "pass" }</c> or <c>{ law, status: "fail", reasons }</c>.</summary>
    public static Codec<LawResult> LawResult { get; } = new(
        static result => Object(Verdict("law", result.Law, result.Reasons)),
        Of<LawResult>(static o =>
        {
            var (law, reasons) = VerdictOf(o, "law");
            return () => new LawResult(law, reasons);
        }));

    internal static TrajectoryLaw ReadTrajectoryLaw(Node node, FaultList faults) => Of<TrajectoryLaw>(static o =>
    {
        var (name, message) = (o.Required("name", As.Text), o.Optional("message", As.Text));
        var demand = DemandOf(o);
        return demand is null ? null : () => new TrajectoryLaw(name, demand(), message);
    })(node, faults);

    private static Func<Demand>? DemandOf(ObjectReader o)
    {
        var given = Demands.Where(o.Has).ToList();
        if (given.Count != 1)
        {
            if (o.IsClean) o.Fault(given.LastOrDefault() ?? Demands[0], $"A law makes one demand: {string.Join(", ", Demands)}; it has {Count(given.Count)}.");
            return null;
        }
        switch (given[0])
        {
            case "never":
                var (forbidden, unless) = (o.Required("never", ReadPattern), o.Has("unless") ? o.OneOf("unless", "approved") : null);
                return () => new Never(forbidden, unless is not null);
            case "before":
                var before = o.Required("before", ReadTwoPatterns);
                return () => new Before(before[0], before[1]);
            case "neverAfter":
                var after = o.Required("neverAfter", ReadTwoPatterns);
                return () => new NeverAfter(after[0], after[1]);
            case "atMost":
                var (most, of) = (o.Required("atMost", As.Int(0)), o.Required("of", ReadPattern));
                return () => new AtMost(most, of);
            default:
                var reasons = o.Required("ends", As.List(As.Name<StopReason>(Wire.Name)));
                if (o.IsClean && reasons.Count == 0) o.Fault("ends", "No run could keep this law: name at least one stop reason.");
                return () => new Ends(reasons);
        }

        static string Count(int count) => count == 0 ? "none" : $"{count}";
    }

    private static Fields Fields(Demand demand) => demand.Match<int, Fields>(0,
        never: static (_, never) => [("never", Write(never.Of)), ("unless", never.UnlessApproved ? "approved" : null)],
        before: static (_, before) => [("before", List([before.First, before.Then], Write))],
        neverAfter: static (_, after) => [("neverAfter", List([after.First, after.Then], Write))],
        atMost: static (_, most) => [("atMost", most.Count), ("of", Write(most.Of))],
        ends: static (_, ends) => [("ends", List(ends.Reasons, static reason => reason.Name()))]);

    private static JsonText Write(CallPattern pattern) => Object(
    [
        ("tool", pattern.Tool), ("sideEffect", pattern.SideEffect?.Name()), ("label", pattern.Label),
        ("input", pattern.Input.Count == 0 ? null : Object(
            [.. pattern.Input.Select(static condition => (condition.Field, (JsonText?)Object(Tests(condition))))])),
    ]);

    private static CallPattern ReadPattern(Node node, FaultList faults) => Of<CallPattern>(static o =>
    {
        var (tool, sideEffect) = (o.Optional("tool", As.Text), o.OptionalValue("sideEffect", As.Name<SideEffect>(Wire.Name)));
        var (label, input) = (o.Optional("label", As.Text), o.Optional("input", ReadConditions));
        return () => new CallPattern(tool, sideEffect, label, input);
    })(node, faults);

    private static Seq<CallPattern> ReadTwoPatterns(Node node, FaultList faults)
    {
        var patterns = As.List(ReadPattern)(node, faults);
        if (node.Kind == "array" && patterns.Count != 2) faults.Add(node, $"Expected two patterns, found {patterns.Count}.");
        return patterns;
    }
}
