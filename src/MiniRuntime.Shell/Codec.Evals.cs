using MiniRuntime.Core;

namespace MiniRuntime.Shell;

// Evals: what is expected of a path, and the verdict on it.
public static partial class Codec
{
    /// <summary><c>{ caseId, expected: { stopReason, toolsCalled, toolsNotCalled } }</c>; what is not expected is left out.</summary>
    public static Codec<EvalCase> EvalCase { get; } = new(
        static eval => Object(
        [
            ("caseId", eval.CaseId),
            ("expected", Object(
            [
                ("stopReason", eval.StopReason?.Name()), ("toolsCalled", eval.ToolsCalled is { } called ? Texts(called) : null),
                ("toolsNotCalled", eval.ToolsNotCalled is { } notCalled ? Texts(notCalled) : null),
            ])),
        ]),
        ReadEvalCase);

    /// <summary><c>{ caseId, status: "pass" }</c> or <c>{ caseId, status: "fail", reasons }</c>.</summary>
    public static Codec<EvalResult> EvalResult { get; } = new(
        static result => Object(Verdict("caseId", result.CaseId, result.Reasons)),
        Of<EvalResult>(static o =>
        {
            var (caseId, reasons) = VerdictOf(o, "caseId");
            return () => new EvalResult(caseId, reasons);
        }));

    // A verdict of an eval case or of a law: whose it is, and why it is a failure where it is one.
    private static Fields Verdict(string whose, string name, Seq<string> reasons) => reasons.Count == 0
        ? [(whose, name), ("status", "pass")]
        : [(whose, name), ("status", "fail"), ("reasons", Texts(reasons))];

    private static (string Name, Seq<string> Reasons) VerdictOf(ObjectReader o, string whose)
    {
        var (name, status) = (o.Required(whose, As.Text), o.OneOf("status", "pass", "fail"));
        var reasons = status == "fail" ? o.Required("reasons", As.Texts) : [];
        if (status == "fail" && o.IsClean && reasons.Count == 0) o.Fault("reasons", "A failure needs at least one reason.");
        return (name, reasons);
    }

    internal static EvalCase ReadEvalCase(Node node, FaultList faults) => Of<EvalCase>(static o =>
    {
        var caseId = o.Required("caseId", As.Text);
        var expected = o.Required("expected", Of<Func<string, EvalCase>>(static o =>
        {
            var stopReason = o.OptionalValue("stopReason", As.Name<StopReason>(Wire.Name));
            var (called, notCalled) = (o.Optional("toolsCalled", As.Texts), o.Optional("toolsNotCalled", As.Texts));
            return () => id => new EvalCase(id, stopReason, called, notCalled);
        }));
        return () => expected(caseId);
    })(node, faults);
}
